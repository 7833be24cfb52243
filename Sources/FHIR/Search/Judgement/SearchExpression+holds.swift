extension SearchExpression {
    /// What an expression asks that one resource alone cannot tell: ``chain(_:_:_:)``, ``has(_:_:_:)``,
    /// ``codes(_:_:)``, ``text(_:)`` and ``content(_:)``.
    public typealias Elsewhere = (SearchExpression, SearchSubject) throws(SearchRefusal) -> Bool

    /// Whether a resource fulfils the expression, by R4's rules.
    ///
    /// - Parameters:
    ///   - now: microseconds since 1970, for `ap` of dates.
    ///   - elsewhere: answers what lies outside of the resource; without it that is refused.
    public func holds(
        for subject: SearchSubject, now: Int64, elsewhere: Elsewhere? = nil
    ) throws(SearchRefusal) -> Bool {
        switch self {
        case .and(let parts):
            for part in parts where try !part.holds(for: subject, now: now, elsewhere: elsewhere) { return false }
            return true
        case .or(let parts):
            for part in parts where try part.holds(for: subject, now: now, elsewhere: elsewhere) { return true }
            return false
        case .not(let inner): return try !inner.holds(for: subject, now: now, elsewhere: elsewhere)
        case .id(let ids): return ids.contains { $0.utf8.elementsEqual(subject.id.utf8) }
        case .type(let types): return types.contains(subject.type)
        case .lastUpdated(let prefix, let range):
            guard let instant = subject.lastUpdated else { return false }
            // An instant of the record is known to the millisecond.
            let stored = DateRange(lower: instant, upper: instant + 1_000)
            return DateCondition(prefix, range, now: now).holds(stored)
        case .missing(let parameter): return !subject.has(parameter)
        case .value(let parameter, let test): return test.holds(for: subject, parameter, now: now)
        case .chain, .has, .codes, .text, .content:
            guard let elsewhere else { throw SearchRefusal(issues: [Self.needsRecord]) }
            return try elsewhere(self, subject)
        }
    }

    /// Whether a resource may fulfil it: what one resource alone cannot tell counts as fulfilled.
    public func mayHold(for subject: SearchSubject, now: Int64) throws(SearchRefusal) -> Bool {
        switch self {
        case .and(let parts):
            for part in parts where try !part.mayHold(for: subject, now: now) { return false }
            return true
        case .or(let parts):
            for part in parts where try part.mayHold(for: subject, now: now) { return true }
            return false
        case .not(let inner):
            if inner.looksElsewhere { return true }
            return try !inner.holds(for: subject, now: now)
        case .chain, .has, .codes, .text, .content: return true
        case .id, .type, .lastUpdated, .missing, .value: return try holds(for: subject, now: now)
        }
    }

    /// Whether one resource alone cannot tell if it fulfils this.
    var looksElsewhere: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.looksElsewhere)
        case .not(let inner): inner.looksElsewhere
        case .chain, .has, .codes, .text, .content: true
        case .id, .type, .lastUpdated, .value, .missing: false
        }
    }

    private static let needsRecord = Issue(
        .notSupported,
        "Chains, _has, value sets and words cannot be judged on one resource alone; ask for its own elements.",
        at: "http")
}

extension Canonical {
    /// Whether one of a parameter's values leads to it. The values of a canonical with a version are its url and both.
    fileprivate func isMeant(by values: [SearchValue]) -> Bool {
        let texts = values.compactMap { if case .uri(let text) = $0 { text } else { nil } }
        if version != nil, texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) { return true }
        return texts.contains { $0.utf8.elementsEqual(url.utf8) }
            && !texts.contains { $0.startsBytewise(url + "|") }
    }
}

extension SearchTest {
    /// Whether one of the resource's values of a parameter passes.
    func holds(for subject: SearchSubject, _ parameter: SearchParameterFact, now: Int64) -> Bool {
        let values = subject.values(parameter)
        if case .canonical(let canonical) = self { return canonical.isMeant(by: values) }
        guard case .composite(let tests) = self else {
            return values.contains { passes($0, now: now) }
        }
        let isStored = values.contains { value in
            guard case .composite(let parts) = value, parts.count == tests.count else { return false }
            return zip(parts, tests).allSatisfy { values, test in values.contains { test.passes($0, now: now) } }
        }
        if isStored { return true }
        return subject.composite(parameter)?.parts.contains { named in
            zip(named, tests).allSatisfy { $1.holds(for: subject, $0, now: now) }
        } ?? false
    }

    /// Whether a value passes. Source: R4 search.html §3.1.1.4.
    public func passes(_ value: SearchValue, now: Int64) -> Bool {
        switch (self, value) {
        case (.token(let query), .token(let system, let code)): query.matches(system: system, code: code)
        case (.tokenText(let query), .tokenText(let text)): SearchText.fold(text).startsBytewise(SearchText.fold(query))
        case (.ofType(let system, let code, let value), .typedIdentifier(let type, let typeCode, let stored)):
            (type ?? "").utf8.elementsEqual(system.utf8)
                && CodeCase.comparable(typeCode, system: type) == CodeCase.comparable(code, system: type)
                && CodeCase.folded(stored) == CodeCase.folded(value)
        case (.reference(let query), .reference(let reference)): query.matches(reference)
        case (.reference(.absolute(let url)), .uri(let uri)): uri.utf8.elementsEqual(url.utf8)
        case (.referenceIdentifier(let query), .reference(.identifier(let system, let value))):
            query.matches(system: system, code: value)
        case (.string(let query), .string(let text)): SearchText.fold(text).startsBytewise(SearchText.fold(query))
        case (.stringExact(let query), .string(let text)): text.utf8.elementsEqual(query.utf8)
        case (.stringContains(let query), .string(let text)):
            SearchText.fold(text).containsBytewise(SearchText.fold(query))
        case (.stringEquals(let query), .string(let text)):
            SearchText.fold(text).utf8.elementsEqual(SearchText.fold(query).utf8)
        case (.stringEnds(let query), .string(let text)):
            SearchText.fold(text).utf8.reversed().starts(with: SearchText.fold(query).utf8.reversed())
        case (.date(let prefix, let range), .date(let stored)): DateCondition(prefix, range, now: now).holds(stored)
        case (.dateOverlaps(let range), .date(let stored)): stored.upper > range.lower && stored.lower < range.upper
        case (.number(let prefix, let number), .number(let low, let high)):
            NumberCondition(prefix, number).holds(low: low, high: high)
        case (.quantity(let query), .quantity(let low, let high, let system, let code, let unit)):
            query.matches(low: low, high: high, system: system, code: code, unit: unit)
        case (.uri(let query), .uri(let uri)): uri.utf8.elementsEqual(query.utf8)
        case (.uriBelow(let query), .uri(let uri)): uri.isBelow(query)
        case (.uriAbove(let query), .uri(let uri)): query.isBelow(uri)
        case (.near(let latitude, let longitude, let metres), .position(let otherLatitude, let otherLongitude)):
            SearchNear.metres(from: (latitude, longitude), to: (otherLatitude, otherLongitude)) <= metres
        default: false
        }
    }
}

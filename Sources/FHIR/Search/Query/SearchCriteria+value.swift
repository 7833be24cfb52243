/// What a parameter's value asks, by the parameter's kind and the modifier (R4 search.html §3.1.1.4.3).
extension SearchCriteria {
    /// A parameter that is no chain.
    mutating func plain(
        _ code: String, _ modifier: String?, _ value: String, _ types: [ResourceType]
    ) throws(SearchFault) -> SearchExpression {
        switch code {
        case "_id": return try id(modifier, value)
        case "_lastUpdated": return try lastUpdated(modifier, value)
        case "_list": return try list(modifier, value)
        case "_text", "_content": return try words(code, modifier, value)
        case "_filter":
            throw SearchFault(.notSupported, "_filter cannot follow a chain; write the path inside the filter.")
        default: break
        }
        let facts = try facts(code, types)
        if modifier == "missing" {
            let missing = facts.map { SearchExpression.missing($0) }
            return try Self.boolean(value) ? .all(missing) : .not(.all(missing))
        }
        var alternatives: [SearchExpression] = []
        for fact in facts { alternatives += try self.alternatives(fact, modifier, value, types) }
        let isNegated = modifier == "not" || modifier == "not-in"
        return isNegated ? .not(.any(alternatives)) : .any(alternatives)
    }

    /// The modifiers that a kind of parameter takes beside `missing`.
    static func modifiers(_ kind: SearchParameterKind) -> [String] {
        switch kind {
        case .token: ["text", "not", "in", "not-in", "above", "below", "of-type"]
        case .reference: ["identifier", "Type"]
        case .string: ["exact", "contains"]
        case .uri: ["above", "below"]
        case .number, .date, .quantity, .composite, .special: []
        }
    }

    /// What each of the values between commas asks of one parameter.
    private mutating func alternatives(
        _ fact: SearchParameterFact, _ modifier: String?, _ value: String, _ types: [ResourceType]
    ) throws(SearchFault) -> [SearchExpression] {
        try checkForm(fact, modifier, types)
        let written = try Self.split(value)
        try spend(written.count)
        var alternatives: [SearchExpression] = []
        alternatives.reserveCapacity(written.count)
        for text in written {
            alternatives.append(try alternative(fact, modifier, text))
        }
        return alternatives
    }

    private func alternative(
        _ fact: SearchParameterFact, _ modifier: String?, _ text: Substring
    ) throws(SearchFault) -> SearchExpression {
        switch (fact.kind, modifier) {
        case (.token, nil), (.token, "not"?): return .token(fact, try token(text))
        case (_, nil): return .value(fact, try test(fact, text))
        case (.token, "text"?): return .value(fact, .tokenText(SearchEscape.unescaped(text)))
        case (.token, "in"?), (.token, "not-in"?): return .codes(fact, .inValueSet(SearchEscape.unescaped(text)))
        case (.token, "above"?): return .codes(fact, .above(try code(text)))
        case (.token, "below"?): return .codes(fact, .below(try code(text)))
        case (.token, "of-type"?): return .value(fact, try ofType(text))
        case (.reference, "identifier"?): return .value(fact, .referenceIdentifier(try token(text)))
        case (.reference, let name?) where ResourceType(name) != nil:
            return .value(fact, .reference(try reference(text, fact, ResourceType(name))))
        case (.string, "exact"?): return .value(fact, .stringExact(SearchEscape.unescaped(text)))
        case (.string, "contains"?): return .value(fact, .stringContains(SearchEscape.unescaped(text)))
        case (.uri, "above"?): return .value(fact, .uriAbove(SearchEscape.unescaped(text)))
        case (.uri, "below"?): return .value(fact, .uriBelow(SearchEscape.unescaped(text)))
        case (_, let modifier?): throw unfit(modifier, fact)
        }
    }

    /// Modifiers that only some data types have an answer to.
    private func checkForm(
        _ fact: SearchParameterFact, _ modifier: String?, _ types: [ResourceType]
    ) throws(SearchFault) {
        guard fact.kind == .token, let modifier else { return }
        let wanted: Set<SearchRule>
        switch modifier {
        case "text": wanted = [.tokenCoding, .tokenConcept, .tokenIdentifier]
        case "of-type": wanted = [.tokenIdentifier]
        default: return
        }
        let having = types.isEmpty ? ResourceType.all : types
        let rules = having.reduce(into: Set<SearchRule>()) {
            $0.formUnion(parameters.extractor.rules(fact.id, of: $1))
        }
        guard rules.isDisjoint(with: wanted) else { return }
        throw SearchFault(
            .notSupported,
            modifier == "text"
                ? "\(fact.code) has codes without a text or display, so that :text finds nothing; search by the code."
                : "\(fact.code) is no identifier, so that :of-type finds nothing; search by the code.")
    }

    private func unfit(_ modifier: String, _ fact: SearchParameterFact) -> SearchFault {
        let known = ["missing"] + Self.modifiers(fact.kind)
        let nearest = NearestName.of(modifier, among: known)
        let shown = known.map { $0 == "Type" ? "the name of a type" : ":\($0)" }.joined(separator: ", ")
        return SearchFault(
            .notSupported,
            "\(fact.code) is of type \(fact.kind) and does not take the modifier :\(modifier)"
                + "\(nearest.map { "; did you mean :\($0)?" } ?? ".") It takes \(shown).")
    }

    /// One value without modifier.
    func test(_ fact: SearchParameterFact, _ text: Substring) throws(SearchFault) -> SearchTest {
        switch fact.kind {
        case .composite: return try composite(fact, text)
        case .special: return try SearchNear.test(text)
        case .reference: return .reference(try reference(text, fact, nil))
        case .token, .string, .date, .number, .quantity, .uri:
            switch try read(text, as: fact.kind) {
            case .token(let token): return .token(token)
            case .string(let text): return .string(text)
            case .date(let prefix, let range): return .date(prefix, range)
            case .number(let prefix, let number): return .number(prefix, number)
            case .quantity(let quantity): return .quantity(quantity)
            case .uri(let uri): return .uri(uri)
            case .reference(let reference): return .reference(reference)
            }
        }
    }

    func read(_ text: Substring, as kind: SearchParameterKind) throws(SearchFault) -> SearchQueryValue {
        do {
            return try SearchQueryValue.single(text, as: kind, defaultOffset: defaultOffset)
        } catch {
            throw SearchFault(error)
        }
    }

    /// - Parameter type: that the modifier names.
    private func reference(
        _ text: Substring, _ fact: SearchParameterFact, _ type: ResourceType?
    ) throws(SearchFault) -> SearchQueryValue.ReferenceQuery {
        guard case .reference(let written) = try read(text, as: .reference) else {
            throw SearchFault(SearchQueryError(value: String(text), reason: .invalidReference))
        }
        let query = written.resolved(against: bases)
        guard let type else { return query }
        try check(type, isTargetOf: fact)
        switch query {
        case .id(let id): return .local(type: type, id: id, version: nil)
        case .local(let other, _, _) where other != type:
            throw SearchFault(.value, "'\(text.prefix(SearchLimits.shown))' is no \(type), as the modifier says.")
        case .local, .absolute: return query
        }
    }

    func token(_ text: Substring) throws(SearchFault) -> SearchQueryValue.TokenQuery {
        guard case .token(let token) = try read(text, as: .token) else {
            throw SearchFault(SearchQueryError(value: String(text), reason: .invalidToken))
        }
        return token
    }

    /// A token that names a code.
    private func code(_ text: Substring) throws(SearchFault) -> SearchQueryValue.TokenQuery {
        let token = try token(text)
        guard token.code != nil else {
            throw SearchFault(
                .value, "'\(text.prefix(SearchLimits.shown))' names no code; expected code or system|code.")
        }
        return token
    }

    /// `system|code|value`
    private func ofType(_ text: Substring) throws(SearchFault) -> SearchTest {
        let parts = SearchEscape.split(text, at: "|").map(SearchEscape.unescaped)
        guard parts.count == 3, !parts[1].isEmpty, !parts[2].isEmpty else {
            throw SearchFault(
                .value,
                "'\(text.prefix(SearchLimits.shown))' is no typed identifier; expected system|code|value, such as "
                    + "http://terminology.hl7.org/CodeSystem/v2-0203|MR|446053.")
        }
        return .ofType(system: parts[0], code: parts[1], value: parts[2])
    }

    /// `part$part`
    private func composite(_ fact: SearchParameterFact, _ text: Substring) throws(SearchFault) -> SearchTest {
        let parts = SearchEscape.split(text, at: "$")
        let components = fact.components.compactMap { parameters.parameter($0.parameter) }
        guard parts.count == components.count, components.count == fact.components.count,
            parts.allSatisfy({ !$0.isEmpty })
        else {
            throw SearchFault(
                .value,
                "'\(text.prefix(SearchLimits.shown))' is no value of \(fact.code); expected "
                    + "\(components.map { "\($0.code) (\($0.kind))" }.joined(separator: " $ ")).")
        }
        var tests: [SearchTest] = []
        for (part, component) in zip(parts, components) {
            guard component.kind != .composite else {
                throw SearchFault(.notSupported, "\(fact.code) is composed of composites.")
            }
            tests.append(try test(component, part))
        }
        return .composite(tests)
    }

    /// The values between commas; none is empty.
    static func split(_ value: String) throws(SearchFault) -> [Substring] {
        let parts = SearchEscape.split(value[...], at: ",")
        guard parts.allSatisfy({ !$0.isEmpty }) else {
            throw SearchFault(SearchQueryError(value: String(value.prefix(SearchLimits.shown)), reason: .empty))
        }
        return parts
    }

    static func boolean(_ value: String) throws(SearchFault) -> Bool {
        guard value == "true" || value == "false" else { throw SearchParse.unknownValue(value, ["true", "false"]) }
        return value == "true"
    }
}

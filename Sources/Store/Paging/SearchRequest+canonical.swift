import FHIR

extension SearchRequest {
    /// What tells the matches and their order from those of other requests, the same in every process: what a page's
    /// link must have been made for.
    var canonical: String {
        var text = types.map { String($0.code) }.joined(separator: ",") + ";"
        expression.append(to: &text)
        for key in sort { text += ";\(key.key.canonical)\(key.isDescending ? "-" : "+")" }
        if let asOf { text += "@\(asOf)" }
        if let contained { text += contained.canonical }
        return text
    }
}

extension SearchContained {
    fileprivate var canonical: String { (isBeside ? "+" : "=") + (isItself ? "contained" : "container") }
}

extension SearchSort.Key {
    fileprivate var canonical: String {
        switch self {
        case .id: "_id"
        case .lastUpdated: "_lastUpdated"
        case .parameter(let parameter): String(parameter.id)
        }
    }
}

extension SearchExpression {
    fileprivate func append(to text: inout String) {
        switch self {
        case .and(let parts): Self.append("and", parts, to: &text)
        case .or(let parts): Self.append("or", parts, to: &text)
        case .not(let inner): Self.append("not", [inner], to: &text)
        case .chain(let parameter, let type, let inner):
            Self.append("chain \(parameter.id) \(type.code)", [inner], to: &text)
        case .has(let type, let parameter, let inner):
            Self.append("has \(parameter.id) \(type.code)", [inner], to: &text)
        // Facts are long, and their number says all.
        case .value(let parameter, let test):
            text += "(\(parameter.id) "
            test.append(to: &text)
            text += ")"
        case .missing(let parameter): text += "(missing \(parameter.id))"
        case .codes(let parameter, let codes): text += "(\(parameter.id) \(codes))"
        case .id(let ids): text += "(id\(ids.map(quoted).joined()))"
        case .type(let types): text += "(type\(types.map { " \($0.code)" }.joined()))"
        case .lastUpdated(let prefix, let range): text += "(updated \(prefix.rawValue) \(range.lower) \(range.upper))"
        case .text(let words): text += "(text\(quoted(words)))"
        case .content(let words): text += "(content\(quoted(words)))"
        }
    }

    private static func append(_ name: String, _ parts: [SearchExpression], to text: inout String) {
        text += "(\(name)"
        for part in parts { part.append(to: &text) }
        text += ")"
    }
}

extension SearchTest {
    /// Written out, not told by reflection, which would cost as much as all else of a search.
    fileprivate func append(to text: inout String) {
        switch self {
        case .token(let token): text += "token" + token.canonical
        case .tokenText(let display): text += "display" + quoted(display)
        case .ofType(let system, let code, let value): text += "of-type" + [system, code, value].map(quoted).joined()
        case .reference(.id(let id)): text += "id" + quoted(id)
        case .reference(.local(let type, let id, let version)):
            text += "local \(type.code)" + quoted(id) + quoted(version)
        case .reference(.absolute(let url)): text += "absolute" + quoted(url)
        case .canonical(let canonical): text += "canonical" + quoted(canonical.url) + quoted(canonical.version)
        case .referenceIdentifier(let token): text += "identifier" + token.canonical
        case .string(let value): text += "string" + quoted(value)
        case .stringExact(let value): text += "exact" + quoted(value)
        case .stringContains(let value): text += "contains" + quoted(value)
        case .stringEquals(let value): text += "equals" + quoted(value)
        case .stringEnds(let value): text += "ends" + quoted(value)
        case .date(let prefix, let range): text += "date \(prefix.rawValue) \(range.lower) \(range.upper)"
        case .dateOverlaps(let range): text += "overlaps \(range.lower) \(range.upper)"
        case .number(let prefix, let number): text += "number \(prefix.rawValue) " + number.canonical
        case .quantity(let quantity):
            text += "quantity \(quantity.prefix.rawValue) " + quantity.value.canonical
            text += quoted(quantity.system) + quoted(quantity.code)
        case .uri(let uri): text += "uri" + quoted(uri)
        case .uriBelow(let uri): text += "below" + quoted(uri)
        case .uriAbove(let uri): text += "above" + quoted(uri)
        case .composite(let parts):
            text += "composite"
            for part in parts {
                text += "("
                part.append(to: &text)
                text += ")"
            }
        case .near(let latitude, let longitude, let metres): text += "near \(latitude) \(longitude) \(metres)"
        }
    }
}

extension SearchQueryValue.TokenQuery {
    fileprivate var canonical: String {
        let system =
            switch system {
            case .any: "*"
            case .none: "-"
            case .uri(let uri): quoted(uri)
            }
        return system + quoted(code)
    }
}

extension WrittenDecimal {
    /// The precision counts.
    fileprivate var canonical: String { "\(value.description)e\(lastPlace)" }
}

/// A text that nothing in it ends, since it begins with its length.
private func quoted(_ text: String) -> String { " \(text.utf8.count):\(text)" }

/// The same; nil is told from the empty text.
private func quoted(_ text: String?) -> String { text.map(quoted) ?? " -" }

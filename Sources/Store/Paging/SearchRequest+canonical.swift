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
        case .value(let parameter, let test): text += "(\(parameter.id) \(test))"
        case .missing(let parameter): text += "(missing \(parameter.id))"
        case .codes(let parameter, let codes): text += "(\(parameter.id) \(codes))"
        default: text += "(\(self))"
        }
    }

    private static func append(_ name: String, _ parts: [SearchExpression], to text: inout String) {
        text += "(\(name)"
        for part in parts { part.append(to: &text) }
        text += ")"
    }
}

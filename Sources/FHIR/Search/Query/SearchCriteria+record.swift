/// Parameters of all resources that the record itself answers (R4 search.html §3.1.1.3).
extension SearchCriteria {
    /// `_id`: written as a token; no system can be named.
    mutating func id(_ modifier: String?, _ value: String) throws(SearchFault) -> SearchExpression {
        // Every resource has one.
        if modifier == "missing" { return try Self.boolean(value) ? .or([]) : .and([]) }
        guard modifier == nil || modifier == "not" else {
            throw SearchFault(
                .notSupported, "_id does not take the modifier :\(modifier ?? ""). It takes :missing, :not.")
        }
        let written = try Self.split(value)
        try spend(written.count)
        let ids = SearchExpression.id(written.map(SearchEscape.unescaped))
        return modifier == nil ? ids : .not(ids)
    }

    mutating func lastUpdated(_ modifier: String?, _ value: String) throws(SearchFault) -> SearchExpression {
        if modifier == "missing" { return try Self.boolean(value) ? .or([]) : .and([]) }
        if let modifier {
            throw SearchFault(
                .notSupported, "_lastUpdated does not take the modifier :\(modifier). It takes :missing.")
        }
        var tests: [SearchExpression] = []
        for text in try Self.split(value) {
            try spend()
            guard case .date(let prefix, let range) = try read(text, as: .date) else { continue }
            tests.append(.lastUpdated(prefix, range))
        }
        return .any(tests)
    }

    /// `_list=42`: the items of a List.
    mutating func list(_ modifier: String?, _ value: String) throws(SearchFault) -> SearchExpression {
        if let modifier { throw SearchFault(.notSupported, "_list does not take the modifier :\(modifier).") }
        let written = try Self.split(value)
        try spend(written.count)
        if let functional = written.first(where: { $0.hasPrefix("$") }) {
            throw SearchFault(
                .notSupported,
                "'\(functional.prefix(SearchLimits.shown))' is a functional list, which this server does not keep; "
                    + "give the id of a List.")
        }
        var ids: [String] = []
        for text in written {
            switch try read(text, as: .reference) {
            case .reference(.id(let id)), .reference(.local(type: .list, id: let id, version: nil)): ids.append(id)
            default:
                throw SearchFault(
                    .value, "'\(text.prefix(SearchLimits.shown))' is no List; expected the id of a List.")
            }
        }
        return .has(.list, try reference("item", of: .list), .id(ids))
    }

    /// `_text`, `_content`
    mutating func words(_ code: String, _ modifier: String?, _ value: String) throws(SearchFault) -> SearchExpression {
        if let modifier { throw SearchFault(.notSupported, "\(code) does not take the modifier :\(modifier).") }
        let written = try Self.split(value)
        try spend(written.count)
        return .any(
            written.map { text in
                let words = SearchEscape.unescaped(text)
                return code == "_text" ? .text(words) : .content(words)
            })
    }
}

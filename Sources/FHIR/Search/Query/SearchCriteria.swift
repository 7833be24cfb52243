/// Reads criteria: names with modifiers, chains and `_has`, and the values that belong to them.
///
/// Source: R4 search.html §3.1.1.4 and §3.1.1.5.
struct SearchCriteria {
    let parameters: SearchParameterSet
    let bases: [String]
    let defaultOffset: Int
    /// How many tests may still be made.
    private var budget = SearchLimits.tests

    init(parameters: SearchParameterSet, bases: [String], defaultOffset: Int) {
        self.parameters = parameters
        self.bases = bases
        self.defaultOffset = defaultOffset
    }

    /// - Parameters:
    ///   - types: those that the name is a parameter of; empty for all.
    ///   - depth: how many links of a chain lie before it.
    mutating func criterion(
        _ name: Substring, _ value: String, types: [ResourceType], depth: Int
    ) throws(SearchFault) -> SearchExpression {
        try checkDepth(depth)
        if name.hasPrefix("_has:") { return try reverse(name.dropFirst(5), value, types: types, depth: depth) }
        let code = name.prefix { $0 != ":" && $0 != "." }
        var rest = name[code.endIndex...]
        var modifier: Substring?
        if rest.first == ":" {
            let written = rest.dropFirst().prefix { $0 != "." }
            modifier = written
            rest = rest[written.endIndex...]
        }
        guard Self.isName(code), modifier.map(Self.isName) != false, rest.isEmpty || rest.count > 1 else {
            throw SearchFault(
                SearchQueryError(value: String(name.prefix(SearchLimits.shown)), reason: .invalidName))
        }
        if rest.isEmpty { return try plain(String(code), modifier.map(String.init), value, types) }
        return try chain(
            from: String(code), modifier.map(String.init), to: types, depth: depth
        ) { criteria, target throws(SearchFault) in
            try criteria.criterion(rest.dropFirst(), value, types: [target], depth: depth + 1)
        }
    }

    /// The parameters that a word means for all of the types.
    func facts(_ code: String, _ types: [ResourceType]) throws(SearchFault) -> [SearchParameterFact] {
        guard let facts = parameters.parameters(types, code) else { throw unknown(code, types) }
        for fact in facts {
            guard SearchParameterSet.isSearchable(fact) else {
                throw SearchFault(.notSupported, "\(code) cannot be searched by: R4 gives it no expression.")
            }
            guard !parameters.unfinished.contains(fact.id) else {
                throw SearchFault(
                    .notSupported,
                    "The index of \(code) (\(fact.url)) is still being made; it can be searched by when it is complete."
                )
            }
        }
        return facts
    }

    mutating func spend(_ count: Int = 1) throws(SearchFault) {
        budget -= count
        guard budget >= 0 else {
            throw SearchFault(
                .tooCostly,
                "The search comes to more than \(SearchLimits.tests) tests; name the types in its chains "
                    + "(subject:Patient.name) or ask in parts.")
        }
    }

    func checkDepth(_ depth: Int) throws(SearchFault) {
        guard depth <= SearchLimits.chain else {
            throw SearchFault(.tooCostly, "A chain has at most \(SearchLimits.chain) links.")
        }
    }

    /// Letters, digits, `-`, `_` and `~`.
    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                ($0 | 0x20) &- 0x61 < 26 || $0.isDigit || $0 == 0x2D || $0 == 0x5F || $0 == 0x7E
            }
    }

    private func unknown(_ code: String, _ types: [ResourceType]) -> SearchFault {
        let shown = code.prefix(SearchLimits.shown)
        let known = parameters.codes(types)
        let nearest = NearestName.of(code, among: known + SearchParse.names)
        let hint = nearest.map { "; did you mean \($0)?" } ?? "."
        if types.count == 1 {
            return SearchFault(
                .unknown,
                "\(types[0]) has no search parameter '\(shown)'\(hint) It has \(known.joined(separator: ", ")).")
        }
        let having = (types.isEmpty ? ResourceType.all : types).filter { parameters.parameter($0, code) != nil }
        let asked = types.isEmpty ? "all types" : types.map(\.name).joined(separator: ", ")
        guard !having.isEmpty else {
            return SearchFault(
                .unknown,
                "There is no search parameter '\(shown)' of \(asked)\(hint) They have in common "
                    + "\(known.joined(separator: ", ")).")
        }
        return SearchFault(
            .notSupported,
            "'\(shown)' is a parameter of \(having.prefix(20).map(\.name).joined(separator: ", ")), not of \(asked). "
                + "They have in common \(known.joined(separator: ", ")); _type can narrow the types.")
    }
}

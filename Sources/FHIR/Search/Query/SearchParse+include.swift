// R4 search.html §3.1.1.5.4.
extension SearchParse {
    /// `_include=Observation:subject:Patient`, `_revinclude=Provenance:target`, `*`, `Observation:*`; with `:iterate`.
    mutating func include(
        _ parameter: SearchQuery.Parameter, modifier: String, isReverse: Bool
    ) throws(SearchFault) {
        guard modifier.isEmpty || modifier == "iterate" || modifier == "recurse" else {
            throw SearchFault(.notSupported, "It does not take the modifier :\(modifier). It takes :iterate.")
        }
        let iterates = !modifier.isEmpty
        let parts = parameter.value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts == ["*"] {
            search.includes.append(
                SearchInclude(source: nil, parameter: nil, isReverse: isReverse, iterates: iterates))
            return
        }
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
            throw SearchFault(
                .value,
                "'\(parameter.value.prefix(SearchLimits.shown))' is no include; expected Type:parameter, "
                    + "Type:parameter:TargetType or *.")
        }
        guard let source = ResourceType(parts[0]) else { throw Self.unknownType(parts[0]) }
        var target: ResourceType?
        if parts.count == 3 {
            guard let type = ResourceType(parts[2]) else { throw Self.unknownType(parts[2]) }
            target = type
        }
        var fact: SearchParameterFact?
        if parts[1] != "*" {
            let found = try criteria.reference(parts[1], of: source)
            if let target { try criteria.check(target, isTargetOf: found) }
            fact = found
        }
        let include = SearchInclude(
            source: source, parameter: fact, target: target, isReverse: isReverse, iterates: iterates)
        warnIfIdle(include, parameter)
        search.includes.append(include)
    }

    /// An include that starts at nothing which the search finds includes nothing.
    private mutating func warnIfIdle(_ include: SearchInclude, _ parameter: SearchQuery.Parameter) {
        guard !include.iterates, !search.types.isEmpty else { return }
        if !include.isReverse, let source = include.source, !search.types.contains(source) {
            warn("The search finds no \(source), so this includes nothing; :iterate applies it to includes.", parameter)
        }
        let targets = include.target.map { [$0] } ?? include.parameter?.targets ?? []
        if include.isReverse, !targets.isEmpty, !targets.contains(where: search.types.contains) {
            warn(
                "The search finds nothing that it refers to, so this includes nothing; :iterate applies it to includes.",
                parameter)
        }
    }
}

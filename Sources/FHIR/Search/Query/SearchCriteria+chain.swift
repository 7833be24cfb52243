// R4 search.html §3.1.1.4.14 (chained parameters) and §3.1.1.4.15 (reverse chaining).
extension SearchCriteria {
    /// `subject.…` and `subject:Patient.…`.
    ///
    /// - Parameter inner: what is asked of a resource of that type.
    mutating func chain(
        from code: String, _ modifier: String?, to types: [ResourceType], depth: Int,
        inner: (inout SearchCriteria, ResourceType) throws(SearchFault) -> SearchExpression
    ) throws(SearchFault) -> SearchExpression {
        var links: [SearchExpression] = []
        for fact in try facts(code, types) {
            guard fact.kind == .reference else {
                throw SearchFault(
                    .notSupported,
                    "\(code) is of type \(fact.kind) and leads to no other resource; only reference parameters are "
                        + "chained.")
            }
            let targets = try targets(fact, of: types)
            if let modifier {
                guard let target = ResourceType(modifier) else { throw SearchParse.unknownType(modifier) }
                try check(target, isTargetOf: fact)
                try spend()
                links.append(.chain(fact, target, try inner(&self, target)))
            } else {
                links += try untyped(fact, targets, inner)
            }
        }
        return .any(links)
    }

    /// All types that the parameter refers to and that know the rest.
    private mutating func untyped(
        _ fact: SearchParameterFact, _ targets: [ResourceType],
        _ inner: (inout SearchCriteria, ResourceType) throws(SearchFault) -> SearchExpression
    ) throws(SearchFault) -> [SearchExpression] {
        var links: [SearchExpression] = []
        var faults: [(type: ResourceType, fault: SearchFault)] = []
        for target in targets {
            try spend()
            do {
                links.append(.chain(fact, target, try inner(&self, target)))
            } catch {
                if error.kind == .tooCostly { throw error }
                faults.append((target, error))
            }
        }
        if links.isEmpty {
            // What one type knows but cannot read tells more than what the others do not know.
            if let fault = faults.first(where: { $0.fault.kind != .unknown }) { throw fault.fault }
            let said = faults.prefix(6).map(\.fault.message).joined(separator: " ")
            throw SearchFault(
                .unknown, "None of the types that \(fact.code) refers to knows what follows it. \(said)")
        }
        return links
    }

    /// The types that a parameter of some types leads to.
    private func targets(
        _ fact: SearchParameterFact, of types: [ResourceType]
    ) throws(SearchFault) -> [ResourceType] {
        var found: Set<ResourceType> = []
        for type in types.isEmpty ? ResourceType.all : types {
            let own = parameters.extractor.targets(fact, of: type)
            found.formUnion(own.isEmpty ? ResourceType.all : own)
        }
        return found.sorted()
    }

    func check(_ target: ResourceType, isTargetOf fact: SearchParameterFact) throws(SearchFault) {
        guard fact.targets.isEmpty || fact.targets.contains(target) else {
            throw SearchFault(
                .value,
                "\(fact.code) does not refer to \(target); it refers to "
                    + "\(fact.targets.map(\.name).joined(separator: ", ")).")
        }
    }

    /// What follows `_has:`: `Observation:patient:code`.
    mutating func reverse(
        _ text: Substring, _ value: String, types: [ResourceType], depth: Int
    ) throws(SearchFault) -> SearchExpression {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[2].isEmpty else {
            throw SearchFault(
                .value,
                "'_has:\(text.prefix(SearchLimits.shown))' is no reverse chain; expected _has:Type:reference:parameter, "
                    + "such as _has:Observation:patient:code.")
        }
        guard let source = ResourceType(String(parts[0])) else { throw SearchParse.unknownType(String(parts[0])) }
        let fact = try reference(String(parts[1]), of: source)
        guard types.isEmpty || fact.targets.isEmpty || types.contains(where: fact.targets.contains) else {
            throw SearchFault(
                .value,
                "\(source)'s \(fact.code) does not refer to \(types.map(\.name).joined(separator: ", ")); it refers to "
                    + "\(fact.targets.map(\.name).joined(separator: ", ")).")
        }
        try spend()
        return .has(source, fact, try criterion(parts[2], value, types: [source], depth: depth + 1))
    }

    /// A reference parameter of a type, or a refusal that names those it has.
    func reference(_ code: String, of type: ResourceType) throws(SearchFault) -> SearchParameterFact {
        let fact = try facts(code, [type])[0]
        guard fact.kind == .reference else {
            let known = references(of: type).map(\.code).joined(separator: ", ")
            throw SearchFault(
                .value, "\(type)'s \(code) is of type \(fact.kind) and refers to nothing; its references are \(known).")
        }
        return fact
    }

    func references(of type: ResourceType) -> [SearchParameterFact] {
        parameters.parameters(for: type).filter { $0.kind == .reference && SearchParameterSet.isSearchable($0) }
    }
}

extension SearchExpression {
    /// One must hold; of one, itself.
    static func any(_ parts: [SearchExpression]) -> SearchExpression { parts.count == 1 ? parts[0] : .or(parts) }

    /// All must hold; of one, itself.
    static func all(_ parts: [SearchExpression]) -> SearchExpression { parts.count == 1 ? parts[0] : .and(parts) }
}

extension SearchExpression {
    /// A token, by what R4 says of booleans: their system is implied and not written (§3.1.1.4.10).
    public static func token(_ parameter: SearchParameterFact, _ query: SearchQueryValue.TokenQuery) -> Self {
        let plain = SearchExpression.value(parameter, .token(query))
        guard query.system == .uri("http://terminology.hl7.org/CodeSystem/special-values"),
            query.code == "true" || query.code == "false"
        else { return plain }
        return .or([plain, .value(parameter, .token(.init(system: .none, code: query.code)))])
    }
}

/// One filter of a composition, made ready for a code system (R4 valueset.html §4.9.7, filter-operator).
struct ConceptFilter {
    private enum Rule {
        case places(Set<CodeSystem.Place>, isNegated: Bool)
        case value(Property, Set<String>, isNegated: Bool)
        case pattern(Property, FHIRPathPattern)
        case exists(Property, Bool)
    }

    private enum Property {
        case code, display
        case named(String)
    }

    private let rule: Rule
    private let system: CodeSystem
    private let evaluator: FHIRPathEvaluator

    init(_ filter: ValueSet.Filter, _ system: CodeSystem, at place: String) throws(TerminologyProblem) {
        self.system = system
        var environment = FHIRPathEnvironment()
        environment.maximumSteps = 200_000
        evaluator = FHIRPathEvaluator(environment)
        func refuse(_ reason: String) -> TerminologyProblem { .unsupported(reason, at: "\(place).filter") }
        func known() throws(TerminologyProblem) -> CodeSystem.Place {
            guard let found = system.place(of: filter.value) else {
                throw refuse("The filter names the code \(filter.value), which \(system.url) does not have.")
            }
            return found
        }
        let property = try Self.property(filter.property, system, refuse)
        switch filter.op {
        case "is-a": rule = .places(system.hierarchy.below(try known()), isNegated: false)
        case "descendent-of":
            let top = try known()
            rule = .places(system.hierarchy.below(top).subtracting([top]), isNegated: false)
        case "is-not-a": rule = .places(system.hierarchy.below(try known()), isNegated: true)
        case "generalizes": rule = .places(system.hierarchy.above(try known()), isNegated: false)
        case "=":
            switch filter.property {
            case "parent" where system.properties.declared["parent"] == nil:
                rule = .places(Set(system.hierarchy.children(of: try known())), isNegated: false)
            case "child" where system.properties.declared["child"] == nil:
                rule = .places(Set(system.hierarchy.parents(of: try known())), isNegated: false)
            default: rule = .value(property, [filter.value], isNegated: false)
            }
        case "in": rule = .value(property, Self.list(filter.value), isNegated: false)
        case "not-in": rule = .value(property, Self.list(filter.value), isNegated: true)
        case "regex":
            do throws(FHIRPathError) {
                rule = .pattern(
                    property,
                    try Array(filter.value.utf8).withUnsafeBufferPointer { text throws(FHIRPathError) in
                        try FHIRPathPattern(text)
                    })
            } catch {
                throw refuse("The pattern \(filter.value) cannot be used: \(error).")
            }
        case "exists":
            guard filter.value == "true" || filter.value == "false" else {
                throw refuse("The filter exists takes true or false, not \(filter.value).")
            }
            rule = .exists(property, filter.value == "true")
        default:
            throw refuse(
                "The filter operator \(filter.op) is not known; there are =, is-a, descendent-of, is-not-a, regex, in, not-in, generalizes and exists."
            )
        }
    }

    private static func property(
        _ name: String, _ system: CodeSystem, _ refuse: (String) -> TerminologyProblem
    ) throws(TerminologyProblem) -> Property {
        switch name {
        case "concept", "code": return .code
        case "display": return .display
        default:
            // What neither the system declares nor the standard knows would silently find nothing.
            guard
                system.properties.declared[name] != nil
                    || ConceptProperties.Standard(rawValue: name) != nil
                    || system.nodes.contains(where: { !ConceptProperties.values(name, $0).isEmpty })
            else { throw refuse("The code system \(system.url) has no property \(name).") }
            return .named(name)
        }
    }

    private static func list(_ text: String) -> Set<String> {
        Set(
            text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }.map { text in
                String(text.reversed().drop { $0 == " " }.reversed())
            })
    }

    /// - Throws: where a pattern takes too long for a text.
    func holds(_ place: CodeSystem.Place) throws(TerminologyProblem) -> Bool {
        switch rule {
        case .places(let places, let isNegated): return places.contains(place) != isNegated
        case .value(.code, let wanted, let isNegated):
            return wanted.contains(where: { system.place(of: $0) == place }) != isNegated
        case .value(let property, let wanted, let isNegated):
            return values(property, place).contains(where: wanted.contains) != isNegated
        case .exists(let property, let isThere): return values(property, place).isEmpty != isThere
        case .pattern(let property, let pattern):
            for value in values(property, place) {
                let isFound = value.withUTF8Buffer { text -> Bool? in
                    // Each text has the whole budget.
                    var matcher = FHIRPathMatcher(pattern, text, captures: false)
                    return try? matcher.isFound(whole: true, FHIRPathEvaluator(evaluator.environment))
                }
                guard let isFound else { throw .tooCostly(limit: evaluator.environment.maximumSteps) }
                if isFound { return true }
            }
            return false
        }
    }

    private func values(_ property: Property, _ place: CodeSystem.Place) -> [String] {
        let node = system.nodes[Int(place)]
        switch property {
        case .code: return [system.codes[Int(place)]]
        case .display: return system.display(at: place).map { [$0] } ?? []
        case .named(let name):
            let own = ConceptProperties.values(name, node)
            guard own.isEmpty else { return own }
            // Where a concept stands is a property too, though nobody writes it down.
            if name == "parent" { return system.hierarchy.parents(of: place).map { system.codes[Int($0)] } }
            if name == "child" { return system.hierarchy.children(of: place).map { system.codes[Int($0)] } }
            return []
        }
    }
}

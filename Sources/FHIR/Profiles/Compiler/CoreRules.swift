/// What R4 says itself and definitions repeat.
enum CoreRules {
    /// The expressions of R4's invariants by key.
    private static let invariants: [String: Set<String>] = {
        var found: [String: Set<String>] = [:]
        for type in R4.table.types {
            for invariant in type.invariants { found[invariant.key, default: []].insert(invariant.expression) }
            for element in type.elements {
                for invariant in element.invariants { found[invariant.key, default: []].insert(invariant.expression) }
            }
        }
        return found
    }()

    /// Whether a constraint of a definition is one of R4's own, which the base validation judges.
    ///
    /// Snapshots repeat them, some in a later wording than R4 4.0.1 has: there the key decides, if the source is not
    /// somebody else's.
    static func isOwn(key: String, expression: String, source: String?, inSnapshot: Bool) -> Bool {
        guard let known = invariants[key] else { return false }
        if known.contains(expression) { return true }
        return inSnapshot && (source.map { Canonical.coreType($0) != nil } ?? true)
    }

    /// Definitions of the specification that its own types lean on, so that no package is needed for them.
    static let definitions = [
        #"""
        {"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/StructureDefinition/SimpleQuantity",
        "version":"4.0.1","name":"SimpleQuantity","status":"active","kind":"complex-type","abstract":false,
        "type":"Quantity","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Quantity","derivation":"constraint",
        "differential":{"element":[{"id":"Quantity","path":"Quantity"},
        {"id":"Quantity.comparator","path":"Quantity.comparator","max":"0"}]}}
        """#
    ]
}

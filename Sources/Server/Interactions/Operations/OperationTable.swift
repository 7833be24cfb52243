import FHIR
import Store

/// All operations of the server: routes are recognised by this table, access and audit know them by it, and `metadata`
/// lists them.
enum OperationTable {
    static let all: [Operation] =
        resourceOperations + clinicalOperations + terminologyOperations + ExportOperations.all

    /// Those of a type or, without one, of the system, by name.
    static func named(_ name: String, of type: ResourceType?) -> [Operation] {
        all.filter { operation in
            guard operation.name == name else { return false }
            guard let type, let types = operation.types else { return true }
            return types.contains(type)
        }
    }

    /// What a type offers: nothing that changes resources which are never changed.
    ///
    /// - Parameter permits: whether anybody may do that with resources of the type.
    static func offered(by type: ResourceType, _ permits: (AuditInteraction, ResourceType) -> Bool) -> [Operation] {
        all.filter { operation in
            (operation.types?.contains(type) ?? true) && !operation.levels.isDisjoint(with: [.type, .instance])
                && (!operation.affectsState || permits(.update, type))
        }
    }

    /// What the system offers as a whole.
    static var ofSystem: [Operation] { all.filter { $0.levels.contains(.system) } }
}

extension OperationTable {
    private static let r4 = "http://hl7.org/fhir/OperationDefinition/"
    private static let own = "urn:mediconnect:fhir:OperationDefinition:"

    private static let resourceOperations: [Operation] = [
        Operation(
            name: "validate", definition: r4 + "Resource-validate", types: nil, levels: [.type, .instance],
            affectsState: false,
            parameters: [
                .init("resource", "Resource"), .init("mode", "code"), .init("profile", "uri", isRepeated: true),
            ], perform: { try await $0.validate($1) }),
        Operation(
            name: "meta", definition: r4 + "Resource-meta", types: nil, levels: [.system, .type, .instance],
            affectsState: false, parameters: [], perform: { try await $0.meta($1) }),
        Operation(
            name: "meta-add", definition: r4 + "Resource-meta-add", types: nil, levels: [.instance],
            affectsState: true, parameters: [.init("meta", "Meta")], perform: { try await $0.metaAdd($1) }),
        Operation(
            name: "meta-delete", definition: r4 + "Resource-meta-delete", types: nil, levels: [.instance],
            affectsState: true, parameters: [.init("meta", "Meta")], perform: { try await $0.metaDelete($1) }),
        Operation(
            name: "purge", definition: own + "purge", types: nil, levels: [.instance], affectsState: true,
            parameters: [.init("compartment", "boolean"), .init("messages", "boolean")],
            perform: { try await $0.purge($1) }),
    ]

    private static let clinicalOperations: [Operation] = [
        Operation(
            name: "everything", definition: r4 + "Patient-everything", types: [.patient], levels: [.type, .instance],
            affectsState: false,
            parameters: [.init("start", "date"), .init("end", "date")] + everything,
            perform: { try await $0.everything($1) }),
        Operation(
            name: "everything", definition: r4 + "Encounter-everything", types: [.encounter], levels: [.instance],
            affectsState: false, parameters: everything, perform: { try await $0.everything($1) }),
        Operation(
            name: "lastn", definition: r4 + "Observation-lastn", types: [.observation], levels: [.type],
            affectsState: false, parameters: [.init("max", "positiveInt")], takesCriteria: true,
            perform: { try await $0.lastn($1) }),
        Operation(
            name: "document", definition: r4 + "Composition-document", types: [.composition],
            levels: [.type, .instance], affectsState: false,
            parameters: [.init("id", "uri"), .init("persist", "boolean"), .init("graph", "uri")],
            perform: { try await $0.document($1) }),
    ]

    private static let everything: [Operation.Parameter] = [
        .init("_since", "instant"), .init("_type", "code", isRepeated: true), .init("_count", "positiveInt"),
        .init("_page", "string"),
    ]

    private static let terminologyOperations: [Operation] = [
        Operation(
            name: "expand", definition: r4 + "ValueSet-expand", types: [.valueSet], levels: [.type, .instance],
            affectsState: false,
            parameters: [
                .init("url", "uri"), .init("valueSet", "ValueSet"), .init("valueSetVersion", "string"),
                .init("filter", "string"), .init("offset", "unsignedInt"), .init("count", "unsignedInt"),
                .init("includeDesignations", "boolean"), .init("designation", "string", isRepeated: true),
                .init("includeDefinition", "boolean"), .init("activeOnly", "boolean"),
                .init("excludeNested", "boolean"), .init("excludeNotForUI", "boolean"),
                .init("excludePostCoordinated", "boolean"), .init("displayLanguage", "code"),
                .init("exclude-system", "canonical", isRepeated: true),
                .init("system-version", "canonical", isRepeated: true),
                .init("check-system-version", "canonical", isRepeated: true),
                .init("force-system-version", "canonical", isRepeated: true),
            ], perform: { try await $0.expand($1) }),
        Operation(
            name: "validate-code", definition: r4 + "ValueSet-validate-code", types: [.valueSet],
            levels: [.type, .instance], affectsState: false,
            parameters: [
                .init("url", "uri"), .init("valueSet", "ValueSet"), .init("valueSetVersion", "string"),
                .init("code", "code"), .init("system", "uri"), .init("systemVersion", "string"),
                .init("display", "string"), .init("coding", "Coding"), .init("codeableConcept", "CodeableConcept"),
                .init("abstract", "boolean"), .init("displayLanguage", "code"),
            ], perform: { try await $0.validateCodeInValueSet($1) }),
        Operation(
            name: "validate-code", definition: r4 + "CodeSystem-validate-code", types: [.codeSystem],
            levels: [.type, .instance], affectsState: false,
            parameters: [
                .init("url", "uri"), .init("codeSystem", "CodeSystem"), .init("code", "code"),
                .init("version", "string"), .init("display", "string"), .init("coding", "Coding"),
                .init("codeableConcept", "CodeableConcept"), .init("abstract", "boolean"),
                .init("displayLanguage", "code"),
            ], perform: { try await $0.validateCodeInCodeSystem($1) }),
        Operation(
            name: "lookup", definition: r4 + "CodeSystem-lookup", types: [.codeSystem], levels: [.type],
            affectsState: false,
            parameters: [
                .init("code", "code"), .init("system", "uri"), .init("version", "string"), .init("coding", "Coding"),
                .init("displayLanguage", "code"), .init("property", "code", isRepeated: true),
            ], perform: { try await $0.lookup($1) }),
        Operation(
            name: "subsumes", definition: r4 + "CodeSystem-subsumes", types: [.codeSystem],
            levels: [.type, .instance], affectsState: false,
            parameters: [
                .init("codeA", "code"), .init("codeB", "code"), .init("system", "uri"), .init("version", "string"),
                .init("codingA", "Coding"), .init("codingB", "Coding"),
            ], perform: { try await $0.subsumes($1) }),
        Operation(
            name: "translate", definition: r4 + "ConceptMap-translate", types: [.conceptMap],
            levels: [.type, .instance], affectsState: false,
            parameters: [
                .init("url", "uri"), .init("conceptMap", "ConceptMap"), .init("conceptMapVersion", "string"),
                .init("code", "code"), .init("system", "uri"), .init("version", "string"), .init("source", "uri"),
                .init("coding", "Coding"), .init("codeableConcept", "CodeableConcept"), .init("target", "uri"),
                .init("targetsystem", "uri"), .init("dependency", "", isRepeated: true), .init("reverse", "boolean"),
            ], perform: { try await $0.translate($1) }),
    ]
}

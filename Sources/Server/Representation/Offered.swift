import FHIR
import Store

/// What the server offers beyond reading and writing, said once: the CapabilityStatement tells it, and a test tries
/// everything that it tells.
enum Offered {
    static let interactions: [AuditInteraction] = [
        .read, .vread, .create, .update, .patch, .delete, .historyInstance, .historyType, .searchType,
    ]
    static let systemInteractions: [AuditInteraction] = [.transaction, .batch, .searchSystem, .historySystem]

    static let conditionalCreate = true
    static let conditionalRead = "full-support"
    static let conditionalUpdate = true

    /// Search parameters that every type has and that are no elements' own.
    static let commonParameters: [(name: String, kind: String, definition: String?, documentation: String)] = [
        ("_id", "token", "Resource-id", "One or several logical ids."),
        ("_lastUpdated", "date", "Resource-lastUpdated", "When the current version was made."),
        ("_has", "special", nil, "Reverse chaining, nested and combined with chains."),
        ("_list", "special", nil, "Resources that a List holds, by the List's id."),
        (
            "_text", "string", "DomainResource-text",
            "Words of the narrative; among what other parameters find it is fast."
        ),
        ("_content", "string", "Resource-content", "Words of the whole resource; slow by itself, like _text."),
        ("_filter", "special", "filter", "The whole grammar of R4 search_filter."),
    ]

    /// What may be said of a parameter's values, by its kind.
    static func documentation(of kind: SearchParameterKind) -> String {
        switch kind {
        case .token: "Modifiers :not, :text, :in, :not-in, :above, :below, :of-type (identifiers), :missing."
        case .string: "Compared from its begin, without case and accents. Modifiers :exact, :contains, :missing."
        case .reference: "id, Type/id, url, canonical; chains. Modifiers :[type], :identifier, :missing."
        case .uri: "Compared whole. Modifiers :above, :below, :missing."
        case .date: "Prefixes eq, ne, gt, lt, ge, le, sa, eb, ap. Modifier :missing."
        case .number: "Prefixes eq, ne, gt, lt, ge, le, sa, eb, ap. Modifier :missing."
        case .quantity: "Prefixes as for numbers; number|system|code, number||code. Modifier :missing."
        case .composite: "Parts joined by $, of the same repetition. Modifier :missing."
        case .special: "latitude|longitude|distance|units. Modifier :missing."
        }
    }
}

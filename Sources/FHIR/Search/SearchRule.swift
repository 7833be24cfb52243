/// How a value of one data type becomes entries of one kind of search parameter: the table of R4 search.html §3.1.1.4
/// and of the type pages. What is not in it cannot be searched by that kind.
enum SearchRule: UInt8, Sendable, Hashable {
    case tokenCoding, tokenConcept, tokenIdentifier, tokenContactPoint, tokenCode, tokenText
    case referenceReference, referenceCanonical, referenceUri, referenceResource
    case stringText, stringHumanName, stringAddress, stringConcept, stringContactPoint
    case dateText, datePeriod, dateTiming
    case numberText, numberRange
    case quantityQuantity, quantityMoney, quantityRange, quantitySampledData, quantityNumber
    case uriText, uriCanonical
    case position
    /// Parts of one repetition; not made from one value.
    case composite

    /// The rule for a kind of parameter and a data type, if there is one.
    init?(_ kind: SearchParameterKind, _ type: TypeFact) {
        let rule: SearchRule?
        switch kind {
        case .token: rule = Self.token(type)
        case .reference: rule = Self.reference(type)
        case .string: rule = Self.string(type)
        case .date: rule = Self.date(type)
        case .number: rule = Self.number(type)
        case .quantity: rule = Self.quantity(type)
        case .uri: rule = Self.uri(type)
        case .special: rule = type.name == "Location.position" ? .position : nil
        case .composite: rule = nil
        }
        guard let rule else { return nil }
        self = rule
    }

    /// The elements of its type that become strings each by itself, as R4 search.html §3.1.1.4.8 says of HumanName and
    /// Address.
    var partsOfString: [String] {
        switch self {
        case .stringHumanName: Self.partsOfName
        case .stringAddress: Self.partsOfAddress
        default: []
        }
    }

    private static let partsOfName = ["text", "family", "given", "prefix", "suffix"]
    private static let partsOfAddress = ["text", "line", "city", "district", "state", "postalCode", "country"]

    private static func token(_ type: TypeFact) -> SearchRule? {
        switch type.name {
        case "Coding": .tokenCoding
        case "CodeableConcept": .tokenConcept
        case "Identifier": .tokenIdentifier
        case "ContactPoint": .tokenContactPoint
        case "code": .tokenCode
        case "boolean", "string", "id", "uri", "url", "canonical", "oid", "uuid", "integer", "positiveInt",
            "unsignedInt", "decimal", "date", "dateTime", "instant", "time":
            .tokenText
        default: nil
        }
    }

    private static func reference(_ type: TypeFact) -> SearchRule? {
        switch type.name {
        case "Reference": .referenceReference
        case "canonical": .referenceCanonical
        case "uri", "url", "oid", "uuid": .referenceUri
        case "Resource": .referenceResource
        default: nil
        }
    }

    private static func string(_ type: TypeFact) -> SearchRule? {
        switch type.name {
        case "HumanName": .stringHumanName
        case "Address": .stringAddress
        case "CodeableConcept": .stringConcept
        case "ContactPoint": .stringContactPoint
        case "string", "markdown", "code", "id", "uri", "url", "canonical", "oid", "uuid": .stringText
        default: nil
        }
    }

    private static func date(_ type: TypeFact) -> SearchRule? {
        switch type.name {
        case "date", "dateTime", "instant": .dateText
        case "Period": .datePeriod
        case "Timing": .dateTiming
        default: nil
        }
    }

    private static func number(_ type: TypeFact) -> SearchRule? {
        switch type.name {
        case "integer", "positiveInt", "unsignedInt", "decimal": .numberText
        case "Range": .numberRange
        default: nil
        }
    }

    private static func quantity(_ type: TypeFact) -> SearchRule? {
        switch type.name {
        case "Quantity", "Age", "Duration", "Count", "Distance", "SimpleQuantity", "MoneyQuantity": .quantityQuantity
        case "Money": .quantityMoney
        case "Range": .quantityRange
        case "SampledData": .quantitySampledData
        case "integer", "positiveInt", "unsignedInt", "decimal": .quantityNumber
        default: nil
        }
    }

    private static func uri(_ type: TypeFact) -> SearchRule? {
        switch type.name {
        case "uri", "url", "oid", "uuid": .uriText
        case "canonical": .uriCanonical
        default: nil
        }
    }
}

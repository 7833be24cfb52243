import FHIR

/// What `$everything` is asked (R4 patient-operation-everything, encounter-operation-everything).
public struct EverythingRequest: Sendable {
    public let compartment: Compartment
    /// nil: of all patients.
    public let id: String?
    /// Care in this range, by the dates of ``careDates``; resources without such a date are told in any case.
    public var start: DateRange?
    public var end: DateRange?
    /// Written at this time or later.
    public var since: DateRange?
    /// Only resources of these types; empty: all.
    public var types: [ResourceType] = []
    public var count: Int?
    public var page: String?

    public init(_ compartment: Compartment, id: String?) {
        self.compartment = compartment
        self.id = id
    }

    /// What else is needed to understand what belongs to a compartment: it comes along where something in it refers to it.
    static let companions: [ResourceType] = [
        .practitioner, .practitionerRole, .organization, .location, .medication, .device, .healthcareService,
    ].sorted()

    /// By which parameter a resource says when care was given.
    static let careDates: [(type: ResourceType, parameter: String)] = [
        (.appointment, "date"), (.carePlan, "date"), (.chargeItem, "occurrence"), (.claim, "created"),
        (.clinicalImpression, "date"), (.communication, "sent"), (.composition, "date"), (.condition, "onset-date"),
        (.diagnosticReport, "date"), (.documentReference, "date"), (.encounter, "date"), (.episodeOfCare, "date"),
        (.explanationOfBenefit, "created"), (.goal, "start-date"), (.imagingStudy, "started"), (.immunization, "date"),
        (.media, "created"), (.medicationAdministration, "effective-time"), (.medicationDispense, "whenhandedover"),
        (.medicationRequest, "authoredon"), (.medicationStatement, "effective"), (.observation, "date"),
        (.procedure, "date"), (.questionnaireResponse, "authored"), (.riskAssessment, "date"),
        (.serviceRequest, "occurrence"), (.specimen, "collected"),
    ]

    /// The types that can belong to the compartment, those asked for.
    var memberTypes: [ResourceType] {
        ResourceType.all.filter { type in
            (type == compartment.resourceType || R4.table.compartment(compartment, mayContain: type))
                && type != .auditEvent && (types.isEmpty || types.contains(type))
        }
    }

    /// The types that may come along.
    var companionTypes: [ResourceType] {
        let own = compartment == .patient ? Self.companions : [.patient] + Self.companions
        return own.filter { type in
            (types.isEmpty || types.contains(type)) && !R4.table.compartment(compartment, mayContain: type)
                && type != compartment.resourceType
        }.sorted()
    }

    /// All types that can belong to the compartment, whichever are asked for: those refer to what comes along.
    var referringTypes: [ResourceType] {
        var all = self
        all.types = []
        return all.memberTypes
    }
}

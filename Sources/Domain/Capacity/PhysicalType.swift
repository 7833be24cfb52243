/// What a location is made of: R4's location-physical-type.
public enum PhysicalType: String, Sendable, CaseIterable {
    case site = "si"
    case building = "bu"
    case wing = "wi"
    case ward = "wa"
    case level = "lvl"
    case corridor = "co"
    case room = "ro"
    case bed = "bd"
    case vehicle = "ve"
    case house = "ho"
    case cabinet = "ca"
    case road = "rd"
    case area
    case jurisdiction = "jdn"

    /// The code system's name in FHIR.
    public static let system = "http://terminology.hl7.org/CodeSystem/location-physical-type"

    /// Whether one party alone can hold it. Wards, rooms, corridors and all else hold any number.
    public var holdsOneParty: Bool { self == .bed }
}

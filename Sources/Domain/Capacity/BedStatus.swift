/// The operational status of a bed: HL7 v2 table 0116, which R4 prefers for `Location.operationalStatus`.
public enum BedStatus: String, Sendable, CaseIterable {
    case closed = "C"
    case housekeeping = "H"
    case isolated = "I"
    case contaminated = "K"
    case occupied = "O"
    case unoccupied = "U"

    /// The code system's name in FHIR.
    public static let system = "http://terminology.hl7.org/CodeSystem/v2-0116"

    /// Occupied; or isolated, which is said of beds with patients in them and contradicts nobody.
    var isSaidOfOccupiedBeds: Bool { self == .occupied || self == .isolated }

    public var display: String {
        switch self {
        case .closed: "Closed"
        case .housekeeping: "Housekeeping"
        case .isolated: "Isolated"
        case .contaminated: "Contaminated"
        case .occupied: "Occupied"
        case .unoccupied: "Unoccupied"
        }
    }
}

import Exchange
import FHIR

/// Where `$export` is asked: of the whole record, of patients, of a group.
enum ExportPlace: Sendable, Equatable {
    case system
    case patient
    case group(String)

    static let operation = "$export"

    /// - Parameter parts: of the path below the base.
    init?(_ parts: [String]) {
        guard parts.last == Self.operation else { return nil }
        switch parts.count {
        case 1: self = .system
        case 2 where parts[0] == ResourceType.patient.name: self = .patient
        case 3 where parts[0] == ResourceType.group.name && ResourceID.isValid(parts[1]): self = .group(parts[1])
        default: return nil
        }
    }

    var type: ResourceType? {
        switch self {
        case .system: nil
        case .patient: .patient
        case .group: .group
        }
    }

    /// Below the base.
    var path: String {
        switch self {
        case .system: Self.operation
        case .patient: "Patient/\(Self.operation)"
        case .group(let id): "Group/\(id)/\(Self.operation)"
        }
    }
}

/// The addresses of background jobs below the FHIR base.
enum JobURL {
    static let folder = "_jobs"

    static func status(_ id: String, base: String) -> String { "\(base)/\(folder)/\(id)" }

    static func file(_ number: Int32, of id: String, base: String) -> String {
        "\(status(id, base: base))/\(number).ndjson"
    }

    /// The number in a file's name; nil where it is none of this server's.
    static func number(_ name: String) -> Int32? {
        guard name.hasSuffix(".ndjson"), let number = Int32(name.dropLast(7)), number > 0,
            name == "\(number).ndjson"
        else { return nil }
        return number
    }
}

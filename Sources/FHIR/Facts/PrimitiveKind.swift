/// R4's primitive types (2.24.0.1). The raw values stand in `facts.bin`.
public enum PrimitiveKind: UInt8, Sendable, CaseIterable {
    case boolean = 1
    case integer
    case unsignedInt
    case positiveInt
    case decimal
    case string
    case code
    case id
    case markdown
    case uri
    case url
    case canonical
    case oid
    case uuid
    case base64Binary
    case date
    case dateTime
    case instant
    case time
    case xhtml

    /// Whether JSON writes the value as a number; of the others, only `boolean` is not a string.
    public var isNumber: Bool {
        switch self {
        case .integer, .unsignedInt, .positiveInt, .decimal: true
        default: false
        }
    }
}

/// HL7 table 0357, message error condition codes (v2.5.1 ch. 2 §2.15.5.3), with its texts.
public enum ErrorCondition: Int, Sendable, CaseIterable {
    case accepted = 0
    case segmentSequence = 100
    case requiredField = 101
    case dataType = 102
    case tableValue = 103
    case unsupportedMessageType = 200
    case unsupportedEvent = 201
    case unsupportedProcessingID = 202
    case unsupportedVersion = 203
    case unknownKey = 204
    case duplicateKey = 205
    case recordLocked = 206
    case applicationInternal = 207

    public var text: String {
        switch self {
        case .accepted: "Message accepted"
        case .segmentSequence: "Segment sequence error"
        case .requiredField: "Required field missing"
        case .dataType: "Data type error"
        case .tableValue: "Table value not found"
        case .unsupportedMessageType: "Unsupported message type"
        case .unsupportedEvent: "Unsupported event code"
        case .unsupportedProcessingID: "Unsupported processing id"
        case .unsupportedVersion: "Unsupported version id"
        case .unknownKey: "Unknown key identifier"
        case .duplicateKey: "Duplicate key identifier"
        case .recordLocked: "Application record locked"
        case .applicationInternal: "Application internal error"
        }
    }
}

/// Who asked, and where it came from: part of every audit entry.
public struct Origin: Sendable {
    /// The way an interaction came in.
    public enum Channel: Int16, Sendable, CaseIterable {
        case fhir = 1
        case hl7v2
        case xml
        case console
        case system
    }

    /// The principal's identifier; never empty, also where security is off.
    public let principal: String
    public let channel: Channel
    /// The peer's address as text, without its port.
    public let remoteAddress: String?
    /// What ties the entries of one request or message together: X-Request-Id, or the message's id.
    public let requestID: String?

    public init(principal: String, channel: Channel, remoteAddress: String? = nil, requestID: String? = nil) {
        self.principal = principal
        self.channel = channel
        self.remoteAddress = remoteAddress
        self.requestID = requestID
    }
}

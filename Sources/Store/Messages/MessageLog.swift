/// An inbound message as it is kept: raw, before anything is made of it.
public struct InboundMessage: Sendable {
    /// Microseconds since 1970 UTC.
    public var received: Int64
    public var origin: Origin
    /// Who sent it, as the message says: sending application and facility.
    public var sender: String
    public var controlID: String?
    public var raw: [UInt8]

    public init(received: Int64, origin: Origin, sender: String, controlID: String?, raw: [UInt8]) {
        self.received = received
        self.origin = origin
        self.sender = sender
        self.controlID = controlID
        self.raw = raw
    }
}

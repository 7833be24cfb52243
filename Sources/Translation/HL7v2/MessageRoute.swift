/// A kind of message that a map exists for.
public struct MessageRoute: Sendable, Hashable {
    /// MSH-9.1, table 0076: `ADT`
    public var messageCode: String
    /// MSH-9.2, table 0003: `A01`
    public var triggerEvent: String

    public init(_ messageCode: String, _ triggerEvent: String) {
        self.messageCode = messageCode
        self.triggerEvent = triggerEvent
    }
}

import HL7v2

/// Why a message that has a map cannot be applied: answered with AE.
public struct ConversionRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    public var condition: ErrorCondition
    public var place: Place
    /// One plain sentence for whoever looks after the sender.
    public var message: String

    public init(_ condition: ErrorCondition, at place: Place, _ message: String) {
        self.condition = condition
        self.place = place
        self.message = message
    }

    /// The answer that says so.
    public func acknowledgement(_ type: Acknowledgement.MessageTypeForm = .byVersion) -> Acknowledgement {
        Acknowledgement(.error, problems: [.init(.error, condition, at: place, message)], messageType: type)
    }

    public var description: String { "\(place): \(message)" }
}

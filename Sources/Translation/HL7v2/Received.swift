import HL7v2

/// What was received: the facts to store it by, and what becomes of it.
public struct Received: Sendable {
    /// Nil where the bytes do not begin with a readable MSH.
    public var header: Header?
    public var outcome: Outcome

    public enum Outcome: Sendable {
        /// Answered with a refusal and applied nowhere; stored and parked for a person, or for a map that comes later.
        case refused(Acknowledgement)
        /// There is a map for it.
        case parsed(Message, MessageRoute, ConversionReport)
    }
}

/// Why the domain does not accept a command. A value that each channel renders: an OperationOutcome, an ERR segment, a
/// sentence on a screen.
public struct Refusal: Error, Sendable, Equatable {
    public enum Code: String, Sendable, CaseIterable {
        /// A period, slot or appointment that ends before it starts.
        case endsBeforeStart
        /// A patient's record that is linked to itself.
        case linkedToItself
        /// A location that is part of itself, directly or through others.
        case partOfItself
        /// A bed that another party claims.
        case bedOccupied
        /// A bed whose operational status keeps patients out: closed, contaminated, housekeeping, or occupied by
        /// somebody who is not known here.
        case bedNotReady
        /// A bed that is suspended or inactive.
        case bedNotInService
    }

    public var code: Code
    /// One plain sentence: what is wrong and what would be right.
    public var reason: String
    /// The element of what was sent that the refusal is about.
    public var element: ElementPath?

    public init(_ code: Code, _ reason: String, at element: ElementPath? = nil) {
        self.code = code
        self.reason = reason
        self.element = element
    }
}

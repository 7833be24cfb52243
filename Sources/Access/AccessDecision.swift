/// Whether somebody may do something.
public enum AccessDecision: Sendable, Equatable {
    case allowed
    case refused(AccessRefusal)

    public var isAllowed: Bool { self == .allowed }

    public var refusal: AccessRefusal? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal
    }
}

/// Why somebody may not. Each channel has its own status for it; none stands here.
public struct AccessRefusal: Error, Sendable, Equatable {
    public enum Code: String, Sendable, CaseIterable {
        /// Nobody may, whoever it is: the product does not offer it.
        case notSupported
        /// It is not known who asks.
        case notAuthenticated
        /// This principal may not.
        case forbidden
    }

    public var code: Code
    /// One plain sentence.
    public var reason: String

    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

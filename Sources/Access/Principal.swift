/// Who asks. Every request and message has one, also where security is off, so that the audit always says who.
public struct Principal: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// Whoever reaches the loopback interface of a server that runs without login.
        case loopbackDevelopment
        /// A person who has logged in.
        case user
        /// This server itself: timers, migrations, rebuilds.
        case system
        /// A peer that sends messages, known by its configured name.
        case device(sender: String)
    }

    /// Stable, for the audit: a user's id, a sender's name.
    public var id: String
    /// For people.
    public var displayName: String
    public var kind: Kind

    public init(id: String, displayName: String, kind: Kind) {
        self.id = id
        self.displayName = displayName
        self.kind = kind
    }

    public static let loopbackDevelopment = Principal(
        id: "loopback-development", displayName: "Loopback development (no login)", kind: .loopbackDevelopment)

    public static let system = Principal(id: "system", displayName: "MediConnect", kind: .system)

    public static func device(sender: String) -> Principal {
        Principal(id: sender, displayName: sender, kind: .device(sender: sender))
    }
}

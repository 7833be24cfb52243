/// One of R4's 146 concrete resource types.
public struct ResourceType: Hashable, Sendable {
    /// The type's 1-based position in the alphabetical list of R4's concrete resource types. It never changes, so it can
    /// stand for the type in the database.
    public let code: Int16

    /// - Parameter name: the type's name as R4 writes it, `Patient`; nil if no concrete type has it.
    public init?(_ name: String) {
        guard let found = name.withUTF8Buffer({ ResourceType(utf8: $0) }) else { return nil }
        self = found
    }

    /// The same, by the bytes of the name.
    public init?(utf8 name: UnsafeBufferPointer<UInt8>) {
        guard let type = R4.table.type(utf8: name)?.resourceType else { return nil }
        self = type
    }

    public init?(code: Int16) {
        guard code >= 1, code <= R4.table.resourceNames.count else { return nil }
        self.code = code
    }

    /// For codes that come from the table itself.
    init(known code: Int16) {
        self.code = code
    }

    public var name: String { R4.table.resourceNames[Int(code) - 1] }

    /// All concrete types by name.
    public static var all: [ResourceType] {
        (1...R4.table.resourceNames.count).map { ResourceType(known: Int16($0)) }
    }
}

extension ResourceType: Comparable, CustomStringConvertible {
    /// By name, which is by code.
    public static func < (left: ResourceType, right: ResourceType) -> Bool { left.code < right.code }

    public var description: String { name }
}

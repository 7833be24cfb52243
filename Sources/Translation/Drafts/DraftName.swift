/// What a draft is called within its conversion: `patient`, `location/bed`, `observation/3`.
public struct DraftName: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let text: String

    public init(_ text: String) { self.text = text }
    public init(stringLiteral value: String) { text = value }

    static let referencePrefix = "urn:mediconnect:draft:"

    /// What stands in `Reference.reference` until the draft's resource has an id: `urn:mediconnect:draft:patient`
    public var reference: String { Self.referencePrefix + text }

    /// The draft that such a reference means; nil for any other reference.
    public init?(reference: String) {
        guard reference.hasPrefix(Self.referencePrefix) else { return nil }
        text = String(reference.dropFirst(Self.referencePrefix.count))
    }

    public static func < (a: DraftName, b: DraftName) -> Bool { a.text < b.text }
    public var description: String { text }
}

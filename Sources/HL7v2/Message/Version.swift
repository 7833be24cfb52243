/// A version of the standard as MSH-12 names it, comparable: 2.3 < 2.3.1 < 2.5. What cannot be read is `unknown`, and
/// compares as the oldest.
public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let parts: [Int]

    public init(_ text: String) {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        parts = (2...4).contains(numbers.count) && numbers.allSatisfy { (0...99).contains($0) } ? numbers : []
    }

    public static let unknown = Version("")
    public static let v2_3 = Version("2.3")
    public static let v2_4 = Version("2.4")
    public static let v2_5 = Version("2.5")

    public var isKnown: Bool { Version.published.contains(self) }

    /// Table 0104.
    public static let published: [Version] = [
        "2.0", "2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2",
        "2.9",
        "2.9.1",
    ].map { Version($0) }

    public static func < (a: Version, b: Version) -> Bool { a.parts.lexicographicallyPrecedes(b.parts) }

    public var description: String { parts.isEmpty ? "unknown" : parts.map(String.init).joined(separator: ".") }
}

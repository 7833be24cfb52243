/// Where in a resource an edit acts: names from the resource downwards, without list positions.
/// `hospitalization.dischargeDisposition`
public struct ElementPath: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// At least one.
    public let names: [String]

    public init(_ names: [String]) { self.names = names.isEmpty ? [""] : names }

    public init(stringLiteral value: String) {
        let isNested = value.utf8.contains(UInt8(ascii: "."))
        self.init(isNested ? value.split(separator: ".").map(String.init) : [value])
    }

    public var description: String { names.joined(separator: ".") }
}

/// How much a JSON text may ask of the server before it is refused.
public struct JSONLimits: Sendable, Equatable {
    /// Nesting of objects and arrays; the outermost container is at depth 1.
    public var maximumDepth: Int
    /// Length of the text in bytes.
    public var maximumBytes: Int
    /// Keys and values together. Each costs 16 bytes while the document lives, so this bounds memory for texts that
    /// consist of next to nothing but brackets and commas.
    public var maximumNodes: Int

    public init(maximumDepth: Int = 100, maximumBytes: Int = 64 << 20, maximumNodes: Int = 16 << 20) {
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
        self.maximumNodes = maximumNodes
    }

    /// 100 levels, 64 MiB, 16,777,216 keys and values.
    public static let `default` = JSONLimits()
}

/// How much a patch may ask of the server before it is refused as too costly.
public struct PatchLimits: Sendable, Equatable {
    /// Operations in one patch.
    public var maximumOperations: Int
    /// Length of the resource in bytes, at any time while it is patched: copies of copies double it each time.
    public var maximumResultBytes: Int
    /// Names and values that are held apart from the sent documents while the patch is applied.
    public var maximumValues: Int
    /// Steps of all operations together: a name looked at, an element moved, a node that an XPath visits.
    public var maximumSteps: Int
    /// Bytes that FHIRPath Patch may write while it goes from operation to operation: each sees the result of the one
    /// before it as a document of its own.
    public var maximumRewrittenBytes: Int

    public init(
        maximumOperations: Int = 10_000, maximumResultBytes: Int = 64 << 20, maximumValues: Int = 1_000_000,
        maximumSteps: Int = 5_000_000, maximumRewrittenBytes: Int = 256 << 20
    ) {
        self.maximumOperations = maximumOperations
        self.maximumResultBytes = maximumResultBytes
        self.maximumValues = maximumValues
        self.maximumSteps = maximumSteps
        self.maximumRewrittenBytes = maximumRewrittenBytes
    }

    /// 10,000 operations, 64 MiB, 1,000,000 values, 5,000,000 steps, 256 MiB.
    public static let `default` = PatchLimits()
}

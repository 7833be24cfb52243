import CZlib

/// Bytes deflated by zlib (RFC 1950): how definitions lie in memory between two looks at them.
struct Deflated: Sendable {
    let bytes: [UInt8]
    /// How many there were before.
    let size: Int

    /// nil if zlib has no memory for it.
    init?(_ text: [UInt8]) {
        var packed = [UInt8](repeating: 0, count: Int(compressBound(UInt(text.count))))
        var count = UInt(packed.count)
        guard compress2(&packed, &count, text, UInt(text.count), 6) == Z_OK else { return nil }
        bytes = Array(packed[..<Int(count)])
        size = text.count
    }

    /// The bytes as they were; nil if they are damaged.
    var inflated: [UInt8]? { bytes.withUnsafeBufferPointer { Self.inflate($0, size: size) } }

    static func inflate(_ packed: UnsafeBufferPointer<UInt8>, size: Int) -> [UInt8]? {
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { space, count in
            var length = UInt(size)
            isWhole = uncompress(space.baseAddress, &length, packed.baseAddress, UInt(packed.count)) == Z_OK
            count = Int(length)
        }
        return isWhole && bytes.count == size ? bytes : nil
    }
}

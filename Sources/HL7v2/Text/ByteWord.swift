/// Eight bytes looked at together: which of them are a certain one, told as the highest bit of each that is.
struct ByteWord {
    static let count = 8
    private static let low: UInt64 = 0x0101_0101_0101_0101
    private static let high: UInt64 = 0x8080_8080_8080_8080

    private let bits: UInt64

    /// The eight bytes from `start` on; nil where there are fewer.
    @inline(__always)
    init?(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) {
        guard start >= 0, bytes.count - start >= ByteWord.count else { return nil }
        bits = UInt64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: start, as: UInt64.self))
    }

    /// The bytes from `start` to the end, less than eight, and NULs.
    init(last bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
        var bits: UInt64 = 0
        for index in bytes.indices.clamped(to: start..<(start + ByteWord.count)) {
            bits |= UInt64(bytes[index]) << UInt64(8 * (index - start))
        }
        self.bits = bits
    }

    /// Whether all are ASCII.
    @inline(__always)
    var isASCII: Bool { bits & Self.high == 0 }

    @inline(__always)
    func matches(_ byte: UInt8) -> UInt64 {
        let differences = bits ^ (Self.low &* UInt64(byte))
        return ~(((differences & ~Self.high) &+ ~Self.high) | differences | ~Self.high)
    }

    /// Which of eight comes first, from 0.
    @inline(__always)
    static func place(ofFirst matches: UInt64) -> Int { matches.trailingZeroBitCount / 8 }

    /// The bits of the bytes before the first one that matches; all where none does.
    @inline(__always)
    static func before(firstOf matches: UInt64) -> UInt64 { matches == 0 ? .max : (matches & (0 &- matches)) &- 1 }
}

/// One key or value on the tape: where it stands in the source, and where the tape goes on behind it. 16 bytes.
///
/// An object is followed by key, value, key, value, …; an array by its elements; each container's `next` jumps over
/// all that it contains.
struct JSONTapeEntry: Sendable {
    /// Kind in bits 0–3, flags in bits 4–7, number of children in bits 8–31 (all ones: count them).
    var head: UInt32
    /// Offset of the first byte; for strings and keys that of the opening quote.
    var start: Int32
    /// Offset behind the last byte, closing quote included.
    var end: Int32
    /// Tape index behind this value and all that it contains.
    var next: Int32

    static let escapes: UInt32 = 1 << 4
    static let key: UInt32 = 1 << 5
    static let spaced: UInt32 = 1 << 6
    static let countIsUnknown: UInt32 = 0xFF_FFFF

    @inline(__always) var isObject: Bool { head & 0xF == UInt32(JSONKind.object.rawValue) }
    @inline(__always) var isContainer: Bool { head & 0xF <= UInt32(JSONKind.array.rawValue) }
    @inline(__always) var isString: Bool { head & 0xF == UInt32(JSONKind.string.rawValue) }
    @inline(__always) var isKey: Bool { head & Self.key != 0 }
    /// A string or key in which at least one backslash stands.
    @inline(__always) var hasEscapes: Bool { head & Self.escapes != 0 }
    /// A container with white space between its tokens, at any depth.
    @inline(__always) var isSpaced: Bool { head & Self.spaced != 0 }
    /// The text between the quotes of a string or key.
    @inline(__always) var content: Range<Int> { Int(start) + 1..<Int(end) - 1 }
    @inline(__always) var source: Range<Int> { Int(start)..<Int(end) }
}

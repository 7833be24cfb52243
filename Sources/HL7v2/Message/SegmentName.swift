/// The three characters that name a segment: `PID`, `ZA1`.
public struct SegmentName: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    @usableFromInline let code: UInt32

    init?(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
        guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first), SegmentName.isNameByte(second),
            SegmentName.isNameByte(third)
        else { return nil }
        code = UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
    }

    /// A name that is known only at run time; nil where it is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 3 else { return nil }
        self.init(bytes[0], bytes[1], bytes[2])
    }

    @inlinable
    public init(stringLiteral value: StaticString) {
        code = value.withUTF8Buffer { $0.prefix(3).reduce(0) { $0 << 8 | UInt32($1) } }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// MSH, FHS and BHS: the segments that say what the delimiters are.
    var isHeader: Bool { self == "MSH" || self == "FHS" || self == "BHS" }

    public var description: String {
        String(decoding: [UInt8(code >> 16 & 0xFF), UInt8(code >> 8 & 0xFF), UInt8(code & 0xFF)], as: UTF8.self)
    }
}

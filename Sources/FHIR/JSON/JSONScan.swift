/// Finding the end of runs, eight bytes at a time.
///
/// A word is compared in all its bytes at once; in the result the topmost bit of a byte says that it was found. Only
/// the first found byte is exact, since a borrow may reach those behind it, and only the first is used.
enum JSONScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    private static func word(_ text: UnsafeBufferPointer<UInt8>, _ offset: Int) -> UInt64 {
        // Callers have seen that offset + 8 <= text.count.
        UInt64(
            littleEndian: UnsafeRawPointer(text.baseAddress.unsafelyUnwrapped + offset).loadUnaligned(as: UInt64.self))
    }

    /// The offset of the first byte that a string cannot simply hold: quote, backslash, control character or anything
    /// outside ASCII; `text.count` if there is none.
    @inline(__always)
    static func endOfPlainText(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var offset = start
        while offset + 8 <= text.count {
            let word = word(text, offset)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let found =
                ((quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- ones &* 0x20) & ~word | word)
                & tops
            if found != 0 { return offset + found.trailingZeroBitCount >> 3 }
            offset += 8
        }
        while offset < text.count {
            let byte = text[offset]
            if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { break }
            offset += 1
        }
        return offset
    }

    /// The offset of the first byte, before `end`, that is not JSON white space; `end` if there is none.
    @inline(__always)
    static func endOfSpace(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        var offset = start
        while offset < end {
            while offset + 8 <= end {
                let others = word(text, offset) ^ (ones &* 0x20)
                offset += others.trailingZeroBitCount >> 3
                if others != 0 { break }
            }
            guard offset < end, isSpace(text[offset]) else { break }
            offset += 1
        }
        return offset
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}

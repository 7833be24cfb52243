/// Verification of UTF-8 (Unicode 15 table 3-7).
enum UTF8Check {
    /// The offset of the first byte that cannot be part of UTF-8, or nil.
    static func invalidOffset(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let count = bytes.count
        var index = 0
        while index < count {
            let lead = bytes[index]
            if lead < 0x80 {
                index = ASCIICheck.end(in: bytes, from: index + 1)
                continue
            }
            let length: Int
            var second: ClosedRange<UInt8> = 0x80...0xBF
            switch lead {
            case 0xC2...0xDF: length = 2
            case 0xE0: (length, second) = (3, 0xA0...0xBF)
            case 0xED: (length, second) = (3, 0x80...0x9F)
            case 0xE1...0xEF: length = 3
            case 0xF0: (length, second) = (4, 0x90...0xBF)
            case 0xF1...0xF3: length = 4
            case 0xF4: (length, second) = (4, 0x80...0x8F)
            default: return index
            }
            guard index + length <= count, second.contains(bytes[index + 1]) else { return index }
            for tail in 2..<max(length, 2) where bytes[index + tail] & 0xC0 != 0x80 { return index }
            index += length
        }
        return nil
    }
}

/// ASCII, eight bytes at a time.
enum ASCIICheck {
    /// The offset of the first byte from `start` on that is not ASCII; the count of bytes where there is none.
    static func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while let word = ByteWord(bytes, at: index), word.isASCII { index += ByteWord.count }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }
}

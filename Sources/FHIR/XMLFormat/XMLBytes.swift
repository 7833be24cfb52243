/// What the bytes of UTF-8 mean to XML.
enum XMLBytes {
    /// Bit n of the two words is set where ASCII n must be looked at: control characters, `"`, `&`, `<`, `>`.
    private static let low: UInt64 = 0x5000_0044_FFFF_FFFF

    /// Whether an attribute value can hold the byte as it is. 0xEF is not plain: U+FFFE and U+FFFF begin with it.
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte < 0x40 ? low >> UInt64(byte) & 1 == 0 : byte != 0xEF
    }

    /// Bit n is set where ASCII n in a text must be looked at: control characters but tab, line feed and carriage
    /// return; `&`, `<`.
    private static let lowText: UInt64 = 0x10000040ffffd9ff

    /// Whether text can hold the byte as it is. `]` is not plain: `]]>` begins with it.
    @inline(__always)
    static func isPlainText(_ byte: UInt8) -> Bool {
        byte < 0x40 ? lowText >> UInt64(byte) & 1 == 0 : byte != 0xEF && byte != UInt8(ascii: "]")
    }

    /// U+FFFE or U+FFFF, if one stands at an offset where 0xEF does.
    @inline(__always)
    static func noncharacter(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32? {
        guard index + 2 < text.count, text[index + 1] == 0xBF, text[index + 2] >= 0xBE else { return nil }
        return 0xFF00 | UInt32(text[index + 2] & 0x3F | 0xC0)
    }

    /// XML's white space (1.0 §2.3).
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Whether XML 1.0 has a code point (§2.2).
    static func isCharacter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// The code point of a numeric reference, given what stands between `&` and `;`.
    static func scalar(ofReference name: UnsafeBufferPointer<UInt8>) -> UInt32? {
        guard name.count > 1, name[0] == UInt8(ascii: "#") else { return nil }
        let isHexadecimal = name[1] == UInt8(ascii: "x")
        let digits = name[(isHexadecimal ? 2 : 1)...]
        guard !digits.isEmpty else { return nil }
        var scalar: UInt32 = 0
        for byte in digits {
            guard let digit = JSONEscapes.digit(byte), isHexadecimal || digit < 10, scalar < 0x110000 else {
                return nil
            }
            scalar = scalar * (isHexadecimal ? 16 : 10) + digit
        }
        return scalar
    }

    /// The character of one of XML's own five entities.
    static func predefined(_ name: UnsafeBufferPointer<UInt8>) -> UInt8? {
        switch name.count {
        case 2 where name[1] == UInt8(ascii: "t") && name[0] == UInt8(ascii: "l"): UInt8(ascii: "<")
        case 2 where name[1] == UInt8(ascii: "t") && name[0] == UInt8(ascii: "g"): UInt8(ascii: ">")
        case 3 where name.elementsEqual("amp".utf8): UInt8(ascii: "&")
        case 4 where name.elementsEqual("quot".utf8): UInt8(ascii: "\"")
        case 4 where name.elementsEqual("apos".utf8): UInt8(ascii: "'")
        default: nil
        }
    }
}

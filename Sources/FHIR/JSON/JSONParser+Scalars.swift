extension JSONParser {
    /// Stands at an opening quote; afterwards behind the closing one.
    @inline(__always)
    mutating func readString(flags: UInt32) throws(JSONFault) {
        let start = cursor
        let end = JSONScan.endOfPlainText(text, from: start + 1)
        if end < text.count, text[end] == UInt8(ascii: "\"") {
            cursor = end + 1
            try pushLeaf(.string, flags: flags, from: start)
        } else {
            try readUnusualString(flags: flags, from: start, at: end)
        }
    }

    /// A string with escapes, with characters outside ASCII, or with a fault; `special` is where the first one stands.
    private mutating func readUnusualString(flags: UInt32, from start: Int, at special: Int) throws(JSONFault) {
        var flags = flags
        var offset = special
        while offset < text.count {
            let byte = text[offset]
            switch byte {
            case UInt8(ascii: "\""):
                cursor = offset + 1
                return try pushLeaf(.string, flags: flags, from: start)
            case UInt8(ascii: "\\"):
                flags |= JSONTapeEntry.escapes
                offset = try endOfEscape(at: offset)
            case 0x80...:
                offset = try endOfCharacter(at: offset)
                if offset < text.count, text[offset] >= 0x80 { continue }
            default: throw JSONFault(at: offset, .controlCharacter(byte))
            }
            offset = JSONScan.endOfPlainText(text, from: offset)
        }
        throw JSONFault(at: start, .unterminatedString)
    }

    /// The offset behind the escape whose backslash stands at `offset`.
    private func endOfEscape(at offset: Int) throws(JSONFault) -> Int {
        guard offset + 1 < text.count else { throw JSONFault(at: offset, .unexpectedEnd) }
        switch text[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return offset + 2
        case UInt8(ascii: "u"): break
        default: throw JSONFault(at: offset, .invalidEscape)
        }
        let behind = offset + 6
        switch try codeUnit(at: offset) {
        case 0: throw JSONFault(at: offset, .nullCharacter)
        case 0xDC00...0xDFFF: throw JSONFault(at: offset, .loneSurrogate)
        case 0xD800...0xDBFF:
            guard behind < text.count else { throw JSONFault(at: offset, .unexpectedEnd) }
            guard text[behind] == UInt8(ascii: "\\") else { throw JSONFault(at: offset, .loneSurrogate) }
            guard behind + 1 < text.count else { throw JSONFault(at: offset, .unexpectedEnd) }
            guard text[behind + 1] == UInt8(ascii: "u") else { throw JSONFault(at: offset, .loneSurrogate) }
            let second = try codeUnit(at: behind)
            guard second & 0xFC00 == 0xDC00 else { throw JSONFault(at: offset, .loneSurrogate) }
            return behind + 6
        default: return behind
        }
    }

    /// The UTF-16 code unit that the `\u` escape at `offset` stands for.
    private func codeUnit(at offset: Int) throws(JSONFault) -> UInt32 {
        var unit: UInt32 = 0
        for position in offset + 2..<offset + 6 {
            guard position < text.count else { throw JSONFault(at: offset, .unexpectedEnd) }
            guard let digit = JSONEscapes.digit(text[position]) else { throw JSONFault(at: offset, .invalidEscape) }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// The offset behind the UTF-8 sequence of a character outside ASCII; Unicode table 3-7 (well-formed UTF-8 byte
    /// sequences: neither overlong, nor surrogates, nor beyond U+10FFFF).
    private func endOfCharacter(at offset: Int) throws(JSONFault) -> Int {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch text[offset] {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONFault(at: offset, .invalidUTF8)
        }
        guard offset + length <= text.count, second ~= text[offset + 1] else {
            throw JSONFault(at: offset, .invalidUTF8)
        }
        for position in offset + 2..<offset + length where !(0x80...0xBF ~= text[position]) {
            throw JSONFault(at: offset, .invalidUTF8)
        }
        return offset + length
    }

    /// Stands at a minus sign or digit; afterwards behind the number. RFC 8259 §6.
    @inline(__always)
    mutating func readNumber() throws(JSONFault) {
        let start = cursor
        var offset = start
        if text[offset] == UInt8(ascii: "-") { offset += 1 }
        let firstDigit = offset
        offset = endOfDigits(from: offset)
        if offset == firstDigit {
            let isInfinity = offset < text.count && text[offset] | 0x20 == UInt8(ascii: "i")
            throw JSONFault(at: start, isInfinity ? .notANumber : .missingDigits)
        }
        if offset > firstDigit + 1, text[firstDigit] == UInt8(ascii: "0") { throw JSONFault(at: start, .leadingZero) }
        if offset < text.count, text[offset] == UInt8(ascii: ".") {
            let fraction = offset + 1
            offset = endOfDigits(from: fraction)
            if offset == fraction { throw JSONFault(at: start, .missingDigits) }
        }
        if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
            var exponent = offset + 1
            if exponent < text.count, text[exponent] == UInt8(ascii: "+") || text[exponent] == UInt8(ascii: "-") {
                exponent += 1
            }
            offset = endOfDigits(from: exponent)
            if offset == exponent { throw JSONFault(at: start, .missingDigits) }
        }
        cursor = offset
        try pushLeaf(.number, from: start)
    }

    @inline(__always)
    private func endOfDigits(from start: Int) -> Int {
        var offset = start
        while offset < text.count, text[offset] &- UInt8(ascii: "0") < 10 { offset += 1 }
        return offset
    }

    /// Reads `true`, `false` or `null`, or says why nothing else can stand here.
    mutating func readWord() throws(JSONFault) {
        let start = cursor
        var offset = start
        while offset < text.count, isLetter(text[offset]) { offset += 1 }
        let word = text[start..<offset]
        let kind: JSONKind
        if word.elementsEqual("true".utf8) {
            kind = .true
        } else if word.elementsEqual("false".utf8) {
            kind = .false
        } else if word.elementsEqual("null".utf8) {
            kind = .null
        } else {
            throw JSONFault(at: start, reasonForNoValue(word))
        }
        cursor = offset
        try pushLeaf(kind, from: start)
    }

    private func reasonForNoValue(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> JSONError.Reason {
        if word.elementsEqual("NaN".utf8) || word.elementsEqual("Infinity".utf8) { return .notANumber }
        let end = word.endIndex
        // A text may be cut off within a word.
        if !word.isEmpty, end == text.count, ["true", "false", "null"].contains(where: { $0.utf8.starts(with: word) }) {
            return .unexpectedEnd
        }
        guard word.isEmpty else { return .unknownWord }
        let next = end + 1 < text.count ? text[end + 1] : 0
        switch text[end] {
        case UInt8(ascii: "+"): return .explicitPlus
        case UInt8(ascii: ".") where 0x30...0x39 ~= next: return .missingDigits
        case let byte: return .expectedValue(found: byte)
        }
    }

    private func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }
}

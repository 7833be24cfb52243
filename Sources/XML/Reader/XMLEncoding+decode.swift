extension XMLEncoding {
    /// The document as verified UTF-8 without byte order mark. Text that is UTF-8 already is only verified.
    ///
    /// - Throws: `XMLError` with the place of the first byte that is not text in the document's encoding.
    static func decodedText(_ source: UnsafeBufferPointer<UInt8>) throws(XMLError) -> [UInt8] {
        let (encoding, skip) = try detect(source)
        let body = UnsafeBufferPointer(rebasing: source[skip...])
        var text: [UInt8] = []
        let failure: Int?
        switch encoding {
        case .utf8:
            failure = invalidUTF8Offset(body)
            text.append(contentsOf: failure.map { UnsafeBufferPointer(rebasing: body[..<$0]) } ?? body)
        case .ascii:
            failure = body.firstIndex { $0 >= 0x80 }
            text.append(contentsOf: failure.map { UnsafeBufferPointer(rebasing: body[..<$0]) } ?? body)
        case .latin1:
            failure = nil
            text.reserveCapacity(body.count + body.count / 8)
            for byte in body { append(UInt32(byte), to: &text) }
        case .windows1252:
            failure = decodeWindows1252(body, into: &text)
        case .utf16BigEndian:
            failure = decodeUTF16(body, high: 0, into: &text)
        case .utf16LittleEndian:
            failure = decodeUTF16(body, high: 1, into: &text)
        }
        if failure != nil {
            throw XMLError(.notInEncoding(encoding.rawValue), at: endPosition(of: text))
        }
        if encoding == .utf16BigEndian || encoding == .utf16LittleEndian {
            let declared = text.withUnsafeBufferPointer { declaredName($0) }
            if let declared, !["utf-16", encoding.rawValue.lowercased()].contains(declared.lowercased()) {
                throw XMLError(.encodingMismatch(declared: declared, found: encoding.rawValue), at: .start)
            }
        }
        return text
    }

    private static func endPosition(of text: [UInt8]) -> XMLPosition {
        text.withUnsafeBufferPointer {
            var cursor = PositionCursor()
            return cursor.position(at: $0.count, in: $0)
        }
    }

    /// The offset of the first byte that cannot be part of UTF-8 (Unicode 15 table 3-7), or nil.
    static func invalidUTF8Offset(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let count = bytes.count
        var index = 0
        while index < count {
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
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

    private static func decodeUTF16(
        _ bytes: UnsafeBufferPointer<UInt8>, high: Int, into text: inout [UInt8]
    ) -> Int? {
        text.reserveCapacity(bytes.count / 2 + bytes.count / 8)
        var index = 0
        while index < bytes.count {
            guard index + 1 < bytes.count else { return index }
            let unit = UInt32(bytes[index + high]) << 8 | UInt32(bytes[index + 1 - high])
            if unit & 0xF800 != 0xD800 {
                append(unit, to: &text)
                index += 2
                continue
            }
            guard unit < 0xDC00, index + 3 < bytes.count else { return index }
            let low = UInt32(bytes[index + 2 + high]) << 8 | UInt32(bytes[index + 3 - high])
            guard low & 0xFC00 == 0xDC00 else { return index }
            append(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF), to: &text)
            index += 4
        }
        return nil
    }

    private static func decodeWindows1252(_ bytes: UnsafeBufferPointer<UInt8>, into text: inout [UInt8]) -> Int? {
        text.reserveCapacity(bytes.count + bytes.count / 8)
        for (index, byte) in bytes.enumerated() {
            guard (0x80...0x9F).contains(byte) else {
                append(UInt32(byte), to: &text)
                continue
            }
            let scalar = windows1252High[Int(byte) - 0x80]
            if scalar == 0 { return index }
            append(UInt32(scalar), to: &text)
        }
        return nil
    }

    /// 0x80–0x9F of windows-1252; 0 where the code page assigns nothing.
    private static let windows1252High: [UInt16] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
        0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
        0x0178,
    ]

    @inline(__always)
    private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
        if scalar < 0x80 {
            text.append(UInt8(scalar))
        } else if scalar < 0x800 {
            text.append(UInt8(0xC0 | scalar >> 6))
            text.append(UInt8(0x80 | scalar & 0x3F))
        } else if scalar < 0x10000 {
            text.append(UInt8(0xE0 | scalar >> 12))
            text.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            text.append(UInt8(0x80 | scalar & 0x3F))
        } else {
            text.append(UInt8(0xF0 | scalar >> 18))
            text.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            text.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            text.append(UInt8(0x80 | scalar & 0x3F))
        }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension JSONTapeEntry {
    /// Whether the text of this string or key is `other`.
    @inline(__always)
    func equals(_ other: UnsafeBufferPointer<UInt8>, in source: UnsafeBufferPointer<UInt8>) -> Bool {
        let length = Int(end) - Int(start) - 2
        // An escape is never shorter than what it stands for.
        guard !hasEscapes else { return length >= other.count && resolves(to: other, in: source) }
        guard length == other.count else { return false }
        guard let mine = source.baseAddress, let theirs = other.baseAddress else { return true }
        return memcmp(mine + Int(start) + 1, theirs, length) == 0
    }

    private func resolves(to other: UnsafeBufferPointer<UInt8>, in source: UnsafeBufferPointer<UInt8>) -> Bool {
        withText(in: source) { $0.elementsEqual(other) }
    }

    func text(in bytes: [UInt8]) -> String {
        withText(in: bytes) { String(decoding: $0, as: UTF8.self) }
    }

    /// Lends the text of this string or key, its escapes resolved.
    @inline(__always)
    func withText<R>(in bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try bytes.withUnsafeBufferPointer { try withText(in: $0, body) }
    }

    @inline(__always)
    private func withText<R>(
        in source: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> R
    ) rethrows -> R {
        let raw = UnsafeBufferPointer(rebasing: source[content])
        guard hasEscapes else { return try body(raw) }
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count) { plain in
            let count = JSONEscapes.resolve(raw, into: plain)
            return try body(UnsafeBufferPointer(rebasing: plain[..<count]))
        }
    }
}

/// Escapes of JSON strings, RFC 8259 §7.
enum JSONEscapes {
    /// Writes the text that a string's inside stands for, and returns its length, which is never more than
    /// `raw.count`. The parser has checked every escape: four hexadecimal digits behind `\u`, surrogates in pairs.
    static func resolve(_ raw: UnsafeBufferPointer<UInt8>, into plain: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var from = 0
        var to = 0
        func put(_ byte: UInt8) {
            plain[to] = byte
            to += 1
        }
        while from < raw.count {
            guard raw[from] == UInt8(ascii: "\\"), from + 1 < raw.count else {
                put(raw[from])
                from += 1
                continue
            }
            let letter = raw[from + 1]
            from += 2
            guard letter == UInt8(ascii: "u") else {
                put(single(letter))
                continue
            }
            var scalar = hexadecimal(raw, at: from)
            from += 4
            if scalar & 0xFC00 == 0xD800 {
                scalar = 0x10000 + (scalar & 0x3FF) << 10 + hexadecimal(raw, at: from + 2) & 0x3FF
                from += 6
            }
            switch scalar {
            case ..<0x80:
                put(UInt8(truncatingIfNeeded: scalar))
            case ..<0x800:
                put(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
            case ..<0x10000:
                put(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
            default:
                put(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
                put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
            }
        }
        return to
    }

    /// What a one-letter escape stands for.
    private static func single(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// The value of the four digits at `offset`.
    static func hexadecimal(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt32 {
        var value: UInt32 = 0
        for byte in text[offset..<offset + 4] { value = value << 4 | (digit(byte) ?? 0) }
        return value
    }

    /// The value of a hexadecimal digit.
    @inline(__always)
    static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

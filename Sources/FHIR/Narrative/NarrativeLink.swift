/// Links that do something other than lead somewhere.
enum NarrativeLink {
    /// Schemes that run something or carry what is run.
    private static let refused: Set<String> = [
        "javascript", "vbscript", "livescript", "mocha", "data", "blob", "filesystem", "jar", "view-source",
    ]

    /// The scheme of a link's value, if it is one that is refused. References, white space, control characters and case
    /// do not hide it. An image may carry its own data.
    static func refusedScheme(_ value: UnsafeBufferPointer<UInt8>, isImage: Bool) -> String? {
        if isPlainlyHarmless(value) { return nil }
        var text = [UInt8](value)
        // A value may have been escaped twice on its way through another system.
        for _ in 0..<3 {
            let resolved = NarrativeText.resolved(text)
            if let scheme = scheme(of: resolved), refused.contains(scheme) {
                if scheme != "data" || !isImage { return scheme }
                let image = NarrativeText.squeezed(resolved).dropFirst(5)
                return image.starts(with: "image/".utf8) ? nil : scheme
            }
            if resolved == text { break }
            text = resolved
        }
        return nil
    }

    /// The usual beginnings, seen without a copy.
    private static func isPlainlyHarmless(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = value.first else { return true }
        if first == UInt8(ascii: "#") || first == UInt8(ascii: "/") { return true }
        return value.starts(with: "http://".utf8) || value.starts(with: "https://".utf8)
    }

    /// What stands before the first colon, in lower case and without white space, if that is a scheme.
    private static func scheme(of text: [UInt8]) -> String? {
        let squeezed = NarrativeText.squeezed(text)
        guard let colon = squeezed.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return String(decoding: squeezed[..<colon], as: UTF8.self)
    }
}

/// Texts as those who execute them read them.
enum NarrativeText {
    /// All references resolved, those of HTML included. References beyond what exists stay as they are.
    static func resolved(_ text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "&"), let (scalar, end) = reference(text, at: index) else {
                result.append(text[index])
                index += 1
                continue
            }
            result.append(
                contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
            index = end
        }
        return result
    }

    /// HTML's readers do without the semicolon of a numeric reference.
    private static func reference(_ text: [UInt8], at start: Int) -> (scalar: UInt32, end: Int)? {
        var end = start + 1
        if end < text.count, text[end] == UInt8(ascii: "#") {
            end += 1
            let isHexadecimal = end < text.count && text[end] | 0x20 == UInt8(ascii: "x")
            if isHexadecimal { end += 1 }
            var scalar: UInt32 = 0
            let digits = end
            while end < text.count, let digit = JSONEscapes.digit(text[end]), isHexadecimal || digit < 10 {
                scalar = min(scalar * (isHexadecimal ? 16 : 10) + digit, 0x110000)
                end += 1
            }
            guard end > digits else { return nil }
            if end < text.count, text[end] == UInt8(ascii: ";") { end += 1 }
            return (scalar, end)
        }
        guard let semicolon = text[end...].prefix(32).firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = Array(text[end..<semicolon])
        let scalar = name.withUnsafeBufferPointer { name in
            XMLBytes.predefined(name).map { UInt32($0) } ?? HTMLEntities.scalar(name) ?? hidden(name)
        }
        return scalar.map { ($0, semicolon + 1) }
    }

    /// HTML 5's names of characters with which schemes have been hidden.
    private static func hidden(_ name: UnsafeBufferPointer<UInt8>) -> UInt32? {
        switch String(decoding: name, as: UTF8.self) {
        case "colon": 0x3A
        case "Tab": 0x09
        case "NewLine": 0x0A
        case "lpar": 0x28
        case "bsol": 0x5C
        default: nil
        }
    }

    /// In lower case and without white space and control characters, which browsers pass over in schemes.
    static func squeezed(_ text: [UInt8]) -> [UInt8] {
        text.compactMap { byte in
            if byte <= 0x20 || byte == 0x7F { return nil }
            return byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
    }
}

/// encode(), decode(), escape() and unescape() (FHIRPath 2.1 §5.6); nil for formats that are not known and text that is not
/// in them.
enum FHIRPathCoding {
    typealias Text = UnsafeBufferPointer<UInt8>

    static func encode(_ text: Text, _ format: Text) -> [UInt8]? {
        switch String(decoding: format, as: UTF8.self) {
        case "hex": return text.flatMap { [digit($0 >> 4), digit($0 & 0xF)] }
        case "base64": return base64(text, Array("+/".utf8))
        case "urlbase64": return base64(text, Array("-_".utf8))
        default: return nil
        }
    }

    static func decode(_ text: Text, _ format: Text) -> [UInt8]? {
        let bytes: [UInt8]?
        switch String(decoding: format, as: UTF8.self) {
        case "hex": bytes = hexadecimal(text)
        case "base64": bytes = base64Decoded(text, Array("+/".utf8))
        case "urlbase64": bytes = base64Decoded(text, Array("-_".utf8))
        default: return nil
        }
        // What is no text cannot be a string.
        return bytes.flatMap { String(validating: $0, as: UTF8.self) == nil ? nil : $0 }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

    private static func hexadecimal(_ text: Text) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for position in stride(from: 0, to: text.count, by: 2) {
            guard let high = JSONEscapes.digit(text[position]), let low = JSONEscapes.digit(text[position + 1]) else {
                return nil
            }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    private static func letters(_ last: [UInt8]) -> [UInt8] {
        Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + last
    }

    private static func base64(_ text: Text, _ last: [UInt8]) -> [UInt8] {
        let letters = letters(last)
        var output: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 3) {
            let group = text[start..<min(start + 3, text.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                let isPadding = position > group.count
                output.append(isPadding ? UInt8(ascii: "=") : letters[Int(bits >> UInt32(18 - 6 * position)) & 63])
            }
        }
        return output
    }

    private static func base64Decoded(_ text: Text, _ last: [UInt8]) -> [UInt8]? {
        let letters = letters(last)
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for byte in text where byte != UInt8(ascii: "=") {
            guard let value = letters.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return output
    }

    static func escape(_ text: Text, _ format: Text) -> [UInt8]? {
        switch String(decoding: format, as: UTF8.self) {
        case "json":
            var output: [UInt8] = []
            JSONWriter.appendString(String(decoding: text, as: UTF8.self), to: &output)
            return Array(output.dropFirst().dropLast())
        case "html":
            return text.flatMap { byte in
                entities.first { $0.0 == byte }.map { Array("&\($0.1);".utf8) } ?? [byte]
            }
        default: return nil
        }
    }

    private static let entities: [(UInt8, String)] = [
        (UInt8(ascii: "&"), "amp"), (UInt8(ascii: "<"), "lt"), (UInt8(ascii: ">"), "gt"), (UInt8(ascii: "\""), "quot"),
        (UInt8(ascii: "'"), "#39"),
    ]

    static func unescape(_ text: Text, _ format: Text) -> [UInt8]? {
        switch String(decoding: format, as: UTF8.self) {
        case "json":
            let quoted = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
            guard let document = try? JSONDocument.parse(Array("[".utf8) + quoted + Array("]".utf8)) else {
                // A quote that is not escaped is no JSON, but is meant as one.
                return text.contains(UInt8(ascii: "\"")) ? Array(text.filter { $0 != UInt8(ascii: "\\") }) : nil
            }
            return document.root.elements.first?.string.map { Array($0.utf8) }
        case "html":
            var output: [UInt8] = []
            var cursor = 0
            while cursor < text.count {
                if text[cursor] == UInt8(ascii: "&"),
                    let (byte, name) = (entities + [(UInt8(ascii: "'"), "apos")]).first(where: {
                        text[(cursor + 1)...].starts(with: Array("\($0.1);".utf8))
                    })
                {
                    output.append(byte)
                    cursor += name.utf8.count + 2
                } else {
                    output.append(text[cursor])
                    cursor += 1
                }
            }
            return output
        default: return nil
        }
    }
}

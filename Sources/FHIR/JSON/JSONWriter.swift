/// Writes nodes of a ``JSONDocument`` as bytes. Names, strings and numbers are copied as they were sent.
public struct JSONWriter {
    /// Without white space between the tokens. Where the source has none, this is one copy.
    public static func compact(_ node: JSONNode) -> [UInt8] { compact(node, edits: .none) }

    /// Without white space between the tokens, with some nodes replaced or dropped. Nothing at all if the node itself
    /// is dropped.
    public static func compact(_ node: JSONNode, edits: JSONEdits) -> [UInt8] {
        var output: [UInt8] = []
        append(node, edits: edits, to: &output)
        return output
    }

    /// Appends the node without white space between its tokens, with some nodes replaced or dropped.
    public static func append(_ node: JSONNode, edits: JSONEdits = .none, to output: inout [UInt8]) {
        if let edit = edits.edit(of: node.index) { return output.append(contentsOf: edit.bytes ?? []) }
        let limit = node.sourceRange.count + edits.replacementBytes
        output.append(addingCapacity: limit) { space in
            var writer = JSONCompactor(node.document, edits: edits, output: space)
            writer.copy(nodes: node.index..<node.endIndex, source: node.sourceRange)
            return writer.count
        }
    }

    /// Two spaces for each level, a member or element a line; for people. Deep levels are not indented further.
    public static func pretty(_ node: JSONNode) -> [UInt8] {
        var printer = JSONPrettyPrinter(node.document)
        printer.print(node)
        return printer.output
    }

    /// Appends a string in quotes with the escapes that JSON needs. U+0000, which neither FHIR nor
    /// ``JSONDocument/parse(_:limits:)`` accepts, becomes U+FFFD.
    public static func appendString(_ text: String, to output: inout [UInt8]) {
        var text = text
        text.withUTF8 { appendString(utf8: $0, to: &output) }
    }

    /// Appends a string, given as valid UTF-8, in quotes with the escapes that JSON needs.
    static func appendString(utf8 text: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var rest = text[...]
        while let special = rest.firstIndex(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
        ) {
            output.append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<special]))
            appendEscape(text[special], to: &output)
            rest = rest[(special + 1)...]
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: rest))
        output.append(UInt8(ascii: "\""))
    }

    private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
        let letter: UInt8
        switch byte {
        case 0x00: return output.append(contentsOf: [0xEF, 0xBF, 0xBD])
        case 0x08: letter = UInt8(ascii: "b")
        case 0x09: letter = UInt8(ascii: "t")
        case 0x0A: letter = UInt8(ascii: "n")
        case 0x0C: letter = UInt8(ascii: "f")
        case 0x0D: letter = UInt8(ascii: "r")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
        default:
            let digits: StaticString = "0123456789abcdef"
            output.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, 0x30 + byte >> 4])
            return output.append(digits.utf8Start[Int(byte & 0xF)])
        }
        output.append(UInt8(ascii: "\\"))
        output.append(letter)
    }
}

extension [UInt8] {
    /// Makes room for `capacity` more bytes at the end, has `body` write there, and keeps as many as it says.
    mutating func append(addingCapacity capacity: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int) {
        if isEmpty {
            self = [UInt8](unsafeUninitializedCapacity: capacity) { space, count in count = body(space) }
        } else {
            append(contentsOf: [UInt8](unsafeUninitializedCapacity: capacity) { space, count in count = body(space) })
        }
    }
}

/// Writes a node for people: a member or element a line, two spaces for each level.
struct JSONPrettyPrinter {
    /// Levels beyond this one are indented no further, so that depth cannot multiply the size.
    private static let deepestIndent = 32

    private(set) var output: [UInt8] = []
    private let document: JSONDocument
    private var depth = 0

    init(_ document: JSONDocument) { self.document = document }

    mutating func print(_ node: JSONNode) {
        output.reserveCapacity(output.count + node.sourceRange.count * 2)
        var index = Int(node.index)
        var cursor = node.sourceRange.lowerBound
        while index < Int(node.endIndex) {
            let entry = document.tape[index]
            layOut(cursor..<Int(entry.start))
            index += 1
            if !entry.isContainer {
                output.append(contentsOf: document.bytes[entry.source])
                cursor = Int(entry.end)
            } else if Int(entry.next) == index {
                output.append(contentsOf: entry.isObject ? [0x7B, 0x7D] : [0x5B, 0x5D])
                cursor = Int(entry.end)
            } else {
                output.append(document.bytes[Int(entry.start)])
                cursor = Int(entry.start) + 1
                depth += 1
                breakLine()
            }
        }
        layOut(cursor..<node.sourceRange.upperBound)
    }

    /// Writes what stands between two tokens: closing brackets, colon, comma.
    private mutating func layOut(_ gap: Range<Int>) {
        for byte in document.bytes[gap] {
            switch byte {
            case UInt8(ascii: ","):
                output.append(byte)
                breakLine()
            case UInt8(ascii: ":"):
                output.append(byte)
                output.append(0x20)
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                breakLine()
                output.append(byte)
            default: break
            }
        }
    }

    private mutating func breakLine() {
        output.append(0x0A)
        output.append(contentsOf: repeatElement(0x20, count: 2 * min(max(depth, 0), Self.deepestIndent)))
    }
}

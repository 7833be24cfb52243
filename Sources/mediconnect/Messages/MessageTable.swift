import FHIR
import Glibc

/// Rows of texts in columns as wide as what stands in them; the last takes what is left of the line.
struct MessageTable {
    var rows: [[String]]

    /// The message log.
    static func log(_ messages: [JSONNode]) -> MessageTable {
        let head = ["received", "number", "sender", "event", "control id", "status", "tries", "patient", "why"]
        return MessageTable(
            rows: [head]
                + messages.map { message in
                    [
                        time(message["received"]), text(message["number"]), text(message["sender"]),
                        text(message["event"]), text(message["controlId"]), text(message["status"]),
                        text(message["attempts"]), text(message["patient"]), text(message["why"]),
                    ]
                })
    }

    /// What came of replays.
    static func replays(_ results: [JSONNode]) -> MessageTable {
        let head = ["number", "sender", "event", "control id", "before", "now", "answer", "why"]
        return MessageTable(
            rows: [head]
                + results.map { result in
                    [
                        text(result["number"]), text(result["sender"]), text(result["event"]),
                        text(result["controlId"]), text(result["before"]), text(result["status"]),
                        text(result["acknowledgement"]?["code"]), text(result["note"] ?? result["why"]),
                    ]
                })
    }

    /// - Parameter columns: of the terminal; nil where the lines may be as long as they are.
    func text(columns: Int?) -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += column == row.count - 1 ? cell : cell.padded(to: widths[column]) + "  "
            }
            while line.hasSuffix(" ") { line.removeLast() }
            guard let columns, columns > 40, line.count > columns else { return line }
            return String(line.prefix(columns - 1)) + "…"
        }.joined(separator: "\n")
    }

    private static func text(_ node: JSONNode?) -> String {
        (node?.string ?? node?.numberText ?? "").onOneLine.printable
    }

    /// To the second, as people read it.
    private static func time(_ node: JSONNode?) -> String {
        String(text(node).prefix(19)).replacing("T", with: " ")
    }
}

extension String {
    /// What senders wrote, without what would command a terminal: line ends as ⏎, other control characters as �.
    var printable: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n", "\r": text += "⏎"
            case "\t": text += " "
            default:
                let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                text.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
            }
        }
        return text
    }

    func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self
    }
}

/// What the place of output is like.
enum Terminal {
    /// The width of standard output; nil where it is no terminal.
    static var columns: Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}

/// The server's JSON as it is printed.
enum Pretty {
    static func text(_ node: JSONNode) -> String { String(decoding: JSONWriter.pretty(node), as: UTF8.self) }

    static func line(_ node: JSONNode) -> [UInt8] {
        var bytes: [UInt8] = []
        JSONWriter.append(node, to: &bytes)
        return bytes
    }
}

import FHIR
import HL7v2

/// One message for people: what became of it and why, then segment by segment. Lines that an error names begin with ▶.
struct MessageText {
    private let message: JSONNode
    /// What the acknowledgement says about places.
    private let problems: [Acknowledgement.Problem]

    init(_ message: JSONNode) {
        self.message = message
        let answer = message["acknowledgement"]?["text"]?.string ?? ""
        problems = (try? Message.parse(Array(answer.utf8)))?.problems ?? []
    }

    var text: String { (facts + [""] + segments).joined(separator: "\n") }

    // MARK: Facts

    private var facts: [String] {
        var lines = [
            "Message \(value("number")): \(value("event", "unknown event")) from \(value("sender"))"
                + (message["controlId"].map { ", control id \($0.string ?? "")" } ?? "")
        ].map(\.printable)
        let tries = value("attempts")
        lines += Self.fact("status", [value("status") + (tries == "1" ? "" : ", tried \(tries) times")])
        lines += Self.fact("why", reasons)
        lines += Self.fact("received", [value("received")])
        lines += Self.fact("happened", [message["occurred"]?.string].compactMap { $0 })
        lines += Self.fact("decided", [message["decided"]?.string ?? "not yet: replay it"])
        lines += Self.fact("patient", [message["patient"]?.string].compactMap { $0 })
        lines += Self.fact("wrote", message.elements("wrote").compactMap(\.string))
        lines += Self.fact("answer", [message["acknowledgement"]?["code"]?.string].compactMap { $0 })
        lines += Self.fact("report", report)
        if message["isWhole"]?.bool == false {
            lines += Self.fact("size", ["Only the beginning was kept; the message was too large."])
        }
        lines += Self.fact("unreadable", [message["unreadable"]?.string].compactMap { $0 })
        return lines
    }

    /// What ERR says, with names; what the log says where there is no ERR.
    private var reasons: [String] {
        guard !problems.isEmpty else { return [message["why"]?.string].compactMap { $0 } }
        return problems.map { problem in
            let name = problem.place.flatMap(FieldNames.standard.name(of:)).map { " (\($0))" } ?? ""
            let place = problem.place.map { "\($0)\(name): " } ?? ""
            return "\(place)\(problem.message) [\(problem.condition.rawValue) \(problem.condition.text)]"
        }
    }

    private var report: [String] {
        guard let report = message["report"] else { return [] }
        let assumptions = report.elements("assumptions").map { finding in
            (finding["place"]?.string.map { "\($0): " } ?? "") + (finding["sentence"]?.string ?? "")
        }
        let codes = report.elements("unmappedCodes").map { code in
            "\(code["place"]?.string ?? ""): The code '\(code["code"]?.string ?? "")' is not in the table "
                + "\(code["table"]?.string ?? "")."
        }
        let fields = report.elements("unmappedFields").compactMap(\.string)
        let unmapped = fields.isEmpty ? [] : ["Not carried over: " + fields.joined(separator: ", ")]
        return Array(assumptions) + Array(codes) + unmapped + report.elements("remarks").compactMap(\.string)
    }

    private func value(_ name: String, _ otherwise: String = "?") -> String {
        message[name]?.string ?? message[name]?.numberText ?? otherwise
    }

    private static func fact(_ name: String, _ lines: [String]) -> [String] {
        lines.enumerated().map { index, line in
            "  \((index == 0 ? name : "").padded(to: 10))  \(line.printable)"
        }
    }

    // MARK: Segments

    /// A line of a segment before its columns are as wide as they must be.
    private struct Line {
        let number: String
        let name: String
        var value = ""
        var isMarked = false
    }

    private var segments: [String] {
        message.elements("segments").flatMap { segment -> [String] in
            let name = segment["name"]?.string ?? ""
            let sequence = segment["sequence"]?.numberText.flatMap { Int($0) } ?? 1
            let lines = segment.elements("fields").flatMap { field in
                self.lines(of: field, in: Place(segment: name, sequence: sequence))
            }
            let isNamed = problems.contains {
                $0.place?.segment == name && $0.place?.sequence == sequence && $0.place?.field == nil
            }
            let title = (isNamed ? "▶ " : "") + name + (sequence > 1 ? " (\(sequence))" : "")
            let width = min(44, lines.map { $0.number.count + 1 + $0.name.count }.max() ?? 0)
            return [title]
                + lines.map { line in
                    let label = "\(line.number) \(line.name)".padded(to: width)
                    let text = "\(line.isMarked ? "▶" : " ") \(label)  \(line.value.printable)"
                    return String(text.reversed().drop { $0 == " " }.reversed())
                }
        }
    }

    private func lines(of field: JSONNode, in segment: Place) -> [Line] {
        var place = segment
        place.field = Self.number(field)
        let number = place.field.map { "\(segment.segment)-\($0)" } ?? segment.segment
        let name = field["name"]?.string ?? ""
        let repetitions = Array(field.elements("repetitions"))
        return repetitions.enumerated().flatMap { index, repetition -> [Line] in
            place.repetition = index + 1
            let label = repetitions.count > 1 ? "\(number)[\(index + 1)]" : number
            var line = Line(number: label, name: name, value: Self.content(repetition))
            line.isMarked = isNamed(place)
            return [line] + components(of: repetition, label, place)
        }
    }

    /// A repetition's components, and below them their subcomponents.
    private func components(of repetition: JSONNode, _ whole: String, _ place: Place) -> [Line] {
        repetition.elements("components").flatMap { part -> [Line] in
            var place = place
            place.component = Self.number(part)
            let label = "\(whole).\(part["number"]?.numberText ?? "")"
            return [line("  \(label)", part, place)]
                + part.elements("subcomponents").map { part in
                    place.subcomponent = Self.number(part)
                    return line("    \(label).\(part["number"]?.numberText ?? "")", part, place)
                }
        }
    }

    private func line(_ number: String, _ part: JSONNode, _ place: Place) -> Line {
        Line(
            number: number, name: part["name"]?.string ?? "", value: Self.content(part), isMarked: isNamed(place))
    }

    private static func number(_ node: JSONNode) -> Int? {
        node["number"]?.numberText.flatMap { Int($0) }
    }

    private static func content(_ node: JSONNode) -> String {
        node["null"]?.bool == true ? "\"\" (remove what is stored)" : node["value"]?.string ?? ""
    }

    /// A problem's place is exactly this one.
    private func isNamed(_ place: Place) -> Bool {
        problems.contains { problem in
            guard let named = problem.place else { return false }
            return named.segment == place.segment && named.sequence == place.sequence && named.field == place.field
                && named.component == place.component && named.subcomponent == place.subcomponent
                && (named.repetition ?? 1) == (place.repetition ?? 1)
        }
    }
}

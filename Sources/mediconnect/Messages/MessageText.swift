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

    private var segments: [String] {
        let segments = Array(message.elements("segments"))
        let known = Set(segments.compactMap { $0["name"]?.string })
        let missing = problems.compactMap { $0.place?.segment }.filter { !known.contains($0) && !$0.isEmpty }
        return segments.flatMap(lines(of:)) + Set(missing).sorted().map { "▶ \($0)  \(Self.notSent)" }
    }

    private func lines(of segment: JSONNode) -> [String] {
        let name = segment["name"]?.string ?? ""
        let place = Place(segment: name, sequence: Self.number(segment, "sequence") ?? 1)
        var lines: [Line] = []
        for field in segment.elements("fields") { lines += self.lines(of: field, in: place) }
        for line in absent(from: lines, in: place) {
            let number = line.place.field ?? 0
            let index = lines.firstIndex { ($0.place.field ?? 0) > number }
            lines.insert(line, at: index ?? lines.count)
        }
        let title = (isNamed(place) ? "▶ " : "") + name + (place.sequence > 1 ? " (\(place.sequence))" : "")
        let width = min(44, lines.map(\.label.count).max() ?? 0)
        return [title] + lines.map { $0.text(width: width) }
    }

    /// A line of a segment.
    private struct Line {
        let place: Place
        let label: String
        var value = ""
        var isMarked = false

        /// - Parameter width: of the label's column.
        func text(width: Int) -> String {
            let text = "\(isMarked ? "▶" : " ") \(label.padded(to: width))  \(value.printable)"
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static let notSent = "(not sent)"

    /// Lines for what an error names and the message has not.
    private func absent(from lines: [Line], in segment: Place) -> [Line] {
        problems.compactMap(\.place).filter { place in
            place.segment == segment.segment && place.sequence == segment.sequence && place.field != nil
                && !lines.contains { $0.isMarked && Self.isSame($0.place, place) }
        }
        .map { place in
            var short = place
            short.sequence = 1
            let name = FieldNames.standard.name(of: place) ?? ""
            return Line(place: place, label: "\(short) \(name)", value: Self.notSent, isMarked: true)
        }
    }

    private func lines(of field: JSONNode, in segment: Place) -> [Line] {
        var place = segment
        place.field = Self.number(field)
        let number = "\(segment.segment)-\(place.field ?? 0)"
        let name = field["name"]?.string ?? ""
        let repetitions = Array(field.elements("repetitions"))
        return repetitions.enumerated().flatMap { index, repetition -> [Line] in
            place.repetition = index + 1
            let label = repetitions.count > 1 ? "\(number)[\(index + 1)]" : number
            var line = line(label, name, repetition, place)
            let parts = components(of: repetition, label, place)
            // A first component alone is what the field says.
            if parts.count == 1, let only = parts.first, only.place.component == 1, !only.isMarked {
                line.value = only.value
                return [line]
            }
            return [line] + parts
        }
    }

    /// A repetition's components, and below them their subcomponents.
    private func components(of repetition: JSONNode, _ whole: String, _ place: Place) -> [Line] {
        repetition.elements("components").flatMap { part -> [Line] in
            var place = place
            place.component = Self.number(part)
            let label = "\(whole).\(place.component ?? 0)"
            return [line("  " + label, part["name"]?.string ?? "", part, place)]
                + part.elements("subcomponents").map { part in
                    place.subcomponent = Self.number(part)
                    return line(
                        "    \(label).\(place.subcomponent ?? 0)", part["name"]?.string ?? "", part, place)
                }
        }
    }

    private func line(_ number: String, _ name: String, _ part: JSONNode, _ place: Place) -> Line {
        Line(
            place: place, label: name.isEmpty ? number : "\(number) \(name)", value: Self.content(part),
            isMarked: isNamed(place))
    }

    private static func number(_ node: JSONNode, _ key: StaticString = "number") -> Int? {
        node[key]?.numberText.flatMap { Int($0) }
    }

    private static func content(_ node: JSONNode) -> String {
        node["null"]?.bool == true ? "\"\" (remove what is stored)" : node["value"]?.string ?? ""
    }

    private func isNamed(_ place: Place) -> Bool {
        problems.contains { $0.place.map { Self.isSame($0, place) } ?? false }
    }

    /// Where the repetition is not said it is the first.
    private static func isSame(_ one: Place, _ other: Place) -> Bool {
        var (one, other) = (one, other)
        one.repetition = one.repetition ?? 1
        other.repetition = other.repetition ?? 1
        return one == other
    }
}

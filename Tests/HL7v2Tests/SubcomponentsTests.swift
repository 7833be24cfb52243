import Foundation
import TestSupport
import Testing

@testable import HL7v2

/// Messages of other projects, where they lie beside the checkout.
private let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/hl7v2")

@Suite("HL7 v2 subcomponents in one pass")
struct SubcomponentsTests {
    private func parse(_ bytes: [UInt8], _ set: HL7v2.CharacterSet = .latin1) throws(MessageError) -> Message {
        try Message.parse(bytes, characters: CharacterSetPolicy(fallback: set, ignoresHeader: true))
    }

    @Test("every subcomponent comes once, in order, with its place; absent fields do not")
    func order() throws {
        let message = try Message.parse(Array("MSH|^~\\&|A||\rPID\rPID||x^^y&&\"\"~~z||\rNTE|\\T\\\r".utf8))
        let said = message.subcomponents.map { "\($0.place) \($0.content)" }
        #expect(
            said == [
                #"MSH-1.1.1 value("|")"#, #"MSH-2.1.1 value("^~\\&")"#, #"MSH-3.1.1 value("A")"#,
                #"PID[2]-2.1.1 value("x")"#, "PID[2]-2.2.1 absent", #"PID[2]-2.3.1 value("y")"#,
                "PID[2]-2.3.2 absent", "PID[2]-2.3.3 null", "PID[2]-2[2].1.1 absent", #"PID[2]-2[3].1.1 value("z")"#,
                #"NTE-1.1.1 value("&")"#,
            ])
        #expect(message.segments[2].subcomponents.map(\.value) == ["x", nil, "y", nil, nil, nil, "z"])
        #expect(message.segments[1].subcomponents.map(\.value).isEmpty)
    }

    /// The walk, and asking part by part, against the plainest way.
    private func check(_ bytes: [UInt8], _ set: HL7v2.CharacterSet = .latin1, places: Bool = false) {
        let start = HeaderSegment.start(in: bytes)
        let plain = Delimiters(header: bytes[start...]).flatMap {
            bytes[start...].starts(with: "MSH".utf8) ? PlainMessage(Array(bytes[start...]), delimiters: $0) : nil
        }
        guard let message = try? parse(bytes, set) else {
            #expect(plain == nil || set != .latin1, "refused: \(bytes)")
            return
        }
        guard let plain else {
            Issue.record("not refused: \(bytes)")
            return
        }
        #expect(message.segments.map { Array($0.bytes) } == plain.segments, "\(bytes)")
        let walked = Array(message.subcomponents)
        #expect(walked.map(\.plain) == plain.values, "\(bytes)")
        let bySegment = message.segments.flatMap { Array($0.subcomponents) }
        #expect(bySegment.map(\.location) == walked.map(\.location), "\(bytes)")
        #expect(zip(message.segments, plain.segments).allSatisfy { agrees($0, plain.fields($1)) }, "\(bytes)")
        let asked = message.segments.flatMap { partByPart($0) }
        #expect(asked.map(\.location) == walked.map(\.location), "\(bytes)")
        if places { #expect(walked.map(\.place) == asked.map(\.place), "\(bytes)") }
        #expect(walked.allSatisfy { saysItsBytes($0, message) }, "\(bytes)")
    }

    /// Whether fields, and none beyond them, are found by number.
    private func agrees(_ segment: Segment, _ fields: [[UInt8]]) -> Bool {
        let found = (-1...(fields.count + 2)).allSatisfy { number in
            let bytes = fields.indices.contains(number - 1) ? fields[number - 1] : []
            return segment[number].bytes.elementsEqual(bytes) && segment.isAbsent(number) == bytes.isEmpty
                && segment[number].isAbsent == bytes.isEmpty
        }
        return found && [Int.min, .max].allSatisfy { segment[$0].component($0).subcomponent($0).content == .absent }
    }

    private func partByPart(_ segment: Segment) -> [Subcomponent] {
        var parts: [Subcomponent] = []
        for number in 1...max(1, segment.fieldCount) {
            let field = segment[number]
            for (index, repetition) in field.repetitions.enumerated() {
                if field.repetition(index + 1).range != repetition.range { Issue.record("\(repetition.place)") }
                for position in 1...max(1, repetition.componentCount) {
                    let component = repetition.component(position)
                    for place in 1...max(1, component.subcomponentCount) { parts.append(component.subcomponent(place)) }
                }
                if !repetition.component(repetition.componentCount + 2).isAbsent { Issue.record("\(repetition.place)") }
            }
        }
        return parts
    }

    /// Whether the text is that of the bytes, as far as nothing in them is escaped.
    private func saysItsBytes(_ subcomponent: Subcomponent, _ message: Message) -> Bool {
        let bytes = Array(subcomponent.bytes)
        if message.characterSet == .latin9 || message.delimiters.escape.map(bytes.contains) == true { return true }
        let text =
            message.characterSet == .latin1
            ? bytes.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar($1)) }
            : String(decoding: bytes, as: UTF8.self)
        let content: Content = bytes.isEmpty ? .absent : text == "\"\"" ? .null : .value(text)
        let value: String? = content == .value(text) ? text : nil
        return subcomponent.content == content && subcomponent.value == value
    }

    @Test("messages with single bytes replaced, inserted and removed are read as in the plainest way", arguments: 0..<8)
    func changed(seed: Int) {
        var random = SeededRandom(seed)
        let source = Array(MessageTests.admission.joined(separator: "\r").utf8) + [0x0D]
        let bytes: [UInt8] =
            Array("|^~\\&\r\n \"AZ09PIDMSHFHSBHS#:;".utf8) + [0x00, 0x09, 0x0B, 0x1A, 0x1C, 0x80, 0xC3, 0xFF]
        for round in 0..<250 {
            var message = source
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let place = Int.random(in: 0..<message.count, using: &random)
                switch random.next() % 3 {
                case 0: message[place] = random.pick(bytes)
                case 1: message.insert(random.pick(bytes), at: place)
                default: message.remove(at: place)
                }
            }
            check(message, HL7v2.CharacterSet.allCases[round % 4], places: true)
        }
    }

    @Test("any bytes behind a header are read as in the plainest way", arguments: 0..<8)
    func hostile(seed: Int) {
        var random = SeededRandom(seed + 100)
        let headers = ["MSH|^~\\&", "MSH|^~\\&|", "MSH|^", "MSH|^~\\&#\r", "MSH:;~\\&", "MSH|\\&~^\nA", "MSH|^~\\&|\r"]
        let parts = ["\r", "\n", "\r\n", "PID|", "FHS", "FHS|", "BHS|^~&|", "MSH|", "ZZ9\r", "|||||||||||", " ", "ab"]
        let bytes: [UInt8] = Array("||||^^~~&&\\\"ABx".utf8) + [0xE4, 0x00]
        for _ in 0..<250 {
            var message = Array(random.pick(headers).utf8)
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                if random.chance(20) { message += random.pick(parts).utf8 } else { message.append(random.pick(bytes)) }
            }
            check(message, places: true)
        }
    }

    @Test(
        "other projects' messages are read as in the plainest way",
        .enabled(if: FileManager.default.fileExists(atPath: corpus.path)))
    func others() throws {
        let files = try #require(FileManager.default.enumerator(at: corpus, includingPropertiesForKeys: nil))
        var checked = 0
        for case let file as URL in files {
            guard let data = try? Data(contentsOf: file), data.count < 2 << 20 else { continue }
            for message in messages(Array(data)) {
                check(message, checked.isMultiple(of: 2) ? .latin1 : .utf8)
                checked += 1
            }
        }
        #expect(checked > 2_000)
    }

    /// Cut before each line that begins with MSH.
    private func messages(_ bytes: [UInt8]) -> [[UInt8]] {
        var starts = bytes.indices.filter { index in
            bytes[index] == 0x4D && (index == 0 || [0x0A, 0x0B, 0x0D].contains(bytes[index - 1]))
                && bytes[index...].starts(with: "MSH".utf8)
        }
        starts.append(bytes.count)
        return zip(starts, starts.dropFirst()).map { Array(bytes[$0..<$1]) }
    }

    @Test("two hundred thousand parts take no longer than their bytes")
    func many() throws {
        let count = 200_000
        for delimiter in ["|", "~", "^", "&"] {
            let text = "MSH|^~\\&|A\rPID|1|" + String(repeating: "x" + delimiter, count: count)
            let message = try Message.parse(Array(text.utf8))
            #expect(message.subcomponents.reduce(0) { $0 + ($1.value == "x" ? 1 : 0) } == count)
            let fields = message.segments[1]
            #expect(fields[2].repetitions.reduce(0) { sum, _ in sum + 1 } == (delimiter == "~" ? count + 1 : 1))
            #expect(fields.fieldCount == (delimiter == "|" ? count + 2 : 2))
        }
    }
}

extension Subcomponent {
    fileprivate var plain: PlainMessage.Value {
        PlainMessage.Value(
            numbers: .init(segment.row, fieldNumber, repetitionNumber, componentNumber, number, 0, 0, 0),
            bytes: Array(bytes))
    }

    /// Its numbers and its bytes' range.
    fileprivate var location: SIMD8<Int> {
        .init(
            segment.row, fieldNumber, repetitionNumber, componentNumber, number, range?.lowerBound ?? -1,
            range?.upperBound ?? -1, 0)
    }
}

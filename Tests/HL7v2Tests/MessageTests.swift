import HL7v2
import Testing

@Suite("HL7 v2 message")
struct MessageTests {
    static let admission = [
        #"MSH|^~\&|SEND^1.2.3^ISO|HOSP|RECV|FAC|20260102030405||ADT^A01^ADT_A01|C1|P|2.5.1"#,
        "EVN|A01|20260102030405",
        #"PID|1||123^^^HOSP^MR~9434765919^^^NHS^NH||Müller&von^Jörg^""^^Dr||19800101|""|||1 A\T\B St^^X"#,
        "PV1|1|I|W1^R2^B3^HOSP",
        "ZA1",
    ]

    private func parse(_ lines: [String], terminator: String = "\r") throws -> Message {
        try Message.parse(Array((lines.joined(separator: terminator) + terminator).utf8))
    }

    @Test("segments end with CR, LF or CRLF", arguments: ["\r", "\n", "\r\n"])
    func terminators(terminator: String) throws {
        let message = try parse(Self.admission, terminator: terminator)
        #expect(message.segments.map(\.name.description) == ["MSH", "EVN", "PID", "PV1", "ZA1"])
        #expect(message.first("PV1")?[3].component(3).value == "B3")
    }

    @Test("fields, repetitions, components and subcomponents are counted as the standard counts")
    func parts() throws {
        let message = try parse(Self.admission)
        let msh = try #require(message.first("MSH"))
        #expect(msh[1].value == "|")
        #expect(msh[2].value == #"^~\&"#)
        #expect(msh[3].component(2).value == "1.2.3")
        #expect(msh[9].component(2).value == "A01")
        #expect(msh[12].value == "2.5.1")
        #expect(msh.fieldCount == 12)
        let pid = try #require(message.first("PID"))
        #expect(pid[3].repetitions.map { $0.component(1).value } == ["123", "9434765919"])
        #expect(pid[3].repetition(2).component(5).value == "NH")
        #expect(pid[5].component(1).subcomponent(1).value == "Müller")
        #expect(pid[5].component(1).subcomponent(2).value == "von")
        #expect(pid[5].component(2).subcomponent(1).value == "Jörg")
        #expect(pid[3].repetition(2).component(5).place.description == "PID-3[2].5")
        #expect(message.first("ZA1")?.fieldCount == 0)
        #expect(message.first("ZA1")?[1].content == .absent)
    }

    @Test("absent, null and value are three things")
    func content() throws {
        let pid = try #require(try parse(Self.admission).first("PID"))
        #expect(pid[2].content == .absent)
        #expect(pid[40].content == .absent)
        #expect(pid[8].content == .null)
        #expect(pid[5].component(3).content == .null)
        #expect(pid[7].content == .value("19800101"))
        #expect(pid[11].component(1).content == .value("1 A&B St"))
        #expect(pid[3].repetition(3).content == .absent)
        #expect(pid[2].repetitions.isEmpty)
    }

    @Test("delimiters are those of the message, also when MSH-2 is short")
    func delimiters() throws {
        let other = try Message.parse(Array("MSH:;~\\&:A;B:C\rPID:1:x;y\r".utf8))
        #expect(other.first("MSH")?[3].component(2).value == "B")
        #expect(other.first("PID")?[2].component(2).value == "y")
        let short = try Message.parse(Array("MSH|^|A^B|~\\&\rPID|a~b&c\\F\\d\r".utf8))
        #expect(short.first("PID")?[1].repetition(1).component(1).subcomponent(1).value == #"a~b&c\F\d"#)
        let truncation = try Message.parse(Array("MSH|^~\\&#|A\rPID|a\\P\\b\r".utf8))
        #expect(truncation.first("PID")?[1].value == "a#b")
        for header in ["MSH", "MSH|", "MSH||A", "MSHA^~\\&A", "MSH|^^\\&|", "MSH|^~\\&#!|", "MSH|\r", "MSH|^\"|"] {
            let error = #expect(throws: MessageError.self) { try Message.parse(Array(header.utf8)) }
            #expect(error?.reason == .delimiters, "\(header)")
        }
    }

    @Test("a line feed within a text belongs to the text when segments end with CR")
    func lineFeeds() throws {
        let message = try Message.parse(Array("MSH|^~\\&|A\rOBX|1|TX|||one\ntwo\n\nthree|F\rOBX|2\r".utf8))
        #expect(message.segments.count == 3)
        #expect(message.first("OBX")?[5].value == "one\ntwo\n\nthree")
        let error = #expect(throws: MessageError.self) {
            try Message.parse(Array("MSH|^~\\&|A\nOBX|1\nrubbish\n".utf8))
        }
        #expect(error?.reason == .segmentName)
        #expect(error?.place == Place(segment: "OBX"))
    }

    @Test("what is no message is a typed error with its place")
    func refusals() {
        func reason(_ text: String, limits: MessageLimits = .default) -> MessageError? {
            do throws(MessageError) {
                _ = try Message.parse(Array(text.utf8), limits: limits)
                return nil
            } catch {
                return error
            }
        }
        #expect(reason("")?.reason == .empty)
        #expect(reason("\r\n \0")?.reason == .empty)
        #expect(reason("BHS|^~\\&|")?.reason == .header(found: "BHS"))
        #expect(reason("\u{1}\u{2}")?.reason == .header(found: "??"))
        #expect(reason("MSH|^~\\&|\rPID?1")?.reason == .segmentName)
        #expect(reason("MSH|^~\\&|\rpid|1")?.reason == .segmentName)
        #expect(reason("MSH|^~\\&|A", limits: MessageLimits(maximumBytes: 5))?.reason == .tooLarge(limit: 5))
        #expect(
            reason("MSH|^~\\&|A\rNTE\rNTE", limits: MessageLimits(maximumSegments: 2))?.reason
                == .tooManySegments(limit: 2))
    }

    @Test("every prefix and every single changed byte gives a message or a typed error, and always an answer")
    func fuzz() throws {
        let source = Array(Self.admission.joined(separator: "\r").utf8)
        func exercise(_ bytes: [UInt8]) {
            if let message = try? Message.parse(bytes) {
                for segment in message.segments {
                    for number in 0...(segment.fieldCount + 1) {
                        for repetition in segment[number].repetitions {
                            for component in 0...(repetition.componentCount + 1) {
                                _ = repetition.component(component).subcomponent(2).content
                                _ = repetition.component(component).value
                            }
                        }
                    }
                }
            }
            let answer = Acknowledgement(.reject, problems: [.init(.error, .segmentSequence, "no")])
                .bytes(to: Header(bytes), controlID: "1", time: "20260101")
            #expect((try? Message.parse(answer, characters: CharacterSetPolicy(fallback: .latin1))) != nil)
        }
        for end in 0...source.count { exercise(Array(source[..<end])) }
        for index in source.indices {
            for byte in [UInt8(0), 0x0A, 0x0B, 0x0D, 0x1C, 0x22, 0x26, 0x41, 0x5C, 0x5E, 0x7C, 0x7E, 0x80, 0xC3, 0xFF] {
                var bytes = source
                bytes[index] = byte
                exercise(bytes)
            }
        }
    }
}

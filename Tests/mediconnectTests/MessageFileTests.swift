import Testing

@testable import mediconnect

@Suite("Files of HL7 v2 messages")
struct MessageFileTests {
    private static let one = "MSH|^~\\&|A|B|||1||ADT^A01|1|P|2.5\rPID|1||17^^^H^MR\r"
    private static let two = "MSH|^~\\&|A|B|||2||ADT^A02|2|P|2.5\rPID|1||18^^^H^MR~17^^^X^PI\rPV1|1\r"

    @Test(
        "messages are told apart however lines end, framed or not, in a batch or alone",
        arguments: [
            one + two, one.replacing("\r", with: "\n") + "\n" + two.replacing("\r", with: "\r\n"),
            "\u{b}\(one)\u{1c}\r\u{b}\(two)\u{1c}\r",
            "FHS|^~\\&|A\rBHS|^~\\&|A\r\(one)\(two)BTS|2\rFTS|1\r", "\n\n# a note\n\(one)\n\n\(two)",
        ])
    func split(_ text: String) {
        let messages = MessageFile.messages(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(messages == [Self.one, Self.two])
    }

    @Test("a file without a message has none")
    func none() {
        for text in ["", "\r\n", "PID|1||17", "garbage"] {
            #expect(MessageFile.messages(Array(text.utf8)).isEmpty, "\(text)")
        }
    }

    @Test("a patient's messages have one subject, one without patient its own id")
    func subjects() {
        #expect(MessageFile.subject(Array(Self.one.utf8)) == "17")
        #expect(MessageFile.subject(Array(Self.two.utf8)) == "18")
        #expect(MessageFile.subject(Array("MSH|^~\\&|A|B|||1||ADT^A20|77|P|2.5\r".utf8)) == "77")
    }

    @Test("an answer that puts the message off is known by its condition, whatever the version's layout")
    func answers() {
        let head = "MSH|^~\\&|A|B|||1||ACK|1|P|2.5\rMSA|"
        #expect(MessageAnswer(Array("\(head)AR|1\rERR|||207^x^HL70357|E||||later\r".utf8)).isPutOff)
        #expect(MessageAnswer(Array("\(head)AR|1\rERR|MSH^1^9^207&x&HL70357\r".utf8)).isPutOff)
        let old = MessageAnswer(Array("\(head)AR|1|no map\rERR|MSH^1^9^200&x&HL70357\r".utf8))
        #expect(old.reason == "MSH-9: no map")
        let refused = MessageAnswer(Array("\(head)AR|1\rERR|||200^x^HL70357|E||||no map\r".utf8))
        #expect(!refused.isPutOff)
        #expect(refused.reason == "no map")
        #expect(MessageAnswer(Array("\(head)AA|1\r".utf8)).code == "AA")
        #expect(MessageAnswer([]).code.isEmpty)
    }
}

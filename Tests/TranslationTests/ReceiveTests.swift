import HL7v2
import Testing
import Translation

@Suite("Receiving a message")
struct ReceiveTests {
    private let routing = MessageRouting([MessageRoute("ADT", "A01"), MessageRoute("ORU", "R01")])

    private func header(_ type: String, version: String = "2.5.1", control: String = "C1", set: String = "") -> [UInt8]
    {
        Array("MSH|^~\\&|S|F|||20260101||\(type)|\(control)|P|\(version)||||||\(set)\rPID|1\r".utf8)
    }

    private func condition(_ bytes: [UInt8], _ routing: MessageRouting) -> ErrorCondition? {
        guard case .refused(let answer) = Translation.receive(bytes, routing: routing).outcome else { return nil }
        #expect(answer.code == .reject)
        #expect(answer.problems.count == 1)
        #expect(answer.problems.first?.severity == .error)
        return answer.problems.first?.condition
    }

    @Test("type, event and version without a map are refused with 200, 201 and 203")
    func routes() {
        #expect(condition(header("MDM^T02"), routing) == .unsupportedMessageType)
        #expect(condition(header(""), routing) == .unsupportedMessageType)
        #expect(condition(header("ADT^A34"), routing) == .unsupportedEvent)
        #expect(condition(header("ADT"), routing) == .unsupportedEvent)
        #expect(condition(header("ADT^A01", version: "3.0"), routing) == .unsupportedVersion)
        #expect(condition(header("ADT^A01", version: ""), routing) == .unsupportedVersion)
        #expect(condition(header("ADT^A01"), routing) == nil)
        #expect(condition(header("ADT^A01"), .standard) == nil)
        #expect(condition(header("ADT^A34"), .standard) == .unsupportedEvent)
        #expect(condition(header("MDM^T02"), .standard) == .unsupportedMessageType)
    }

    @Test("an empty MSH-10 is refused with 101, whatever the type")
    func controlID() {
        #expect(condition(header("MDM^T02", control: ""), routing) == .requiredField)
        #expect(condition(header("ADT^A01", control: "\"\""), routing) == .requiredField)
    }

    @Test("what is no message is refused, and what can be read of its header is known")
    func malformed() {
        let broken = Translation.receive(header("ADT^A01") + Array("rubbish\r".utf8), routing: routing)
        guard case .refused(let answer) = broken.outcome else {
            Issue.record("a broken message was accepted")
            return
        }
        #expect(broken.header?.controlID == "C1")
        #expect(broken.header?.sendingApplication == "S")
        let text = String(decoding: answer.bytes(to: broken.header, controlID: "K", time: "T"), as: UTF8.self)
        #expect(text.contains("\rMSA|AR|C1\r"))
        #expect(Translation.receive(Array("garbage".utf8)).header == nil)
        #expect(condition(header("ADT^A01", set: "8859/2"), routing) == .tableValue)
    }

    @Test("a message with a map is parsed, and its report says what was assumed")
    func parsed() {
        guard
            case .parsed(let message, let route, let report) =
                Translation.receive(header("ORU^R01^ORU_R01") + Array("NTE|1||ü\r".utf8), routing: routing).outcome
        else {
            Issue.record("refused")
            return
        }
        #expect(route == MessageRoute("ORU", "R01"))
        #expect(message.first("NTE")?[3].value == "ü")
        #expect(report.assumptions.map(\.place) == [Place(segment: "MSH", field: 18)])
        guard case .parsed(_, _, let silent) = Translation.receive(header("ADT^A01"), routing: routing).outcome else {
            Issue.record("refused")
            return
        }
        #expect(silent.isEmpty)
    }

    @Test("the facts of the header are there for the message log")
    func facts() {
        let facts = Translation.receive(header("ADT^A01^ADT_A01")).header
        #expect(facts?.sendingFacility == "F")
        #expect(facts?.messageCode == "ADT")
        #expect(facts?.triggerEvent == "A01")
        #expect(facts?.structure == "ADT_A01")
        #expect(facts?.processingID == "P")
        #expect(facts?.versionID == "2.5.1")
        #expect(facts?.time == "20260101")
    }
}

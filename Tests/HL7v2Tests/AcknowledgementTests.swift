import HL7v2
import Testing

@Suite("HL7 v2 acknowledgement")
struct AcknowledgementTests {
    private func answer(
        _ header: String, _ acknowledgement: Acknowledgement, policy: CharacterSetPolicy = CharacterSetPolicy()
    ) -> [String] {
        let bytes = acknowledgement.bytes(
            to: Header(Array(header.utf8), characters: policy), controlID: "K9", time: "20260102030405+0000")
        return String(decoding: bytes, as: UTF8.self).split(separator: "\r").map(String.init)
    }

    private let missing = Acknowledgement.Problem(
        .error, .requiredField, at: Place(segment: "PID", field: 3), "PID-3 | is required")
    private let warning = Acknowledgement.Problem(.warning, .duplicateKey, "Bed taken")

    @Test("sender and receiver change places, the control id comes back, delimiters and version are the sender's")
    func accept() {
        #expect(
            answer(#"MSH|^~\&|S^1^ISO|SF|R|RF|2026||ADT^A01^ADT_A01|C\T\1|P|2.5.1^DEU"#, Acknowledgement(.accept)) == [
                #"MSH|^~\&|R|RF|S^1^ISO|SF|20260102030405+0000||ACK^A01^ACK|K9|P|2.5.1^DEU"#,
                #"MSA|AA|C\T\1"#,
            ])
        #expect(
            answer(#"MSH:;~\&:S:SF:R:RF:2026::ADT;A01:C1:T:2.4::::::8859/1"#, Acknowledgement(.accept)) == [
                #"MSH:;~\&:R:RF:S:SF:20260102030405+0000::ACK;A01;ACK:K9:T:2.4::::::8859/1"#, "MSA:AA:C1",
            ])
    }

    @Test("from 2.5 every problem is an ERR of its own, with place, condition, severity and sentence")
    func modern() {
        let lines = answer(
            #"MSH|^~\&|S||R||||ADT^A01|C1|P|2.5"#, Acknowledgement(.error, problems: [missing, warning]))
        #expect(
            Array(lines[1...]) == [
                "MSA|AE|C1",
                #"ERR||PID^1^3|101^Required field missing^HL70357|E||||PID-3 \F\ is required"#,
                "ERR|||205^Duplicate key identifier^HL70357|W||||Bed taken",
            ])
    }

    @Test("before 2.5 errors share ERR-1, and sentences and warnings stand in MSA-3")
    func old() {
        let event = Acknowledgement.Problem(.error, .unsupportedEvent, at: Place(segment: "MSH", field: 9), "No map")
        #expect(
            answer(
                #"MSH|^~\&|S||R||||ADT^A01|C1|P|2.3.1"#, Acknowledgement(.error, problems: [missing, event, warning]))
                == [
                    #"MSH|^~\&|R||S||20260102030405+0000||ACK^A01|K9|P|2.3.1"#,
                    #"MSA|AE|C1|PID-3: PID-3 \F\ is required MSH-9: No map Bed taken"#,
                    "ERR|PID^1^3^101&Required field missing&HL70357~MSH^1^9^201&Unsupported event code&HL70357",
                ])
        #expect(
            answer(#"MSH|^~\&|S||R||||ADT^A01|C1|P|2.3"#, Acknowledgement(.accept, problems: [warning])) == [
                #"MSH|^~\&|R||S||20260102030405+0000||ACK^A01|K9|P|2.3"#, "MSA|AA|C1|Bed taken",
            ])
        #expect(answer(#"MSH|^~\&|S||R||||ADT^A01|C1|P|2.2"#, Acknowledgement(.accept))[0].contains("||ACK|K9|"))
    }

    @Test("the short message type is there for peers that need it")
    func short() {
        let acknowledgement = Acknowledgement(.accept, messageType: .short)
        #expect(answer(#"MSH|^~\&|S||R||||ADT^A01|C1|P|2.5"#, acknowledgement)[0].contains("||ACK|K9|"))
    }

    @Test("without a readable header the answer is in standard form and refers to nothing")
    func unreadable() {
        #expect(
            answer("garbage", Acknowledgement(.reject, problems: [.init(.error, .segmentSequence, "No MSH")])) == [
                #"MSH|^~\&|||||20260102030405+0000||ACK|K9|P|2.5.1"#, "MSA|AR|",
                "ERR|||100^Segment sequence error^HL70357|E||||No MSH",
            ])
    }

    @Test("components like |^^| in MSH-6, and a header that says nothing, are answered too")
    func odd() {
        #expect(
            answer(#"MSH|^~\&|S|F|R|^^|"#, Acknowledgement(.accept))[0]
                == #"MSH|^~\&|R|^^|S|F|20260102030405+0000||ACK|K9|P|"#)
        #expect(answer(#"MSH|^~\&"#, Acknowledgement(.accept))[1] == "MSA|AA|")
    }

    @Test("an acceptance with a warning is an acceptance, in either layout")
    func acceptWithWarning() {
        let acknowledgement = Acknowledgement(.accept, problems: [warning])
        let modern = answer(#"MSH|^~\&|S||R||||ADT^A01|C1|P|2.5.1"#, acknowledgement)
        #expect(Array(modern[1...]) == ["MSA|AA|C1", "ERR|||205^Duplicate key identifier^HL70357|W||||Bed taken"])
        let old = answer(#"MSH|^~\&|S||R||||ADT^A01|C1|P|2.4"#, acknowledgement)
        #expect(Array(old[1...]) == ["MSA|AA|C1|Bed taken"])
    }

    @Test("a text is written in the sender's character set")
    func characterSet() {
        let problem = Acknowledgement.Problem(.error, .dataType, "für 1 €")
        let bytes = Acknowledgement(.error, problems: [problem]).bytes(
            to: Header(Array("MSH|^~\\&|A||||||||P|2.5||||||8859/1".utf8)), controlID: "1", time: "2")
        #expect(bytes.firstRange(of: [0x66, 0xFC, 0x72, 0x20, 0x31, 0x20, 0x3F]) != nil)
    }

    @Test("versions compare as numbers, and what is no version is unknown")
    func versions() {
        #expect(
            Version("2.3.1") > Version("2.3") && Version("2.5") > Version("2.3.1") && Version("2.10") > Version("2.9"))
        #expect(Version("2.5.1").isKnown && !Version("3.0").isKnown && !Version("").isKnown && !Version("2.x").isKnown)
    }
}

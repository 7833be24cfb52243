import HL7v2
import Testing

@Suite("HL7 v2 text")
struct TextTests {
    private func decode(_ text: String, set: String = "") throws -> String? {
        let header = "MSH|^~\\&|A||||||||||||||\(set)\r"
        return try Message.parse(Array((header + "OBX|\(text)\r").utf8)).first("OBX")?[1].value
    }

    @Test(
        "escape sequences are decoded once, and what is none is kept",
        arguments: [
            (#"a\F\b\S\c\T\d\R\e\E\f"#, #"a|b^c&d~e\f"#),
            (#"\E\T\E\"#, #"\T\"#),
            (#"\X0D0A\x"#, "\r\nx"), (#"\X41\\x42\"#, #"A\x42\"#), (#"\XC3A4\"#, "ä"),
            (#"\XC3\"#, #"\XC3\"#), (#"\X4\"#, #"\X4\"#), (#"\XZZ\"#, #"\XZZ\"#), (#"\X00\"#, #"\X00\"#),
            (#"\X\"#, #"\X\"#),
            (#"one\.br\two\.sp2\three\.sp\"#, "one\ntwo\n\nthree\n"),
            (#"\.in+4\x\.ce\y"#, #"\.in+4\x\.ce\y"#),
            (#"\H\loud\N\ soft"#, "loud soft"),
            (#"\C2842\\M262842\\Zlocal\\Q\"#, #"\C2842\\M262842\\Zlocal\\Q\"#),
            (#"4\5"#, #"4\5"#), (#"C:\temp\F\x"#, #"C:\temp|x"#), (#"end\"#, #"end\"#), (#"\\"#, #"\\"#),
            (#"a \ b \T\ c"#, #"a \ b & c"#),
        ])
    func escapes(raw: String, text: String) throws {
        #expect(try decode(raw) == text)
    }

    @Test("MSH-18 says how bytes are read, the sender's default where it is silent")
    func characterSets() throws {
        func name(_ set: String, _ bytes: [UInt8], _ policy: CharacterSetPolicy = CharacterSetPolicy()) throws
            -> String?
        {
            let header = Array("MSH|^~\\&|A|||||||||||||||\(set)\rPID|".utf8)
            return try Message.parse(header + bytes, characters: policy).first("PID")?[1].value
        }
        #expect(try name("UNICODE UTF-8", Array("ü".utf8)) == "ü")
        #expect(try name("8859/1", [0xFC]) == "ü")
        #expect(try name("8859/15", [0xA4, 0xFC]) == "€ü")
        #expect(try name("ISO-8859-1~UNICODE UTF-8", [0xFC]) == "ü")
        #expect(try name("", Array("ü".utf8)) == "ü")
        #expect(try name("", [0xFC], CharacterSetPolicy(fallback: .latin1)) == "ü")
        #expect(try name("UTF-8", [0xFC], CharacterSetPolicy(fallback: .latin1, ignoresHeader: true)) == "ü")

        func reason(_ set: String, _ bytes: [UInt8]) -> MessageError? {
            #expect(throws: MessageError.self) { try name(set, bytes) }
        }
        #expect(reason("8859/2", [])?.reason == .characterSet("8859/2"))
        #expect(reason("8859/2", [])?.place == Place(segment: "MSH", field: 18))
        #expect(reason("ASCII", [0xFC])?.reason == .notInCharacterSet(.ascii))
        #expect(reason("", [0x41, 0xFC])?.place == Place(segment: "PID", field: 1))
        #expect(reason("", [0xC0, 0xAF])?.reason == .notInCharacterSet(.utf8))
    }
}

import HL7v2
import Testing

@Suite("HL7 v2 times")
struct TimestampTests {
    @Test("a time keeps the precision and the offset that it was written with")
    func precision() {
        #expect(Timestamp("1989")?.precision == .year)
        #expect(Timestamp("198901")?.precision == .month)
        #expect(Timestamp("19890118")?.precision == .day)
        #expect(Timestamp("1989011823")?.precision == .hour)
        #expect(Timestamp("198901182359")?.precision == .minute)
        #expect(Timestamp("19890118235958")?.precision == .second)
        #expect(Timestamp("19890118235958.1234")?.fraction == "1234")
        #expect(Timestamp("19890118235958.1234")?.fractionMicroseconds == 123_400)
        #expect(Timestamp("19890118")?.offsetMinutes == nil)
        #expect(Timestamp("198901182359-0330")?.offsetMinutes == -210)
        #expect(Timestamp("198901182359+01")?.offsetMinutes == 60)
        #expect(Timestamp("19700102000001")?.localSeconds == 86_401)
        #expect(Timestamp("20000229")?.localSeconds == 951_782_400)
    }

    @Test(
        "what is no time is none",
        arguments: [
            "", "0", "198", "19890", "0000", "19891301", "19890230", "1989011824", "198901182360", "2026-02-03",
            "19890118 ", "19890118235958.", "198901182359+1", "198901182359+0160", "198901182359+1500", "today",
        ])
    func none(text: String) {
        #expect(Timestamp(text) == nil)
    }
}

@Suite("HL7 v2 repeats")
struct RepeatTests {
    private func digest(_ text: String) throws -> [UInt8] {
        try Message.parse(Array(text.utf8)).repeatDigestBytes
    }

    @Test("a message sent again is the same but for MSH-7 and its line ends")
    func same() throws {
        let first = try digest("MSH|^~\\&|S|F|||20260101||ADT^A01|1\rPID|1||4\r")
        #expect(try digest("MSH|^~\\&|S|F|||20260102120000||ADT^A01|1\r\nPID|1||4\r\n\r\n") == first)
        #expect(try digest("MSH|^~\\&|S|F|||||ADT^A01|1\nPID|1||4") == first)
        #expect(try digest("MSH|^~\\&|S|F|||20260101||ADT^A01|1\rPID|1||5\r") != first)
        #expect(try digest("MSH|^~\\&|S|F|||20260101||ADT^A01|2\rPID|1||4\r") != first)
        #expect(try digest("MSH|^~\\&|S") == Array("MSH|^~\\&|S\r".utf8))
    }
}

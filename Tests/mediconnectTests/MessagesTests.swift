import FHIR
import Testing

@testable import mediconnect

@Suite("The message log on the command line")
struct MessagesTests {
    private func node(_ json: String) throws -> JSONNode { try JSONDocument.parse(Array(json.utf8)).root }

    @Test("the list is a table with a line for each message")
    func list() throws {
        let messages = try [
            #"{"number":12,"status":"parked","received":"2026-03-03T07:10:11.123Z","sender":"HIS|HARBOUR","#
                + #""event":"ADT^A34","controlId":"HIS-1","attempts":2,"why":"No map.\nNone."}"#,
            #"{"number":9,"status":"applied","received":"2026-03-03T07:10:10.000Z","sender":"LAB|X","event":"ORU^R01","#
                + #""controlId":"1","attempts":1,"patient":"Patient/a1"}"#,
        ].map(node)
        let table = MessageTable.log(messages)
        #expect(
            table.text(columns: nil) == """
                received             number  sender       event    control id  status   tries  patient     why
                2026-03-03 07:10:11  12      HIS|HARBOUR  ADT^A34  HIS-1       parked   2                  No map. None.
                2026-03-03 07:10:10  9       LAB|X        ORU^R01  1           applied  1      Patient/a1
                """)
        for line in table.text(columns: 60).split(separator: "\n") { #expect(line.count <= 60) }
    }

    @Test("a message is shown by the names of its fields, and the field that the error names is marked")
    func show() throws {
        let answer =
            #"MSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5\rMSA|AE|C1\r"#
            + #"ERR||PID^2^3^2^1|101^Required field missing^HL70357|E||||The number is missing.\r"#
        let message = try node(
            """
            {"number":7,"status":"refused","received":"2026-03-03T07:10:11.123Z","decided":"2026-03-03T07:10:11.124Z",
            "sender":"HIS|F","event":"ADT^A17","controlId":"C1","attempts":3,"why":"The number is missing.","wrote":[],
            "report":{"unmappedFields":["ZPD-1","ZPD-2"],"unmappedCodes":[{"place":"PV1-2","code":"Q","table":"HL70004"}],
            "assumptions":[],"remarks":[]},"acknowledgement":{"code":"AE","problems":[],"text":"\(answer)"},
            "segments":[
              {"name":"PID","sequence":1,"fields":[{"number":8,"name":"Administrative Sex","repetitions":[{"null":true}]}]},
              {"name":"PID","sequence":2,"fields":[
                {"number":3,"name":"Patient Identifier List","repetitions":[
                  {"components":[{"number":1,"name":"ID Number","value":"1"}]},
                  {"components":[{"number":1,"name":"ID Number","value":"a\\u001b[31m"},
                    {"number":4,"name":"Assigning Authority","subcomponents":[{"number":1,"name":"Namespace ID","value":"X"}]}]}
                ]}]},
              {"name":"ZPD","sequence":1,"fields":[{"number":1,"repetitions":[{"value":"b"}]}]}]}
            """)
        #expect(
            MessageText(message).text == """
                Message 7: ADT^A17 from HIS|F, control id C1
                  status      refused, tried 3 times
                  why         PID[2]-3[2].1 (Patient Identifier List, ID Number): The number is missing. [101 Required field missing]
                  received    2026-03-03T07:10:11.123Z
                  decided     2026-03-03T07:10:11.124Z
                  answer      AE
                  report      PV1-2: The code 'Q' is not in the table HL70004.
                              Not carried over: ZPD-1, ZPD-2

                PID
                  PID-8 Administrative Sex  "" (remove what is stored)
                PID (2)
                  PID-3[1] Patient Identifier List  1
                  PID-3[2] Patient Identifier List
                ▶   PID-3[2].1 ID Number            a�[31m
                    PID-3[2].4 Assigning Authority
                      PID-3[2].4.1 Namespace ID     X
                ZPD
                  ZPD-1  b
                """)
    }

    @Test("a field or a segment that the error names and that was not sent is shown where it should be")
    func absent() throws {
        let answer =
            #"MSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5\rMSA|AE|C1\r"#
            + #"ERR||PID^1^3|101^Required field missing^HL70357|E||||No number.\r"#
            + #"ERR||PV1^1|100^Segment sequence error^HL70357|E||||No visit.\r"#
        let message = try node(
            """
            {"number":7,"status":"refused","received":"2026","sender":"HIS|F","attempts":1,"wrote":[],
            "acknowledgement":{"code":"AE","text":"\(answer)"},
            "segments":[{"name":"PID","sequence":1,"fields":[
                {"number":1,"name":"Set ID - PID","repetitions":[{"value":"1"}]},
                {"number":5,"name":"Patient Name","repetitions":[{"value":"X"}]}]}]}
            """)
        #expect(
            MessageText(message).text.hasSuffix(
                """
                  decided     not yet: replay it
                  answer      AE

                PID
                  PID-1 Set ID - PID             1
                ▶ PID-3 Patient Identifier List  (not sent)
                  PID-5 Patient Name             X
                ▶ PV1  (not sent)
                """))
    }

    @Test("times are said as people say them, and everything else is the server's to judge")
    func times() {
        let now: Int64 = 1_772_323_200_000_000
        #expect(RelativeTime.instant("2h", now: now) == "2026-02-28T22:00:00.000Z")
        #expect(RelativeTime.instant("30m", now: now) == "2026-02-28T23:30:00.000Z")
        for text in ["2026-03-01", "h", "2x", "-2h", ""] { #expect(RelativeTime.instant(text, now: now) == text) }
    }

    @Test("a replay says which messages are meant by numbers or by status, not both and not neither")
    func choosing() {
        for arguments in [["replay"], ["replay", "--sender", "X"], ["replay", "3", "--status", "parked"]] {
            #expect(throws: (any Error).self) { try MessagesCommand.parseAsRoot(arguments) }
        }
        #expect(throws: Never.self) { try MessagesCommand.parseAsRoot(["replay", "3", "4"]) }
        #expect(throws: Never.self) { try MessagesCommand.parseAsRoot(["replay", "--status", "parked"]) }
        #expect(throws: Never.self) { try MessagesCommand.parseAsRoot(["--status", "parked", "--since", "2h"]) }
    }

    @Test("a server that is not there is told so, with its address")
    func unreachable() async throws {
        let client = try #require(MessageLogClient("http://127.0.0.1:1/fhir"))
        do {
            _ = try await client.show(1)
            Issue.record("an answer from nobody")
        } catch let failure as MessageLogClient.Failure {
            #expect(failure.description.hasPrefix("http://127.0.0.1:1 cannot be reached: "), "\(failure)")
        }
        try await client.close()
    }
}

import FHIR
import TestSupport
import Testing
import Translation

@testable import Server

@Suite("The message log over HTTP")
struct MessageLogTests {
    private func list(_ feed: Feed, _ filters: String = "") async throws -> Reply {
        let reply = try await feed.client.get("/messages?sender=HIS%7C\(feed.facility)\(filters)")
        #expect(reply.status == 200, "\(reply)")
        return reply
    }

    private func number(_ reply: Reply, _ index: Int = 0) -> String { reply["messages.\(index).number"] ?? "none" }

    /// A feed with an applied, a warned, a parked and a refused message, in this order.
    private func filled() async throws -> Feed {
        let feed = Feed(try await House.client)
        let (mrn, visit) = (unique("P"), unique("V"))
        _ = try await feed.send(feed.adt("A01", at: 60, control: "C1", mrn: mrn, visit: visit, bed: "B1"))
        _ = try await feed.send(feed.adt("A08", at: 61, control: "C1", mrn: mrn, visit: visit, bed: "B1"))
        _ = try await feed.send(feed.adt("A34", at: 62, control: "C3", mrn: mrn))
        _ = try await feed.send(feed.adt("A01", at: 63, control: "", mrn: mrn))
        return feed
    }

    @Test("messages are listed newest first, with what became of them and why")
    func listing() async throws {
        let feed = try await filled()
        let all = try await list(feed)
        #expect(all.header("Content-Type")?.hasPrefix("application/json") == true)
        let statuses = (0..<4).map { all["messages.\($0).status"] }
        #expect(statuses == ["refused", "parked", "warned", "applied"])
        #expect(all["messages.0.why"]?.contains("control id") == true)
        #expect(all["messages.1.event"] == "ADT^A34")
        #expect(all["messages.2.controlId"] == "C1")
        #expect(all["messages.2.why"]?.contains("C1") == true)
        #expect(all["messages.3.patient"]?.hasPrefix("Patient/") == true)
        #expect(all["messages.3.attempts"] == "1")
        #expect(all["next"] == nil)
    }

    @Test("each filter narrows the list")
    func filters() async throws {
        let feed = try await filled()
        let all = try await list(feed)
        let patient = try #require(all["messages.3.patient"])
        let identifier = try await feed.client.get(patient)["identifier.0.system"] ?? ""
        let value = try await feed.client.get(patient)["identifier.0.value"] ?? ""
        let counts = [
            "&status=parked": 1, "&status=parked,refused": 2, "&status=received": 0, "&event=ADT%5EA34": 1,
            "&control-id=C1": 2, "&control-id=none": 0, "&patient=\(patient)": 2,
            "&patient=\(patient.dropFirst(8))": 2, "&patient=\(identifier)%7C\(value)": 2,
            "&patient=urn:none%7C1": 0, "&since=2020-01-01": 4, "&until=2020-01-01": 0, "&since=2999": 0, "&limit=3": 3,
        ]
        for (filter, count) in counts {
            #expect(try await list(feed, filter).count("messages") == count, "\(filter)")
        }
    }

    @Test("pages follow each other by the message's number, also while others arrive")
    func pages() async throws {
        let feed = try await filled()
        let all = try await list(feed)
        let first = try await list(feed, "&limit=2")
        _ = try await feed.send(feed.adt("A34", at: 70, mrn: unique("P")))
        let second = try await feed.client.get(try #require(first["next"]))
        let numbers = [number(first), number(first, 1), number(second), number(second, 1)]
        #expect(numbers == (0..<4).map { number(all, $0) })
        #expect(second["next"] == nil)
    }

    @Test(
        "unknown and malformed parameters are refused by name",
        arguments: [
            ("stauts=parked", "stauts", "status"), ("status=lost", "status", "parked"), ("limit=0", "limit", "1000"),
            ("limit=1001", "limit", "1000"), ("limit=x", "limit", "whole number"), ("before=-1", "before", "number"),
            ("since=yesterday", "since", "yesterday"), ("sender=", "sender", "no value"),
            ("event=A&event=B", "event", "twice"),
        ])
    func refused(_ query: String, _ name: String, _ word: String) async throws {
        let reply = try await House.client.get("/messages?\(query)")
        expectRefusal(reply, 400, naming: name, word)
    }

    @Test("a message is shown whole, with the names of its fields and what became of it")
    func showing() async throws {
        let feed = Feed(try await House.client)
        let (mrn, visit) = (unique("P"), unique("V"))
        let message = feed.adt(
            "A01", at: 60, control: "C1", mrn: "\(mrn)~X2", visit: visit, bed: "B1",
            name: "O\\T\\Neill&van^Anna^\"\"", more: "ZPD|a^b\r")
        _ = try await feed.send(message)
        let listed = try await list(feed)
        let shown = try await feed.client.get("/messages/\(number(listed))")
        #expect(shown["status"] == "applied")
        #expect(shown["header.version"] == "2.5")
        #expect(shown["acknowledgement.code"] == "AA")
        #expect(shown["decided"] != nil)
        let wrote = shown.json?.elements("wrote").compactMap(\.string) ?? []
        #expect(wrote.contains { $0.hasPrefix("Encounter/") && $0.hasSuffix("/_history/1") }, "\(wrote)")
        for reference in wrote { #expect(try await feed.client.get(reference).status == 200, "\(reference)") }
        #expect(shown["report.unmappedFields.0"]?.hasPrefix("ZPD") == true, "\(shown)")
        let pid = try #require(shown.json?.elements("segments").first { $0["name"]?.string == "PID" })
        let name = try #require(pid.elements("fields").first { $0["number"]?.numberText == "5" })
        #expect(name["place"]?.string == "PID-5")
        #expect(name["name"]?.string == "Patient Name")
        let family = "repetitions.0.components.0"
        #expect(name.at("\(family).name")?.string == "Family Name")
        #expect(name.at("\(family).subcomponents.0.name")?.string == "Surname")
        #expect(name.at("\(family).subcomponents.0.value")?.string == "O&Neill")
        #expect(name.at("repetitions.0.components.1.value")?.string == "Anna")
        #expect(name.at("repetitions.0.components.2.null")?.bool == true)
        let identifiers = try #require(pid.elements("fields").first { $0["number"]?.numberText == "3" })
        #expect(identifiers["repetitions"]?.count == 2)
        #expect(identifiers.at("repetitions.1.components.0.name")?.string == "ID Number")
        let own = try #require(shown.json?.elements("segments").first { $0["name"]?.string == "ZPD" })
        #expect(own.at("fields.0.name") == nil)
        #expect(own.at("fields.0.repetitions.0.components.1.value")?.string == "b")
    }

    @Test("what a transfer wrote is named by its versions, the beds that it changed too")
    func wroteBeds() async throws {
        let feed = Feed(try await House.client)
        let (mrn, visit, control) = (unique("P"), unique("V"), unique("M"))
        for bed in ["B1", "B2"] { _ = try await feed.send(feed.bedStatus("U", of: bed, at: 30)) }
        _ = try await feed.send(feed.adt("A01", at: 60, mrn: mrn, visit: visit, bed: "B1"))
        _ = try await feed.send(
            feed.adt("A02", at: 90, control: control, mrn: mrn, visit: visit, bed: "B2", prior: "B1"))
        let listed = try await feed.client.get("/messages?control-id=\(control)")
        let number = try #require(listed["messages.0.number"])
        let shown = try await feed.client.get("/messages/\(number)")
        let wrote = shown.json?.elements("wrote").compactMap(\.string) ?? []
        for bed in ["B1", "B2"] {
            let location = try await feed.bed(bed)
            #expect(wrote.contains("Location/\(location.id)/_history/\(location.version)"), "\(wrote)")
        }
    }

    @Test("an error names the field, in a version's own layout", arguments: ["2.3", "2.5"])
    func errors(_ version: String) async throws {
        let feed = Feed(try await House.client)
        _ = try await feed.send(
            feed.adt("A34", at: 60, mrn: unique("P")).replacing("|P|2.5", with: "|P|\(version)"))
        let shown = try await feed.client.get("/messages/\(number(try await list(feed)))")
        #expect(shown["status"] == "parked")
        #expect(shown["acknowledgement.code"] == "AR")
        #expect(shown["acknowledgement.problems.0.condition"] == "201")
        #expect(shown["acknowledgement.problems.0.place"]?.hasPrefix("MSH-9") == true, "\(shown)")
        #expect(shown["acknowledgement.problems.0.name"]?.hasPrefix("Message Type") == true)
    }

    @Test("what cannot be read is shown as far as it can be, and its bytes as they came")
    func unreadable() async throws {
        let client = try await House.client
        let facility = unique("FAC").uppercased()
        let bytes =
            Array("MSH|^~\\&|HIS|\(facility)|||1||ADT^A01|1|P|2.5||||||UNICODE UTF-8\rPID|1||1||M".utf8) + [0xFC]
            + Array("ller\r".utf8)
        _ = try await client.send(.POST, "/hl7v2", body: bytes, ["Content-Type": "application/hl7-v2"])
        let listed = try await client.get("/messages?sender=HIS%7C\(facility)")
        let number = number(listed)
        #expect(listed["messages.0.status"] == "refused")
        let shown = try await client.get("/messages/\(number)")
        #expect(shown["unreadable"]?.contains("PID-5") == true, "\(shown)")
        #expect(shown.count("segments") == 2)
        let raw = try await client.get("/messages/\(number)/raw")
        #expect(raw.body == bytes)
        #expect(raw.header("Content-Type") == "application/hl7-v2")
    }

    @Test("a replay of what was applied changes nothing and says so; of what is refused it is a try more")
    func replaying() async throws {
        let feed = try await filled()
        let all = try await list(feed)
        let applied = try await feed.client.post("/messages/\(number(all, 3))/replay", "")
        #expect(applied["before"] == "applied")
        #expect(applied["status"] == "applied")
        #expect(applied["attempts"] == "1")
        #expect(applied["note"]?.contains("nothing was changed") == true)
        let parked = try await feed.client.post("/messages/\(number(all, 1))/replay", "")
        #expect(parked["status"] == "parked")
        #expect(parked["before"] == "parked")
        #expect(parked["attempts"] == "2")
        #expect(parked["acknowledgement.code"] == "AR")
        #expect(try await list(feed).count("messages") == 4)
        expectRefusal(try await feed.client.post("/messages/999999999/replay", ""), 404, naming: "999999999")
        #expect(try await feed.client.get("/messages/\(number(all))/replay").status == 405)
        #expect(try await feed.client.get("/messages/x").status == 404)
    }

    @Test("a message that was only stored when the server died is seen, and a replay applies it once")
    func received() async throws {
        try await House.with { house in
            let feed = Feed(house.client)
            let (mrn, visit) = (unique("P"), unique("V"))
            let message = feed.adt("A01", at: 60, control: "C1", mrn: mrn, visit: visit, bed: "B1")
            // Its digest is that of all its bytes, as that of a message is which could not be read when it came.
            let raw = message.utf8.map { (byte: UInt8) -> String in
                let hex = String(byte, radix: 16)
                return hex.count < 2 ? "0\(hex)" : hex
            }.joined()
            _ = try await house.sql(
                """
                insert into message (received, channel, sender, control_id, event, digest, raw, attempts)
                values (now(), 2, 'HIS|\(feed.facility)', 'C1', 'ADT^A01', sha256('\\x\(raw)'), '\\x\(raw)', 1)
                """)
            let open = try await house.client.get("/messages?status=received")
            #expect(open.count("messages") == 1)
            #expect(open["messages.0.decided"] == nil)
            let replayed = try await house.client.post("/messages/\(number(open))/replay", "")
            #expect(replayed["before"] == "received")
            #expect(replayed["status"] == "applied", "\(replayed)")
            #expect(try await feed.occupants("B1") == [visit])
            // The sender's own repeat finds it.
            #expect(try await feed.send(message).code == "AA")
            #expect(try await house.client.get("/messages").count("messages") == 1)
            #expect(try await feed.encounter(visit).version == "1")
        }
    }

    @Test("of an oversized message only the beginning was kept: it is not replayed")
    func oversized() async throws {
        try await House.with { house in
            _ = try await house.sql(
                """
                with m as (
                    insert into message (received, channel, sender, control_id, digest, raw, attempts)
                    values (now(), 2, 'HIS|F', 'C1', '\\x00',
                        convert_to('MSH|^~\\&|HIS|F|||1||ADT^A01|C1|P|2.5', 'UTF8'), 1)
                    returning seq, received
                )
                insert into message_result (seq, outcome, decided) select seq, 'refused', received from m
                """)
            let shown = try await house.client.get("/messages/1")
            #expect(shown["isWhole"] == "false", "\(shown)")
            expectRefusal(try await house.client.post("/messages/1/replay", ""), 409, naming: "beginning")
        }
    }

    @Test("each look and each replay leaves an audit entry, under the patient where one is known")
    func audit() async throws {
        let feed = try await filled()
        let all = try await list(feed)
        let patient = try #require(all["messages.3.patient"])
        let number = number(all, 3)
        _ = try await feed.client.get("/messages/\(number)")
        _ = try await feed.client.get("/messages/\(number)/raw")
        _ = try await feed.client.post("/messages/\(number)/replay", "")
        let entries = try await feed.client.get("AuditEvent?entity=\(patient)&subtype=operation")
        #expect(entries.resources.count == 3, "\(entries)")
        let queries = entries.resources.flatMap { $0.elements("entity") }.compactMap { $0["query"]?.string }
            .compactMap { Base64.decode(Array($0.utf8)) }.map { String(decoding: $0, as: UTF8.self) }
        #expect(
            queries == [
                "GET /messages/\(number)", "GET /messages/\(number)/raw", "POST /messages/\(number)/replay",
            ])
        let tag = unique()
        _ = try await feed.client.get("/messages?status=\(tag)", ["X-Request-Id": tag])
        let rows = try await House.shared.sql("select status, query from audit where request = '\(tag)'")
        #expect(try rows.first?.int2(0) == 400)
        #expect(try rows.first?.text(1) == "GET /messages?status=\(tag)")
    }
}

import FHIR
import TestSupport
import Testing

@Suite("A hospital's feed becomes the record")
struct FeedTests {
    private func feed() async throws -> Feed { Feed(try await House.client) }

    @Test("an admission makes patient, encounter, places and provenance, and occupies the bed")
    func admission() async throws {
        let feed = try await feed()
        let (mrn, visit) = (unique("P"), unique("V"))
        let answer = try await feed.send(feed.adt("A01", at: 60, control: "C1", mrn: mrn, visit: visit, bed: "B1"))
        #expect(answer.code == "AA", "\(answer)")
        #expect(answer.controlID == "C1")
        #expect(answer.errors.isEmpty)
        let encounter = try await feed.encounter(visit)
        #expect(encounter["status"] == "in-progress")
        #expect(encounter["period.start"] == "2026-03-01T01:00:00Z")
        let bed = try await feed.bed("B1")
        #expect(bed["operationalStatus.code"] == "O")
        #expect(encounter["location.0.location.reference"] == "Location/\(bed.id)")
        let patient = try await feed.patient(mrn)
        #expect(patient["name.0.family"] == "Muster")
        #expect(encounter["subject.reference"] == "Patient/\(patient.id)")
        #expect(
            try await feed.client.get("Provenance?target=Encounter/\(encounter.id)&_summary=count")["total"] == "1")
    }

    @Test("a repeated message is answered AA and changes nothing, also with another MSH-7")
    func repeats() async throws {
        let feed = try await feed()
        let (mrn, visit) = (unique("P"), unique("V"))
        let message = feed.adt("A01", at: 60, control: "C1", mrn: mrn, visit: visit, bed: "B1")
        #expect(try await feed.send(message).code == "AA")
        let stamped = message.replacing("|X|\(Feed.time(60))|", with: "|X|20260301235959|")
        #expect(stamped != message)
        for again in [message, stamped, message.replacing("\r", with: "\r\n")] {
            #expect(try await feed.send(again).code == "AA")
        }
        #expect(try await feed.encounter(visit).version == "1")
        #expect(try await feed.patient(mrn).version == "1")
    }

    @Test("a correction of the person leaves the encounter as it is, also where it repeats when the visit began")
    func unchanged() async throws {
        let feed = try await feed()
        let (mrn, visit) = (unique("P"), unique("V"))
        let begun = { (message: String) in
            message.replacing(
                "\(visit)^^^\(feed.facility)^VN",
                with: "\(visit)^^^\(feed.facility)^VN" + String(repeating: "|", count: 25) + Feed.time(60))
        }
        _ = try await feed.send(begun(feed.adt("A01", at: 60, mrn: mrn, visit: visit, bed: "B1")))
        _ = try await feed.send(begun(feed.adt("A08", at: 90, mrn: mrn, visit: visit, bed: "B1", name: "Neu^Anna")))
        #expect(try await feed.encounter(visit).version == "1")
        #expect(try await feed.patient(mrn)["name.0.family"] == "Neu")
    }

    @Test("what FHIR's validation says of a message's content stands in its report and refuses nothing")
    func invalidContent() async throws {
        let feed = try await feed()
        let mrn = unique("P")
        // A name that ends before it begins (per-1).
        let name = "Muster^Anna^^^^^^^^^^20260101^20250101"
        #expect(try await feed.send(feed.adt("A28", at: 60, mrn: mrn, name: name)).code == "AA")
        #expect(try await feed.patient(mrn)["name.0.period.end"] == "2025-01-01")
        let listed = try await feed.client.get("/messages?sender=HIS%7C\(feed.facility)")
        let number = try #require(listed["messages.0.number"], "\(listed)")
        let told = try await feed.client.get("/messages/\(number)")
        let remarks = told.json?.at("report.remarks")?.elements.compactMap(\.string) ?? []
        #expect(
            remarks.contains { $0.contains("Patient.name[0].period") && $0.contains("per-1") }, "\(remarks) \(told)")
    }

    @Test("a control id that comes again with another body is applied, with a warning")
    func reusedControlID() async throws {
        let feed = try await feed()
        let (mrn, visit) = (unique("P"), unique("V"))
        #expect(
            try await feed.send(feed.adt("A01", at: 60, control: "C1", mrn: mrn, visit: visit, bed: "B1")).code == "AA")
        let second = try await feed.send(
            feed.adt("A08", at: 70, control: "C1", mrn: mrn, visit: visit, bed: "B1", name: "Neu^Anna"))
        #expect(second.code == "AA")
        #expect(second.errors.contains { $0.contains("C1") && $0.contains("|W|") }, "\(second)")
        #expect(try await feed.patient(mrn)["name.0.family"] == "Neu")
    }

    @Test("what has no map is parked and refused, and tried anew when it comes again")
    func parked() async throws {
        let feed = try await feed()
        for (event, condition) in [("A34", "201"), ("A99", "201")] {
            let answer = try await feed.send(feed.adt(event, at: 60, control: "C\(event)", mrn: unique("P")))
            #expect(answer.code == "AR")
            #expect(answer.errors.contains { $0.contains(condition) }, "\(answer)")
        }
        let document = feed.adt("A01", at: 60, mrn: unique("P")).replacing("ADT^A01", with: "MDM^T02")
        for _ in 1...2 {
            let answer = try await feed.send(document)
            #expect(answer.code == "AR")
            #expect(answer.errors.contains { $0.contains("200") }, "\(answer)")
        }
        let nameless = feed.adt("A01", at: 60, control: "", mrn: unique("P"))
        let refused = try await feed.send(nameless)
        #expect(refused.code != "AA")
        #expect(refused.errors.contains { $0.contains("101") }, "\(refused)")
    }

    @Test("an absent field leaves what is stored, a null removes it, and an older update changes nothing")
    func updates() async throws {
        let feed = try await feed()
        let mrn = unique("P")
        let full = #"|||Weg 1^^Berlin^^10115^DE||030123"#
        #expect(try await feed.send(feed.adt("A28", at: 60, mrn: mrn, pid: full)).code == "AA")
        #expect(try await feed.patient(mrn)["address.0.city"] == "Berlin")
        #expect(try await feed.send(feed.adt("A31", at: 70, mrn: mrn, name: "Zwei^Anna")).code == "AA")
        let changed = try await feed.patient(mrn)
        #expect(changed["name.0.family"] == "Zwei")
        #expect(changed["address.0.city"] == "Berlin")
        #expect(try await feed.send(feed.adt("A31", at: 65, mrn: mrn, name: "Alt^Anna")).code == "AA")
        #expect(try await feed.patient(mrn)["name.0.family"] == "Zwei")
        #expect(
            try await feed.send(feed.adt("A31", at: 80, mrn: mrn, name: "Zwei^Anna", pid: #"|||"""#)).code == "AA")
        let emptied = try await feed.patient(mrn)
        #expect(emptied["address.0.city"] == nil)
        #expect(emptied["telecom.0.value"] == "030123")
        #expect(try await feed.client.get("Encounter?patient=Patient/\(emptied.id)&_summary=count")["total"] == "0")
    }

    @Test("a later admission into an occupied bed wins, and says so to everyone")
    func conflict() async throws {
        let feed = try await feed()
        let (one, two) = (unique("V"), unique("V"))
        #expect(
            try await feed.send(feed.adt("A01", at: 60, mrn: unique("P"), visit: one, bed: "B1")).code == "AA")
        let answer = try await feed.send(feed.adt("A01", at: 90, mrn: unique("P"), visit: two, bed: "B1"))
        #expect(answer.code == "AA")
        #expect(answer.errors.contains { $0.contains("|W|") }, "\(answer)")
        #expect(try await feed.occupants("B1") == [two])
        let earlier = try await feed.encounter(one)
        #expect(earlier["location.0.status"] == "completed")
        #expect(earlier["location.0.period.end"] == "2026-03-01T01:30:00Z")
        let bed = try await feed.bed("B1").id
        let tasks = try await feed.client.get("Task?code=bed-conflict&focus=Location/\(bed)&status=requested")
        #expect(tasks.resources.count == 1)
        // The older one by event time does not win because it comes later.
        let late = unique("V")
        #expect(
            try await feed.send(feed.adt("A01", at: 70, mrn: unique("P"), visit: late, bed: "B1")).code == "AA")
        #expect(try await feed.occupants("B1") == [two])
    }

    @Test("transfer, discharge and their cancels come to one end in whatever order they arrive")
    func orders() async throws {
        let feed = try await feed()
        let steps: [(String, Int, String?, String?)] = [
            ("A01", 60, "B1", nil), ("A02", 90, "B2", "B1"), ("A02", 120, "B3", "B2"), ("A03", 150, "B3", nil),
            ("A13", 180, "B3", nil),
        ]
        var ends: Set<String> = []
        for seed in 0..<8 {
            let (mrn, visit) = (unique("P"), unique("V"))
            var messages = steps.map { step in
                feed.adt(
                    step.0, at: step.1, mrn: mrn, visit: visit, bed: step.2.map { "\($0)-\(seed)" },
                    prior: step.3.map { "\($0)-\(seed)" })
            }
            if seed > 0 { messages.shuffle() }
            for message in messages { #expect(try await feed.send(message).code == "AA") }
            let encounter = try await feed.encounter(visit)
            let places = (0..<4).map { index in
                let entry = "location.\(index)"
                return "\(encounter["\(entry).status"] ?? "-") \(encounter["\(entry).period.start"] ?? "-") "
                    + "\(encounter["\(entry).period.end"] ?? "-")"
            }
            ends.insert("\(encounter["status"] ?? "-") \(encounter["period.start"] ?? "-") \(places)")
            #expect(try await feed.occupants("B3-\(seed)") == [visit])
            #expect(try await feed.bed("B1-\(seed)")["operationalStatus.code"] == "U")
            #expect(try await feed.bed("B3-\(seed)")["operationalStatus.code"] == "O")
        }
        #expect(ends.count == 1, "\(ends)")
    }

    @Test("200 simultaneous admissions into one bed: all answered AA, one occupant, no error")
    func simultaneous() async throws {
        let feed = try await feed()
        let codes = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await feed.send(
                        feed.adt("A01", at: 60 + number, mrn: unique("P"), visit: unique("V"), bed: "B1")
                    ).code
                }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(codes == ["AA": 200])
        #expect(try await feed.occupants("B1").count == 1)
    }

    @Test("of many messages at once the refused ones are refused, and each of the others is applied")
    func refusedAmongOthers() async throws {
        let feed = try await feed()
        let people = (0..<6).map { _ in unique("P") }
        for mrn in people {
            #expect(try await feed.send(feed.adt("A28", at: 10, mrn: mrn)).code == "AA")
            // Somebody else has made another one with the same number.
            let identifier = try await feed.patient(mrn)
            let twin = """
                {"resourceType":"Patient","identifier":[{"system":"\(identifier["identifier.0.system"] ?? "")","value":"\(mrn)"}]}
                """
            #expect(try await feed.client.post("Patient", twin).status == 201)
        }
        let codes = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<48 {
                group.addTask {
                    // Every eighth names one patient by a number that two have.
                    guard number % 8 == 5 else {
                        let message = feed.adt("A01", at: 60, mrn: unique("P"), visit: unique("V"), bed: "M\(number)")
                        return (number, try await feed.send(message).code)
                    }
                    return (number, try await feed.send(feed.adt("A31", at: 60, mrn: people[number / 8])).code)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(codes.count == 48)
        for (number, code) in codes { #expect(code == (number % 8 == 5 ? "AE" : "AA"), "\(number)") }
        for number in 0..<48 where number % 8 != 5 { #expect(try await feed.occupants("M\(number)").count == 1) }
    }

    @Test("what the database refuses of one of many messages at once is not refused of the others")
    func brokenAmongOthers() async throws {
        let database = try await TestCluster.shared.database()
        try await House.with(database: database) { house in
            _ = try await database.sql(
                """
                create function break_it() returns trigger language plpgsql as $$
                begin
                    if convert_from(new.content, 'UTF8') like '%Poison%' then raise exception 'broken for a test'; end if;
                    return new;
                end $$
                """)
            _ = try await database.sql(
                "create trigger break_it before insert on resource for each row execute function break_it()")
            let feed = Feed(house.client)
            let codes = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<32 {
                    group.addTask {
                        let message = feed.adt(
                            "A01", at: 60, mrn: "P\(number)", visit: "V\(number)", bed: "B\(number)",
                            name: number % 16 == 9 ? "Poison^Ivy" : "Muster^Anna")
                        return (number, try await feed.send(message).code)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (number, code) in codes { #expect(code == (number % 16 == 9 ? "AE" : "AA"), "\(number)") }
            #expect(codes.count == 32)
            #expect(try await house.client.get("Patient?_summary=count")["total"] == "30")
            #expect(try await house.client.get("/messages?status=refused").count("messages") == 2)
            try await house.maintenance().rebuild(checkOnly: true)
        }
    }

    @Test("results make observations, and a later message about one is a new version of it")
    func results() async throws {
        let feed = try await feed()
        let (mrn, order) = (unique("P"), unique("O"))
        let result = { (minute: Int, value: String, status: String) in
            feed.adt("R01", at: minute, mrn: mrn).replacing("ADT^R01", with: "ORU^R01")
                .replacing("EVN|R01|\(Feed.time(minute))|||\r", with: "")
                + "OBR|1|\(order)|\(order)F|718-7^Hemoglobin^LN|||\(Feed.time(minute))|||||||||||||||||\(status)\r"
                + "OBX|1|NM|718-7^Hemoglobin^LN||\(value)|g/dL^g/dL^UCUM|12-16|L|||\(status)|||\(Feed.time(minute))\r"
        }
        #expect(try await feed.send(result(60, "7.20", "P")).code == "AA")
        #expect(try await feed.send(result(90, "7.35", "F")).code == "AA")
        let patient = try await feed.patient(mrn).id
        let found = try await feed.client.get("Observation?patient=Patient/\(patient)")
        #expect(found.resources.count == 1)
        let observation = try await feed.client.get("Observation/\(found.ids.first ?? "")")
        #expect(observation.version == "2")
        #expect(observation["valueQuantity.value"] == "7.35")
        #expect(observation["status"] == "final")
        #expect(try await feed.client.get("Encounter?patient=Patient/\(patient)&_summary=count")["total"] == "0")
    }

    @Test("a correction names order and results once, and two reports under one number are both found again")
    func corrections() async throws {
        let feed = try await feed()
        let (mrn, order) = (unique("P"), unique("O"))
        let results = { (minute: Int, value: String) in
            let time = Feed.time(minute)
            return feed.adt("R01", at: minute, mrn: mrn).replacing("ADT^R01", with: "ORU^R01")
                .replacing("EVN|R01|\(time)|||\r", with: "")
                + "OBR|1||\(order)|58410-2^CBC^LN|||\(time)\rOBX|1|NM|718-7^Hemoglobin^LN||\(value)|g/dL|||||F\r"
                + "OBR|2||\(order)|24323-8^CMP^LN|||\(time)\rOBX|1|NM|2951-2^Sodium^LN||\(value)|mmol/L|||||F\r"
        }
        for (minute, value) in [(60, "1"), (70, "2"), (80, "3")] {
            #expect(try await feed.send(results(minute, value)).code == "AA")
        }
        let patient = try await feed.patient(mrn).id
        let reports = try await feed.client.get("DiagnosticReport?patient=Patient/\(patient)").resources
        #expect(reports.count == 2)
        for report in reports {
            #expect(report.elements("result").map(\.source).count == 1, "\(report.source)")
            #expect(report.elements("basedOn").map(\.source).count == 1, "\(report.source)")
        }
        let observations = try await feed.client.get("Observation?patient=Patient/\(patient)").resources
        #expect(observations.map { $0["valueQuantity"]?["value"]?.numberText } == ["3", "3"])
        for observation in observations {
            #expect(observation.elements("basedOn").map(\.source).count == 1, "\(observation.source)")
        }
    }

    @Test("only messages by POST with their content type are taken over HTTP")
    func http() async throws {
        let client = try await House.client
        #expect(try await client.get("/hl7v2").status == 405)
        #expect(
            try await client.send(.POST, "/hl7v2", body: Array("MSH".utf8), ["Content-Type": "text/plain"]).status
                == 415)
        let er7 = try await client.send(
            .POST, "/hl7v2", body: Array("garbage".utf8), ["Content-Type": "x-application/hl7-v2+er7"])
        #expect(er7.status == 200)
        #expect(Feed.Answer(er7.text).code == "AR")
    }
}

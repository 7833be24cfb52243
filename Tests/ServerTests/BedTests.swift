import FHIR
import Testing
import Translation

@testable import Server

@Suite("One bed, one party")
struct BedTests {
    /// A bed of a test's own, and what is done with it.
    private struct Ward {
        let client: Client
        let bed = unique("bed")

        init(_ more: String = "", type: String = "bd") async throws {
            client = try await House.lenient.client
            let reply = try await client.put("Location/\(bed)", location(more, type: type))
            #expect(reply.status == 201, "\(reply)")
        }

        func location(_ more: String = "", type: String = "bd", id: String? = nil) -> String {
            let system = "http://terminology.hl7.org/CodeSystem/location-physical-type"
            return #"{"resourceType":"Location","id":"\#(id ?? bed)","#
                + #""physicalType":{"coding":[{"system":"\#(system)","code":"\#(type)"}]}\#(more)}"#
        }

        static func status(_ code: String) -> String {
            #","operationalStatus":{"system":"http://terminology.hl7.org/CodeSystem/v2-0116","code":"\#(code)"}"#
        }

        /// - Parameter entry: members of the location entry beside the location.
        func encounter(
            _ id: String, of patient: String, status: String = "in-progress", entry: String = #","status":"active""#,
            bed: String? = nil, _ more: String = ""
        ) -> String {
            #"{"resourceType":"Encounter","id":"\#(id)","status":"\#(status)","class":{"code":"IMP"},"#
                + #""subject":{"reference":"Patient/\#(patient)"},"#
                + #""location":[{"location":{"reference":"Location/\#(bed ?? self.bed)"}\#(entry)}]\#(more)}"#
        }

        func admit(_ encounter: String, _ patient: String) async throws -> Reply {
            try await client.put("Encounter/\(encounter)", self.encounter(encounter, of: patient))
        }

        func operationalStatus(_ bed: String? = nil) async throws -> String? {
            try await client.get("Location/\(bed ?? self.bed)")["operationalStatus.code"]
        }

        func openConflicts() async throws -> Int {
            let tasks = try await client.get(
                "Task?code=urn:mediconnect:task%7Cbed-conflict&focus=Location/\(bed)&status=requested")
            return tasks.resources.count
        }
    }

    @Test("a claim occupies the bed, another patient is refused, and the release frees it")
    func claimAndRelease() async throws {
        let ward = try await Ward(Ward.status("U"))
        let (first, second) = (unique("e"), unique("e"))
        #expect(try await ward.admit(first, unique("p")).status == 201)
        #expect(try await ward.operationalStatus() == "O")
        let refused = try await ward.admit(second, unique("p"))
        expectRefusal(refused, 422, naming: "Encounter.location")
        #expect(refused.diagnostics.contains("occupied by another patient"))
        #expect(try await ward.client.get("Encounter/\(second)").status == 404)

        let ended = ward.encounter(
            first, of: "x", status: "finished",
            entry: #","status":"completed","period":{"start":"2026-01-01T10:00:00Z","end":"2026-01-02T10:00:00Z"}"#)
        #expect(try await ward.client.put("Encounter/\(first)", ended).status == 200)
        #expect(try await ward.operationalStatus() == "U")
        #expect(try await ward.admit(second, unique("p")).status == 201)
    }

    @Test("several encounters of one patient and a newborn beside the mother are one party")
    func parties() async throws {
        let ward = try await Ward()
        let (mother, patient) = (unique("e"), unique("p"))
        #expect(try await ward.admit(mother, patient).status == 201)
        #expect(try await ward.admit(unique("e"), patient).status == 201)
        let child = unique("e")
        let newborn = ward.encounter(
            child, of: unique("p"), bed: nil, #","partOf":{"reference":"Encounter/\#(mother)"}"#)
        #expect(try await ward.client.put("Encounter/\(child)", newborn).status == 201)
        expectRefusal(try await ward.admit(unique("e"), unique("p")), 422)
    }

    @Test("planned and reserved stays claim nothing, and ended ones may overlap")
    func unclaimed() async throws {
        let ward = try await Ward()
        #expect(try await ward.admit(unique("e"), unique("p")).status == 201)
        for (status, entry) in [
            ("planned", #","status":"planned""#), ("in-progress", #","status":"reserved""#),
            ("finished", #","status":"completed","period":{"start":"2026-01-01","end":"2026-01-02"}"#),
            ("in-progress", #","period":{"start":"2026-01-01","end":"2026-01-02"}"#),
        ] {
            let id = unique("e")
            let body = ward.encounter(id, of: unique("p"), status: status, entry: entry)
            let reply = try await ward.client.put("Encounter/\(id)", body)
            #expect(reply.status == 201, "\(status) \(entry): \(reply)")
        }
        // An entry that says nothing of its status is active.
        let id = unique("e")
        let silent = ward.encounter(id, of: unique("p"), status: "arrived", entry: "")
        expectRefusal(try await ward.client.put("Encounter/\(id)", silent), 422)
    }

    @Test("a bed that is closed, contaminated, being cleaned, taken by somebody unknown, or out of service is refused")
    func unready() async throws {
        for more in [Ward.status("C"), Ward.status("K"), Ward.status("H"), Ward.status("O"), #","status":"suspended""#]
        {
            let ward = try await Ward(more)
            expectRefusal(try await ward.admit(unique("e"), unique("p")), 422, naming: "Encounter.location")
        }
        for more in [Ward.status("U"), Ward.status("I"), #","status":"active""#] {
            let ward = try await Ward(more)
            #expect(try await ward.admit(unique("e"), unique("p")).status == 201, "\(more)")
        }
    }

    @Test("rooms, wards and corridors hold any number")
    func places() async throws {
        for type in ["ro", "wa", "co", "area"] {
            let ward = try await Ward(type: type)
            for _ in 1...3 { #expect(try await ward.admit(unique("e"), unique("p")).status == 201) }
        }
    }

    @Test("a transfer moves the claim, and a swap in one transaction is no conflict")
    func transferAndSwap() async throws {
        let (one, two) = (try await Ward(), try await Ward())
        let (a, b, patients) = (unique("e"), unique("e"), [unique("p"), unique("p")])
        #expect(try await one.admit(a, patients[0]).status == 201)
        #expect(try await two.admit(b, patients[1]).status == 201)
        let swap = Sample.bundle(
            "transaction",
            [
                Sample.entry("PUT", "Encounter/\(a)", one.encounter(a, of: patients[0], bed: two.bed)),
                Sample.entry("PUT", "Encounter/\(b)", one.encounter(b, of: patients[1], bed: one.bed)),
            ])
        let reply = try await one.client.post("", swap)
        #expect(reply.status == 200, "\(reply)")
        #expect(try await one.operationalStatus() == "O")
        #expect(try await one.operationalStatus(two.bed) == "O")
        expectRefusal(try await one.admit(unique("e"), unique("p")), 422)

        let third = try await Ward()
        let moved = one.encounter(a, of: patients[0], bed: third.bed)
        #expect(try await one.client.put("Encounter/\(a)", moved).status == 200)
        #expect(try await one.operationalStatus(two.bed) == "U")
        #expect(try await two.admit(unique("e"), unique("p")).status == 201)
    }

    @Test("two claims of one bed in one transaction write nothing")
    func together() async throws {
        let ward = try await Ward()
        let (a, b) = (unique("e"), unique("e"))
        let bundle = Sample.bundle(
            "transaction",
            [
                Sample.entry("PUT", "Encounter/\(a)", ward.encounter(a, of: unique("p"))),
                Sample.entry("PUT", "Encounter/\(b)", ward.encounter(b, of: unique("p"))),
            ])
        expectRefusal(try await ward.client.post("", bundle), 422)
        #expect(try await ward.client.get("Encounter/\(a)").status == 404)
        #expect(try await ward.operationalStatus() == nil)
    }

    @Test("a bed made in the same transaction is claimed as any other")
    func newBed() async throws {
        let ward = try await Ward()
        let (bed, encounter) = (unique("bed"), unique("e"))
        let bundle = Sample.bundle(
            "transaction",
            [
                Sample.entry("PUT", "Location/\(bed)", ward.location(id: bed)),
                Sample.entry("PUT", "Encounter/\(encounter)", ward.encounter(encounter, of: unique("p"), bed: bed)),
            ])
        let reply = try await ward.client.post("", bundle)
        #expect(reply.status == 200, "\(reply)")
        #expect(try await ward.operationalStatus(bed) == "O")
        let other = unique("e")
        let refused = try await ward.client.put(
            "Encounter/\(other)", ward.encounter(other, of: unique("p"), bed: bed))
        expectRefusal(refused, 422)
    }

    @Test("a claimed bed is not deleted, and a deleted encounter claims nothing")
    func deletions() async throws {
        let ward = try await Ward()
        let encounter = unique("e")
        #expect(try await ward.admit(encounter, unique("p")).status == 201)
        expectRefusal(try await ward.client.delete("Location/\(ward.bed)"), 409, naming: "Location")
        #expect(try await ward.client.delete("Encounter/\(encounter)").status == 204)
        #expect(try await ward.operationalStatus() == "U")
        #expect(try await ward.client.delete("Location/\(ward.bed)").status == 204)
    }

    @Test("a Location that contradicts its occupant keeps the occupant and opens one conflict")
    func contradiction() async throws {
        let ward = try await Ward()
        #expect(try await ward.admit(unique("e"), unique("p")).status == 201)
        #expect(try await ward.client.put("Location/\(ward.bed)", ward.location()).status == 200)
        #expect(try await ward.operationalStatus() == "O")
        #expect(try await ward.openConflicts() == 0)
        for _ in 1...2 {
            let reply = try await ward.client.put("Location/\(ward.bed)", ward.location(Ward.status("U")))
            #expect(reply.status == 200, "\(reply)")
            #expect(try await ward.operationalStatus() == "O")
            #expect(try await ward.openConflicts() == 1)
        }
    }

    @Test("200 simultaneous admissions into one bed leave exactly one occupant")
    func simultaneous() async throws {
        let ward = try await Ward()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 {
                group.addTask { try await ward.admit(unique("e"), unique("p")).status }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [201: 1, 422: 199])
        let there = try await ward.client.get("Encounter?location=Location/\(ward.bed)&_summary=count")
        #expect(there["total"] == "1")
    }
}

@Suite("Who is in which bed, made again from the record")
struct BedRebuildTests {
    @Test("what was tampered with is found and mended, and what is right is left alone")
    func rebuild() async throws {
        try await House.with({ $0.references.enforced = [] }) { house in
            let client = house.client
            let bed = { (id: String) in
                #"{"resourceType":"Location","id":"\#(id)","physicalType":{"coding":[{"system":"#
                    + #""http://terminology.hl7.org/CodeSystem/location-physical-type","code":"bd"}]}}"#
            }
            for id in ["a", "b"] {
                #expect(try await client.put("Location/\(id)", bed(id)).status == 201)
                let encounter =
                    #"{"resourceType":"Encounter","id":"e\#(id)","status":"in-progress","class":{"code":"IMP"},"#
                    + #""subject":{"reference":"Patient/\#(id)"},"location":[{"location":{"reference":"Location/\#(id)"}}]}"#
                #expect(try await client.put("Encounter/e\(id)", encounter).status == 201)
            }
            let maintenance = try await house.maintenance()
            try await maintenance.rebuild(checkOnly: true)
            _ = try await house.sql("delete from bed_stay where bed = 'a'")
            _ = try await house.sql("delete from bed_party where bed = 'a'")
            await #expect(throws: MaintenanceFailure.differences) { try await maintenance.rebuild(checkOnly: true) }
            try await maintenance.rebuild(checkOnly: false)
            try await maintenance.rebuild(checkOnly: true)
            let rows = try await house.sql("select count(*) from bed_stay s join bed_party p using (bed, party)")
            #expect(try rows[0].int8(0) == 2)
        }
    }

    @Test("stays that feeds told of, ended and cut short ones too, are made again as they were")
    func stays() async throws {
        try await House.with { house in
            let feed = Feed(house.client)
            let (first, second) = ((unique("P"), unique("V")), (unique("P"), unique("V")))
            for message in [
                feed.adt("A01", at: 60, mrn: first.0, visit: first.1, bed: "B1"),
                feed.adt("A02", at: 90, mrn: first.0, visit: first.1, bed: "B2", prior: "B1"),
                // Whoever is told into the same bed later has it, and the earlier stay is cut short.
                feed.adt("A01", at: 120, mrn: second.0, visit: second.1, bed: "B2"),
            ] {
                #expect(try await feed.send(message).code == "AA")
            }
            let maintenance = try await house.maintenance()
            try await maintenance.rebuild(checkOnly: true)
            let all = "select \(Self.columns) from bed_stay order by \(Self.columns)"
            let before = try await house.sql(all).map { row in try (0..<6).map { try row.optionalText($0) } }
            #expect(before.count == 3)
            _ = try await house.sql("delete from bed_stay where ended is not null")
            await #expect(throws: MaintenanceFailure.differences) { try await maintenance.rebuild(checkOnly: true) }
            _ = try await house.sql("update bed_stay set cut_at = cut_at + 1 where cut_at is not null")
            try await maintenance.rebuild(checkOnly: false)
            try await maintenance.rebuild(checkOnly: true)
            let after = try await house.sql(all).map { row in try (0..<6).map { try row.optionalText($0) } }
            #expect(after == before)
        }
    }

    @Test("a stay's time is compared also where the patient waited in a place for many before")
    func afterWaiting() async throws {
        try await House.with {
            $0.senders = [SenderSettings(sharedLocations: ["WAIT"])]
        } _: { house in
            let feed = Feed(house.client)
            let (mrn, visit) = (unique("P"), unique("V"))
            _ = try await feed.send(feed.adt("A04", at: 60, mrn: mrn, visit: visit, bed: "WAIT"))
            _ = try await feed.send(feed.adt("A02", at: 90, mrn: mrn, visit: visit, bed: "B1", prior: "WAIT"))
            let maintenance = try await house.maintenance()
            try await maintenance.rebuild(checkOnly: true)
            #expect(try await house.sql("update bed_stay set started = started + 1").affected == 1)
            await #expect(throws: MaintenanceFailure.differences) { try await maintenance.rebuild(checkOnly: true) }
            try await maintenance.rebuild(checkOnly: false)
            let stay = try await house.sql("select cause <> '' and started % 2 = 0 from bed_stay")
            #expect(try stay.map { try $0.bool(0) } == [true])
        }
    }

    private static let columns = "bed, encounter, cause, started::text, coalesce(ended, cut_at)::text, party"

    @Test("the database itself refuses a second party in a bed")
    func constraint() async throws {
        try await House.with { house in
            _ = try await house.sql("insert into bed_party values ('b', 'p1')")
            _ = try await house.sql(
                "insert into bed_stay (bed, encounter, cause, party) values ('b', 'e1', '', 'p1')")
            await #expect(throws: (any Error).self) {
                _ = try await house.sqlAsServer(
                    "insert into bed_stay (bed, encounter, cause, party) values ('b', 'e2', '', 'p2')")
            }
            await #expect(throws: (any Error).self) {
                _ = try await house.sqlAsServer("insert into bed_party values ('b', 'p2')")
            }
        }
    }
}

import FHIR
import Postgres
import Testing

@testable import Store

@Suite("Searching contained resources")
struct ContainedSearchTests {
    /// Orders of medicines: each holds its medicine, but for the last, which refers to one of its own.
    private func filled(_ body: (Record) async throws -> Void) async throws {
        try await Record.with { record in
            for (number, code) in ["a", "b", "a", "c"].enumerated() {
                try await record.put(order(number, #"{"resourceType":"Medication","id":"m","code":\#(concept(code))}"#))
            }
            try await record.put(
                order(
                    4,
                    """
                    {"resourceType":"Medication","id":"m1","code":\(concept("a"))},
                    {"resourceType":"Patient","id":"p","birthDate":"1970-05-01","name":[{"family":"Smith"}]},
                    {"resourceType":"Medication","id":"m2","code":\(concept("a")),
                    "ingredient":[{"itemCodeableConcept":\(concept("x"))}]}
                    """))
            try await record.put(#"{"resourceType":"Medication","id":"own","code":\#(concept("a"))}"#)
            try await record.put(
                #"{"resourceType":"MedicationRequest","id":"o9","status":"active","medicationReference":{"reference":"Medication/own"}}"#
            )
            try await body(record)
        }
    }

    private func concept(_ code: String) -> String { #"{"coding":[{"system":"urn:x","code":"\#(code)"}]}"# }

    private func order(_ number: Int, _ contained: String) -> String {
        #"{"resourceType":"MedicationRequest","id":"o\#(number)","status":"active","contained":[\#(contained)]}"#
    }

    /// `Type/id` of what is found, with the container before it.
    private func find(_ text: String, _ record: Record) async throws -> [String] {
        try await record.store.search(SearchRequest(text)).matches.map(\.place)
    }

    @Test("each is found by its own elements: the container stands once, the contained each for itself")
    func matches() async throws {
        try await filled { record in
            let orders = ["MedicationRequest/o0", "MedicationRequest/o2", "MedicationRequest/o4"]
            #expect(try await find("Medication?code=a", record) == ["Medication/own"])
            #expect(try await find("Medication?code=a&_contained=false", record) == ["Medication/own"])
            #expect(try await find("Medication?code=a&_contained=true", record) == orders)
            #expect(try await find("Medication?code=a&_contained=both", record) == ["Medication/own"] + orders)
            let all = try await find("Medication?code=a&_contained=true&_containedType=contained", record)
            #expect(all == [orders[0] + "#m", orders[1] + "#m", orders[2] + "#m1", orders[2] + "#m2"])
            for (query, found) in [
                ("code=urn:x%7Cb", ["MedicationRequest/o1#m"]), ("ingredient-code=x", [orders[2] + "#m2"]),
                ("code:not=a", ["MedicationRequest/o1#m", "MedicationRequest/o3#m"]), ("code=nothing", []),
                ("_id=m1,m2&ingredient-code:missing=true", [orders[2] + "#m1"]), ("_lastUpdated=lt2020", []),
                ("_filter=code%20eq%20a%20and%20_id%20eq%20m2", [orders[2] + "#m2"]),
            ] {
                let text = "Medication?\(query)&_contained=true&_containedType=contained"
                #expect(try await find(text, record) == found, "\(query)")
            }
            #expect(try await find("Patient?family=smi&birthdate=1970&_contained=true", record) == [orders[2]])
            #expect(try await find("Patient?family=smi&birthdate=1971&_contained=true", record) == [])
            #expect(try await find("?_type=Patient,Location&_contained=true", record) == [orders[2]])
        }
    }

    @Test("an update and a delete of the container are seen; a walk shows what was there when it began")
    func walk() async throws {
        try await filled { record in
            for kind in ["container", "contained"] {
                for whom in ["true", "both"] {
                    let text = "Medication?code=a,c&_contained=\(whom)&_containedType=\(kind)"
                    let whole = try await record.store.search(SearchRequest(text))
                    #expect(whole.next == nil && whole.total == whole.matches.count)
                    #expect(try await record.store.count(SearchRequest(text)) == whole.matches.count)
                    var request = try SearchRequest(text, count: 2)
                    var walked: [String] = []
                    repeat {
                        let page = try await record.store.search(request)
                        #expect(page.matches.count == 2 || page.next == nil)
                        walked += page.matches.map { "\($0.place) \($0.version)" }
                        request.page = page.next
                        // Between the pages each holds another medicine.
                        try await record.put(order(2, #"{"resourceType":"Medication","id":"m"}"#))
                    } while request.page != nil
                    #expect(walked == whole.matches.map { "\($0.place) \($0.version)" }, "\(text)")
                    #expect(try await !find(text, record).contains("MedicationRequest/o2"))
                    try await record.put(order(2, #"{"resourceType":"Medication","id":"m","code":\#(concept("a"))}"#))
                }
            }
            _ = try await record.store.write(
                [
                    WriteDraft(
                        type: .medicationRequest, id: "o0", method: .delete, content: nil, interaction: .delete)
                ], origin: Record.origin)
            #expect(
                try await find("Medication?code=a&_contained=true", record) == [
                    "MedicationRequest/o2", "MedicationRequest/o4",
                ])
        }
    }

    @Test("chains are evaluated inside contained resources that the parameter refers to")
    func chains() async throws {
        try await Record.with { record in
            func put(_ id: String, _ reference: String, _ contained: String, status: String = "active") async throws {
                try await record.put(
                    """
                    {"resourceType":"MedicationRequest","id":"\(id)","status":"\(status)","contained":[\(contained)],
                    "medicationReference":{"reference":"\(reference)"},"subject":{"reference":"#p"}}
                    """)
            }
            let patient = #"{"resourceType":"Patient","id":"p","name":[{"family":"Smith"}]}"#
            func medicine(_ id: String, _ code: String, _ more: String = "") -> String {
                #"{"resourceType":"Medication","id":"\#(id)","code":\#(concept(code))\#(more)}"#
            }
            try await record.put(#"{"resourceType":"Organization","id":"maker","name":"Maker"}"#)
            try await record.put(#"{"resourceType":"Medication","id":"own","code":\#(concept("a"))}"#)
            try await put("one", "#m", "\(patient),\(medicine("m", "a"))")
            // It holds one, and refers to another.
            try await put("two", "#n", "\(patient),\(medicine("m", "a")),\(medicine("n", "b"))")
            let made = #","manufacturer":{"reference":"Organization/maker"}"#
            try await put("three", "#m", "\(patient),\(medicine("m", "c", made))", status: "stopped")
            try await put("four", "Medication/own", patient)
            for (query, found) in [
                ("medication.code=a", ["four", "one"]), ("medication:Medication.code=b", ["two"]),
                ("medication.code=a&status=stopped", []),
                ("subject:Patient.family=smi", ["four", "one", "three", "two"]),
                ("patient.name=smith&status=stopped", ["three"]), ("medication.manufacturer.name=mak", ["three"]),
                ("medication.manufacturer.name=none", []), ("medication.code=c,b", ["three", "two"]),
                ("_filter=not(medication.code%20eq%20a)", ["three", "two"]),
                ("medication.code:not=a", ["three", "two"]),
            ] {
                let matches = try await record.store.search(SearchRequest("MedicationRequest?\(query)")).matches
                #expect(matches.map(\.id).sorted() == found, "\(query)")
                #expect(try await record.store.count(SearchRequest("MedicationRequest?\(query)")) == found.count)
            }
            // What it was when the walk began.
            var request = try SearchRequest("MedicationRequest?subject:Patient.family=smi", count: 1)
            request.page = try await record.store.search(request).next
            try await put("two", "#n", medicine("n", "b"))
            let rest = try await record.store.search(request)
            #expect(rest.total == 4 && rest.matches.map(\.id) == ["two"] && rest.matches[0].version == 1)
        }
    }

    @Test("_asOf shows what was contained then")
    func asOf() async throws {
        try await Record.with { record in
            let moment = try await record.put(
                order(1, #"{"resourceType":"Medication","id":"m","code":\#(concept("a"))}"#)
            ).updated
            try await Task.sleep(for: .milliseconds(5))
            try await record.put(order(1, #"{"resourceType":"Medication","id":"m","code":\#(concept("b"))}"#))
            var request = try SearchRequest("Medication?code=a&_contained=true")
            #expect(try await record.store.search(request).matches.isEmpty)
            request.asOf = moment
            let then = try await record.store.search(request).matches
            #expect(then.map(\.place) == ["MedicationRequest/o1"] && then[0].version == 1)
            #expect(try await record.store.count(request) == 1)
        }
    }

    @Test("a container that is itself a match stands once beside others")
    func once() async throws {
        try await Record.with { record in
            let within = #"{"resourceType":"Observation","id":"i","status":"final","code":\#(concept("a"))}"#
            for id in ["one", "two"] {
                try await record.put(
                    """
                    {"resourceType":"Observation","id":"\(id)","status":"final","code":\(concept(id == "one" ? "a" : "b")),
                    "contained":[\(within)]}
                    """)
            }
            for count in [1, 2, 50] {
                var request = try SearchRequest("Observation?code=a&_contained=both", count: count)
                var found: [String] = []
                repeat {
                    let page = try await record.store.search(request)
                    found += page.matches.map(\.place)
                    request.page = page.next
                } while request.page != nil
                #expect(found == ["Observation/one", "Observation/two"])
            }
            let count = try await record.store.count(SearchRequest("Observation?code=a&_contained=both"))
            #expect(count == 2)
        }
    }

    @Test("more containers than may be judged are refused, with the number")
    func limit() async throws {
        try await filled { record in
            var configuration = StoreConfiguration(
                application: .init(record.database.application), clock: now)
            configuration.containerLimit = 4
            let store = try await Store.open(configuration)
            let patients = try await store.search(SearchRequest("Patient?_contained=true")).matches
            #expect(patients.map(\.place) == ["MedicationRequest/o4"])
            await #expect {
                _ = try await store.search(SearchRequest("Medication?code=b&_contained=true"))
            } throws: { error in
                if case StoreError.tooManyContainers(limit: 4) = error { true } else { false }
            }
            await store.close()
        }
    }

    @Test("rows that an earlier version made lack the types of what is contained, and a reindex gives them")
    func reindex() async throws {
        try await filled { record in
            let term = record.store.indexer.containing(.medication, in: .medicationRequest)
            #expect(try await record.sql("update search set terms = array_remove(terms, \(term))").affected > 4)
            #expect(try await record.sql("delete from search_text where kind = 7").affected == 2)
            // Another server, which has seen nothing yet.
            let other = try await Store.open(
                StoreConfiguration(application: .init(record.database.application), clock: now))
            #expect(try await find("Medication?code=a&_contained=true", record).isEmpty)
            // As before the migration.
            let migrator = Migrator(owner: ConnectionConfiguration(record.database.owner))
            func migrated() async throws -> Bool {
                _ = try await record.sql("alter table page_chunk drop column parts")
                _ = try await record.sql("delete from migration where number = 13")
                return try await migrator.migrate(application: nil).needsReindex
            }
            #expect(try await migrated())
            try await migrator.noteReindexed()
            let report = try await Reindex(other).run(checkOnly: false)
            await other.close()
            #expect(report.wrong == 5)
            #expect(try await record.sql("select from search_text where kind = 7").count == 2)
            #expect(try await find("Medication?code=a&_contained=true", record).count == 3)
            // Where nothing is contained there is nothing to be made.
            for number in 0..<5 {
                try await record.put(
                    #"{"resourceType":"MedicationRequest","id":"o\#(number)","status":"active"}"#)
            }
            #expect(try await !migrated())
        }
    }
}

extension StoredVersion {
    fileprivate var place: String { container.map { "\($0.type)/\($0.id)#\(id)" } ?? "\(type)/\(id)" }
}

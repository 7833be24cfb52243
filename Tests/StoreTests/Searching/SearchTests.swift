import FHIR
import Postgres
import Testing

@testable import Store

@Suite("Searching the record")
struct SearchTests {
    /// A search and what it finds, by the last part of their names.
    static let searches: [(String, String)] = [
        ("Patient", "anna bert carl"),
        ("Patient?name=smith", "anna bert"),
        ("Patient?family:exact=Smith", "anna"),
        ("Patient?family:exact=smith", ""),
        ("Patient?family:contains=THER", "bert"),
        ("Patient?family=muller", "carl"),
        ("Patient?given=rose&family=smith", "anna"),
        ("Patient?gender=male", "bert carl"),
        ("Patient?gender:not=male", "anna"),
        ("Patient?active:not=true", "bert carl"),
        ("Patient?birthdate:missing=true", "carl"),
        ("Patient?birthdate:missing=false", "anna bert"),
        ("Patient?name:missing=true", ""),
        ("Patient?general-practitioner:missing=false", "anna"),
        ("Patient?birthdate=1980", "bert"),
        ("Patient?birthdate=gt1975", "bert"),
        ("Patient?birthdate=lt1975,gt1979", "anna bert"),
        ("Patient?_id=anna,carl,nobody", "anna carl"),
        ("Patient?_lastUpdated=gt2020", "anna bert carl"),
        ("Patient?_lastUpdated=lt2020", ""),
        ("Patient?identifier=urn:mrn|a1", "anna"),
        ("Patient?identifier=urn:mrn|", "anna"),
        ("Patient?identifier=|A1", ""),
        ("Patient?general-practitioner=Practitioner/dr", "anna"),
        ("Patient?general-practitioner=dr", "anna"),
        ("Patient?general-practitioner:Practitioner.name=house", "anna"),
        ("Patient?general-practitioner.name=house", "anna"),
        ("Patient?organization.name=trust", "bert"),
        ("Patient?organization.partof.name=trust", "anna"),
        ("Patient?organization:missing=true", "carl"),
        ("Patient?_has:Observation:patient:code=8480-6", "anna bert"),
        ("Patient?_has:Observation:patient:code=3141-9", "bert"),
        ("Patient?_has:Observation:subject:value-quantity=gt130", "anna"),
        ("Patient?_has:Observation:subject:performer.name=house&gender=female", "anna"),
        ("Practitioner?_has:Patient:general-practitioner:_has:Observation:patient:date=2020", "dr"),
        ("Practitioner?_has:Patient:general-practitioner:birthdate=1980", ""),
        ("Observation?subject=Patient/anna", "o1 o2"),
        ("Observation?patient=anna&date=ge2021", "o2"),
        ("Observation?subject:Patient.name=smith", "o1 o2 o3 o4"),
        ("Observation?patient.gender=female", "o1 o2"),
        ("Observation?patient.organization.name=clinic", "o1 o2"),
        ("Observation?patient.organization:missing=true", ""),
        ("Observation?code=http://loinc.org|8480-6&value-quantity=lt130", "o1 o3"),
        ("Observation?code:not=8480-6", "o4 o5"),
        ("Observation?value-quantity=80|http://unitsofmeasure.org|mm[Hg]", "o4"),
        ("Observation?value-quantity=80||mm[Hg]", "o4"),
        ("Observation?value-string=trust", "o5"),
        ("Observation?date:missing=true", "o5"),
        ("Observation?_content=trust", "o5"),
        ("Observation?status=final&_content=pressure&code=3141-9", "o4"),
        ("ValueSet?url=http://acme.org/fhir", "v2"),
        ("ValueSet?url:below=http://acme.org/fhir", "v1 v2"),
        ("ValueSet?url:above=http://acme.org/fhir/ValueSet/1", "v1 v2"),
        ("ValueSet?url:above=http://acme.org/fhir/ValueSet", "v2"),
        ("?_type=Patient,Practitioner&_id=anna,dr,o1", "dr anna"),
        ("?_id=anna,o1", "anna o1"),
        ("?_type=Patient,ValueSet", "anna bert carl v1 v2"),
        ("Observation?_filter=code eq 3141-9 or value-quantity gt 130", "o2 o4"),
        ("Observation?_filter=not (status eq final)", "o5"),
        ("Observation?subject:Patient._has:Observation:patient:code=3141-9", "o3 o4"),
        ("Patient?_sort=-birthdate", "bert anna carl"),
        ("Patient?_sort=birthdate", "anna bert carl"),
        ("Patient?_sort=family", "carl anna bert"),
        ("Patient?_sort=-_id", "carl bert anna"),
        ("Patient?_sort=gender,-family", "anna bert carl"),
        ("Patient?_sort=gender,family", "anna carl bert"),
        ("Observation?_sort=value-quantity", "o4 o3 o1 o2 o5"),
        ("Observation?_sort=-value-quantity", "o2 o1 o3 o4 o5"),
        ("Observation?_sort=-date&patient=anna", "o2 o1"),
        ("Observation?_sort=status,-date", "o5 o3 o2 o1 o4"),
        ("ValueSet?_sort=url", "v2 v1"),
        ("ValueSet?_sort=-url", "v1 v2"),
        ("?_type=Patient,Practitioner&_sort=_id", "anna bert carl dr"),
    ]

    private func names(_ found: [String]) -> String {
        found.map { $0.split(separator: "/")[1] }.joined(separator: " ")
    }

    @Test("each kind of search finds what it asks for, in its order; nothing else")
    func finds() async throws {
        try await Record.with { record in
            try await record.fill()
            for (search, expected) in Self.searches {
                #expect(names(try await record.find(search)) == expected, "\(search)")
                let count = try await record.store.count(SearchRequest(search))
                #expect(count == expected.split(separator: " ").count, "\(search)")
            }
        }
    }

    /// Statistics tell what is common: then the record is walked through, or the planner decides.
    @Test("each way finds the same", arguments: [true, false])
    func ways(analyzed: Bool) async throws {
        try await Record.with { record in
            try await record.fill()
            if analyzed { _ = try await record.sql("analyze search") }
            for (text, expected) in Self.searches {
                let search = try await record.store.prepare(SearchRequest(text))
                var ways = [SearchWay.walk(window: 1000), .planned]
                if search.isRare { ways.append(.rare) }
                if search.isProbable, !search.isRare {
                    let found = try #require(
                        try await record.store.probed(search, .probed, 100), "\(text): nothing is common here")
                    #expect(found.versions.map(\.id).joined(separator: " ") == expected, "\(text) probed")
                }
                for way in ways {
                    guard let query = SearchSQL.page(search, way, limit: 100) else { continue }
                    let found = try Store.matches(
                        try await record.store.pool.withConnection { try await $0.query(query) })
                    let names = found.map(\.id)
                    if case .walk = way, search.order.first != nil {
                        // Those without a value are not in the index that is walked along.
                        #expect(expected.split(separator: " ").map(String.init).starts(with: names), "\(text) \(way)")
                    } else {
                        #expect(names.joined(separator: " ") == expected, "\(text) \(way)")
                    }
                }
                let (all, binder) = SearchSQL.list(search, hasChanged: false)
                let list = try await record.store.pool.withConnection { try await $0.query(binder.query(all)) }
                #expect(list.count == expected.split(separator: " ").count, "\(text)")
            }
        }
    }

    @Test(
        "in the record as it was each search finds what it found then, whatever has become of it",
        arguments: [true, false])
    func past(isDeleted: Bool) async throws {
        try await Record.with { record in
            try await record.fill()
            let all = try await record.page(.system, count: 1000).entries.map(\.version)
            let then = try #require(all.first?.updated)
            for version in all.reversed() {
                if isDeleted {
                    try await record.delete(version.type, version.id)
                } else {
                    try await record.put(#"{"resourceType":"\#(version.type)","id":"\#(version.id)"}"#)
                }
            }
            for (text, expected) in Self.searches {
                var request = try SearchRequest(text)
                request.asOf = then
                let page = try await record.store.search(request)
                #expect(page.matches.map(\.id).joined(separator: " ") == expected, "\(text)")
                #expect(try await record.store.count(request) == page.matches.count, "\(text)")
                request.count = 1
                #expect(try await record.walk(request).map(\.id).joined(separator: " ") == expected, "\(text)")
            }
        }
    }

    @Test("what a transaction will write is asked the same")
    func holds() async throws {
        try await Record.with { record in
            try await record.fill()
            let anna = try #require(try await record.store.read(.patient, "anna")?.content)
            let observation = try #require(try await record.store.read(.observation, "o2")?.content)
            for (text, expected) in Self.searches where !text.contains("_lastUpdated") && !text.contains("_content") {
                let names = expected.split(separator: " ")
                for (type, id, content) in [("Patient", "anna", anna), ("Observation", "o2", observation)]
                where text.hasPrefix(type) {
                    let holds = try await record.store.holds(SearchRequest(text), for: content, id: id)
                    #expect(holds == names.contains { $0 == id }, "\(text)")
                }
            }
        }
    }

    @Test("includes bring each resource once, along references and back, again and again until nothing new comes")
    func includes() async throws {
        try await Record.with { record in
            try await record.fill()
            func included(_ text: String) async throws -> String {
                let page = try await record.store.search(SearchRequest(text))
                #expect(page.omitted.isEmpty)
                return page.included.map(\.id).sorted().joined(separator: " ")
            }
            #expect(try await included("Observation?_include=Observation:subject") == "anna bert")
            #expect(try await included("Observation?_include=Observation:subject:Group") == "")
            #expect(try await included("Observation?patient=anna&_include=Observation:performer") == "dr")
            #expect(try await included("Observation?patient=anna&_include=*") == "anna dr")
            #expect(
                try await included(
                    "Observation?_id=o1&_include=Observation:subject&_include:iterate=Patient:organization")
                    == "anna clinic")
            #expect(
                try await included(
                    "Observation?_id=o1&_include=Observation:subject&_include:iterate=Patient:organization"
                        + "&_include:iterate=Organization:partof") == "anna clinic trust")
            #expect(try await included("Patient?_id=bert&_revinclude=Observation:subject") == "o3 o4")
            #expect(
                try await included(
                    "Organization?_id=trust&_revinclude=Patient:organization"
                        + "&_revinclude:iterate=Observation:patient") == "bert o3 o4")
            #expect(try await included("Organization?_include=Organization:partof") == "")
        }
    }

    @Test("a ring of references ends; what is deleted is not included")
    func rings() async throws {
        try await Record.with { record in
            try await record.put(all: [
                #"{"resourceType":"Organization","id":"a","partOf":{"reference":"Organization/b"}}"#,
                #"{"resourceType":"Organization","id":"b","partOf":{"reference":"Organization/c"}}"#,
                #"{"resourceType":"Organization","id":"c","partOf":{"reference":"Organization/a"}}"#,
                #"{"resourceType":"Organization","id":"d","partOf":{"reference":"Organization/a"}}"#,
            ])
            let text = "Organization?_id=a&_include:iterate=Organization:partof&_revinclude:iterate=Organization:partof"
            let all = try await record.store.search(SearchRequest(text))
            #expect(all.included.map(\.id).sorted() == ["b", "c", "d"])
            let delete = WriteDraft(type: .organization, id: "c", method: .delete, content: nil, interaction: .delete)
            _ = try await record.store.write([delete], origin: Record.origin)
            let fewer = try await record.store.search(SearchRequest(text))
            #expect(fewer.included.map(\.id).sorted() == ["b", "d"])
        }
    }

    @Test("what does not fit on the page is told, with its number and how to ask for it")
    func omitted() async throws {
        try await Record.with { record in
            try await record.fill()
            var request = try SearchRequest("Patient?_id=anna,bert&_revinclude=Observation:subject")
            request.includedLimit = 3
            let page = try await record.store.search(request)
            #expect(page.included.count == 3)
            #expect(page.omitted.map(\.count) == [1])
            #expect(page.omitted.first?.resources.map(\.id) == ["anna", "bert"])
            request = try SearchRequest("Observation?_include=Observation:subject&_include=Observation:performer")
            request.includedLimit = 2
            let other = try await record.store.search(request)
            #expect(other.included.map(\.id) == ["anna", "bert"])
            #expect(other.omitted.map(\.count) == [1])
            #expect(other.omitted.first?.resources.map(\.id) == ["dr"])
        }
    }
}

@Suite("Searching the record by more than one value")
struct SearchDetailTests {
    @Test("texts of codes, typed identifiers, composites and places")
    func details() async throws {
        try await Record.with { record in
            try await record.put(all: [
                """
                {"resourceType":"Patient","id":"p1","identifier":[{"type":{"coding":[{"system":"urn:t","code":"MR"}],
                "text":"Record number"},"system":"urn:s","value":"12"},{"type":{"coding":[{"system":"urn:t","code":"SS"}]},
                "value":"34"}]}
                """,
                """
                {"resourceType":"Observation","id":"bp","status":"final","code":{"coding":[{"system":"urn:c","code":"bp"}]},
                "component":[{"code":{"coding":[{"system":"urn:c","code":"sys","display":"Systolic pressure"}]},
                "valueQuantity":{"value":120,"unit":"mmHg"}},{"code":{"coding":[{"system":"urn:c","code":"dia"}]},
                "valueQuantity":{"value":80,"unit":"mmHg"}}]}
                """,
                """
                {"resourceType":"Observation","id":"gl","status":"final","code":{"text":"Glucose  in Blood"},
                "valueQuantity":{"value":2,"unit":"g","system":"http://unitsofmeasure.org","code":"g"}}
                """,
                """
                {"resourceType":"ValueSet","id":"d1","status":"active","useContext":[
                {"code":{"system":"urn:u","code":"focus"},"valueCodeableConcept":{"coding":[{"system":"urn:v","code":"a"}]}},
                {"code":{"system":"urn:u","code":"venue"},"valueCodeableConcept":{"coding":[{"system":"urn:v","code":"b"}]}}]}
                """,
                #"{"resourceType":"Location","id":"paris","position":{"latitude":48.8566,"longitude":2.3522}}"#,
                #"{"resourceType":"Location","id":"lyon","position":{"latitude":45.764,"longitude":4.8357}}"#,
                """
                {"resourceType":"MolecularSequence","id":"m1","coordinateSystem":0,"variant":[{"start":10,"end":20},
                {"start":30,"end":40}],"referenceSeq":{"chromosome":{"coding":[{"code":"1"}]},"windowStart":1,"windowEnd":9}}
                """,
            ])
            let searches: [(String, String)] = [
                ("Patient?identifier:of-type=urn:t|MR|12", "p1"),
                ("Patient?identifier:of-type=urn:t|MR|34", ""),
                ("Patient?identifier:text=record", "p1"),
                ("Patient?identifier:text=number", ""),
                ("Observation?code:text=glucose in", "gl"),
                ("Observation?combo-code:text=systolic", "bp"),
                ("Observation?component-code-value-quantity=sys$gt100", "bp"),
                ("Observation?component-code-value-quantity=dia$gt100", ""),
                ("Observation?combo-code-value-quantity=urn:c|dia$80", "bp"),
                ("Observation?component-code-value-quantity:missing=true", "gl"),
                ("Observation?code-value-quantity:missing=false", "gl"),
                ("Observation?value-quantity=2000|http://unitsofmeasure.org|mg", "gl"),
                ("Observation?value-quantity=gt2000|http://unitsofmeasure.org|mg", ""),
                ("Observation?value-quantity=2|http://unitsofmeasure.org|mg", ""),
                ("Observation?value-quantity=lt1|http://unitsofmeasure.org|kg", "gl"),
                ("Observation?value-quantity=2|http://unitsofmeasure.org|s", ""),
                ("ValueSet?context-type-value=focus$a", "d1"),
                ("ValueSet?context-type-value=urn:u|venue$urn:v|b", "d1"),
                ("ValueSet?context-type-value=venue$a", ""),
                ("Location?near=48.85|2.35|5|km", "paris"),
                ("Location?near=48.85|2.35|500|km", "paris lyon"),
                ("Location?near=0|0|5|km", ""),
                ("MolecularSequence?chromosome-variant-coordinate=1$lt15$gt15", "m1"),
                ("MolecularSequence?chromosome-variant-coordinate=1$lt15$gt35", ""),
                ("MolecularSequence?chromosome-variant-coordinate=2$lt15$gt15", ""),
            ]
            for (text, expected) in searches {
                let found = try await record.find(text).map { $0.split(separator: "/")[1] }.joined(separator: " ")
                #expect(found == expected, "\(text)")
            }
            #expect(try await Reindex(record.store).run(checkOnly: true).isClean)
        }
    }

    @Test(
        "codes of which there are too many to be kept sort by the matches themselves, and only the few by their texts")
    func manyCodes() async throws {
        try await Record.with { record in
            for start in [0, 600, 1200] {
                try await record.put(
                    all: (start..<start + 600).map { n in
                        #"{"resourceType":"Patient","id":"p\#(n)","gender":"\#(n % 2 == 0 ? "male" : "female")","#
                            + #""identifier":[{"system":"urn:s","value":"\#(9000 - n)"}]}"#
                    })
            }
            #expect(try await record.find("Patient?_sort=identifier", count: 2) == ["Patient/p1799", "Patient/p1798"])
            #expect(
                try await record.find("Patient?_sort=gender,-identifier", count: 2) == ["Patient/p1", "Patient/p3"])
            let kept = try await record.sql("select count(*) from search_text where kind = 3")
            #expect(try #require(kept.first).int8(0) < 1800)
        }
    }
}

import FHIR
import Testing

/// search.html#ptypes
@Suite("Checklist: the types of search parameters")
struct SearchTypesChecklistTests {
    @Test("strings: from the begin, :exact, :contains, and escaped characters")
    func strings() async throws {
        let client = try await House.client
        let name = unique("Söl").replacing("-", with: "")
        let id = try await client.make("Patient", Sample.patient(family: name))
        let awkward = try await client.make("Patient", Sample.patient(family: "\(name)x, a|b$c"))
        // A url of bytes beyond ASCII is rewritten by the client.
        let plain = name.replacing("ö", with: "o")
        let exact = name.replacing("ö", with: "%C3%B6")
        try await client.expect("Patient?family=\(plain.lowercased())", finds: [id, awkward])
        try await client.expect("Patient?family:exact=\(exact)", finds: [id])
        try await client.expect("Patient?family:exact=\(exact.replacing("S", with: "s"))", finds: [])
        try await client.expect("Patient?family:exact=\(plain)", finds: [])
        try await client.expect("Patient?family:contains=\(plain.dropFirst(2).uppercased())", finds: [id, awkward])
        try await client.expect("Patient?family=\(plain)x%5C,%20a%5C%7Cb%5C$c", finds: [awkward])
        try await client.expect("Patient?family:exact=\(exact)x%5C,%20a%7Cb%5C$c", finds: [awkward])
    }

    @Test("tokens: case, :not with absent elements, :text, :of-type, booleans")
    func tokens() async throws {
        let client = try await House.client
        let family = unique("Tok").replacing("-", with: "")
        let (mrn, other) = (unique(), unique())
        let id = try await client.make(
            "Patient",
            #"""
            {"resourceType":"Patient","active":true,"gender":"male","name":[{"family":"\#(family)"}],"identifier":[{
            "type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}],"text":"Record number"},
            "system":"http://e.example/mrn","value":"\#(mrn)"}]}
            """#)
        let bare = try await client.make("Patient", Sample.patient(mrn: other, family: family))
        let query = "Patient?family=\(family)"
        try await client.expect("\(query)&gender:not=male", finds: [bare])
        try await client.expect("\(query)&gender:not=female", finds: [id, bare])
        try await client.expect("\(query)&gender=MALE", finds: [id])
        try await client.expect("\(query)&active=true", finds: [id])
        try await client.expect("\(query)&active=false", finds: [])
        let type = "http://terminology.hl7.org/CodeSystem/v2-0203%7CMR%7C"
        try await client.expect("\(query)&identifier:of-type=\(type)\(mrn)", finds: [id])
        try await client.expect("\(query)&identifier:of-type=\(type)\(other)", finds: [])
        try await client.expect("\(query)&identifier:text=record", finds: [id])
    }

    @Test("tokens: :in, :not-in, :above and :below on what is known")
    func sets() async throws {
        let client = try await House.client
        let tag = unique()
        _ = try await client.make("Observation", Sample.observation(#","identifier":[{"value":"\#(tag)"}]"#))
        let query = "Observation?identifier=\(tag)"
        let status = "status:in=http://hl7.org/fhir/ValueSet/observation-status"
        #expect(try await client.get("\(query)&\(status)").ids.count == 1)
        #expect(try await client.get("\(query)&\(status.replacing(":in", with: ":not-in"))").ids.isEmpty)
        expectRefusal(
            try await client.get("\(query)&code:in=http://e.example/nobody-knows-it"), 400, naming: "nobody-knows-it")
    }

    @Test("references: id, Type/id, url, :Type, :identifier, chains with and without a type, versions")
    func references() async throws {
        let client = try await House.client
        let (mrn, family) = (unique(), unique("Ref").replacing("-", with: ""))
        let patient = try await client.make("Patient", Sample.patient(mrn: mrn, family: family))
        let id = try await client.make(
            "Observation",
            #"""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/\#(patient)",
            "identifier":{"system":"\#(Sample.system)","value":"\#(mrn)"}}}
            """#)
        for criterion in [
            "subject=\(patient)", "subject=Patient/\(patient)", "subject=\(client.base)/Patient/\(patient)",
            "subject:Patient=\(patient)", "subject:identifier=\(Sample.system)%7C\(mrn)", "patient.family=\(family)",
            "subject:Patient.family=\(family)", "subject.family=\(family)", "patient:Patient.identifier=\(mrn)",
        ] {
            try await client.expect("Observation?\(criterion)", finds: [id])
        }
        try await client.expect("Observation?subject:Group=\(patient)", finds: [])
        try await client.expect("Observation?patient.family=\(family)x", finds: [])
    }

    @Test("dates: every prefix against days, months, periods with open ends and times with offsets")
    func dates() async throws {
        let client = try await House.client
        let tag = unique()
        func encounter(_ period: String) async throws -> String {
            try await client.make(
                "Encounter",
                #"""
                {"resourceType":"Encounter","status":"finished","identifier":[{"value":"\#(tag)"}],
                "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},"period":{\#(period)}}
                """#)
        }
        let closed = try await encounter(#""start":"2024-02-10","end":"2024-02-20""#)
        let open = try await encounter(#""start":"2024-02-15T12:00:00+02:00""#)
        let begun = try await encounter(#""end":"2024-02-12""#)
        for (value, found) in [
            ("2024-02", [closed]), ("2024-02-10", []), ("ne2024-02", [open, begun]), ("gt2024-02-20", [open]),
            ("ge2024-02-20", [closed, open]), ("lt2024-02-10", [begun]), ("le2024-02-10", [closed, begun]),
            ("sa2024-02-14", [open]), ("sa2024-02-15", []), ("eb2024-02-13", [begun]), ("eb2024-02-20", [begun]),
            ("gt2030", [open]), ("lt2000", [begun]), ("eb2024-02-15T10:00:00Z", [begun]),
        ] {
            try await client.expect("Encounter?identifier=\(tag)&date=\(value)", finds: found)
        }
    }

    @Test("numbers and quantities: precision, prefixes, exponents, comparators, units with and without a system")
    func quantities() async throws {
        let client = try await House.client
        let tag = unique()
        func weight(_ value: String) async throws -> String {
            try await client.make(
                "Observation",
                #"""
                {"resourceType":"Observation","status":"final","code":{"text":"x"},"identifier":[{"value":"\#(tag)"}],
                "valueQuantity":{\#(value),"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}}
                """#)
        }
        let (low, near, high) = (
            try await weight(#""value":1.80"#), try await weight(#""value":2.04"#), try await weight(#""value":72"#)
        )
        let less = try await weight(#""value":1,"comparator":"<""#)
        for (value, found) in [
            ("2.0", [near]), ("2.04", [near]), ("2", [low, near]), ("gt2.04", [high]), ("ge2.04", [near, high]),
            ("lt1.8", [less]), ("7.2e1", [high]), ("72%7Chttp://unitsofmeasure.org%7Ckg", [high]),
            ("72%7C%7Ckg", [high]), ("72%7Chttp://unitsofmeasure.org%7Cg", []),
            ("72000%7Chttp://unitsofmeasure.org%7Cg", [high]), ("ne2.0", [low, high, less]), ("ap70", [high]),
        ] {
            try await client.expect("Observation?identifier=\(tag)&value-quantity=\(value)", finds: found)
        }
    }

    @Test("uris: by case, :above and :below at whole segments")
    func uris() async throws {
        let client = try await House.client
        let root = "http://\(unique("U").lowercased()).example/fhir"
        func set(_ url: String) async throws -> String {
            try await client.make("ValueSet", #"{"resourceType":"ValueSet","status":"draft","url":"\#(url)"}"#)
        }
        let (top, below, beside) = (
            try await set(root), try await set("\(root)/ValueSet/1"), try await set("\(root)er/ValueSet/1")
        )
        try await client.expect("ValueSet?url=\(root)", finds: [top])
        try await client.expect("ValueSet?url=\(root.uppercased())", finds: [])
        try await client.expect("ValueSet?url:below=\(root)", finds: [top, below])
        try await client.expect("ValueSet?url:above=\(root)/ValueSet/1/more", finds: [top, below])
        try await client.expect("ValueSet?url:below=\(root)er", finds: [beside])
    }

    @Test("composites: both parts in the same repetition")
    func composites() async throws {
        let client = try await House.client
        let tag = unique()
        func component(_ code: String, _ value: String) -> String {
            #"{"code":{"coding":[{"system":"http://loinc.org","code":"\#(code)"}]},"valueQuantity":{"value":\#(value)}}"#
        }
        let id = try await client.make(
            "Observation",
            #"""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"identifier":[{"value":"\#(tag)"}],
            "component":[\#(component("8480-6", "120")),\#(component("8462-4", "80"))]}
            """#)
        let query = "Observation?identifier=\(tag)&component-code-value-quantity=http://loinc.org%7C"
        try await client.expect("\(query)8480-6$gt100", finds: [id])
        try await client.expect("\(query)8462-4$gt100", finds: [])
        try await client.expect("\(query)8462-4$lt100", finds: [id])
    }

    @Test(":missing of every type of parameter")
    func missing() async throws {
        let client = try await House.client
        let (full, bare) = (unique(), unique())
        _ = try await client.make(
            "Observation",
            Sample.observation(
                subject: "Patient/\(full)", #","effectiveDateTime":"2024","identifier":[{"value":"\#(full)"}]"#))
        _ = try await client.make(
            "Observation",
            #"""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"identifier":[{"value":"\#(bare)"}]}
            """#)
        for parameter in ["subject", "patient", "date", "value-quantity", "code-value-quantity"] {
            for (tag, missing) in [(full, "false"), (bare, "true")] {
                let query = "Observation?identifier=\(tag)&\(parameter):missing="
                #expect(try await client.get(query + missing).ids.count == 1, "\(parameter)")
                #expect(try await client.get(query + (missing == "true" ? "false" : "true")).ids.isEmpty)
            }
        }
        expectRefusal(try await client.get("Observation?subject:missing=perhaps"), 400, naming: "subject:missing")
    }

    @Test("near finds places by distance, with units")
    func near() async throws {
        let client = try await House.client
        let tag = unique()
        let id = try await client.make(
            "Location",
            #"""
            {"resourceType":"Location","identifier":[{"value":"\#(tag)"}],"name":"x",
            "position":{"longitude":8.77,"latitude":50.81}}
            """#)
        try await client.expect("Location?identifier=\(tag)&near=50.81%7C8.78%7C5%7Ckm", finds: [id])
        try await client.expect("Location?identifier=\(tag)&near=50.81%7C8.90%7C5%7Ckm", finds: [])
        try await client.expect("Location?identifier=\(tag)&near=50.81%7C8.90%7C20000%7Cm", finds: [id])
    }
}

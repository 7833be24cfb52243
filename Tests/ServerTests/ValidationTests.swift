import FHIR
import Testing

@testable import Server

@Suite("Content that is not valid")
struct ValidationTests {
    /// Breaks an invariant of R4 and nothing else: a contact needs a name, an address or an organization (pat-1).
    private static let broken =
        #"{"resourceType":"Patient","contact":[{"relationship":[{"text":"mother"}]}]}"#

    /// A Patient must have a birth date.
    static let profile = """
        {"resourceType":"StructureDefinition","url":"http://example.org/fhir/StructureDefinition/dated","name":"Dated",
        "status":"active","kind":"resource","abstract":false,"type":"Patient",
        "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
        "differential":{"element":[{"id":"Patient","path":"Patient"},
        {"id":"Patient.birthDate","path":"Patient.birthDate","min":1}]}}
        """

    private static func claiming(_ profile: String, _ members: String = "") -> String {
        #"{"resourceType":"Patient","meta":{"profile":["\#(profile)"]}\#(members)}"#
    }

    @Test("a broken invariant of R4 is 400 with its place, by create, update, patch and transaction")
    func enforced() async throws {
        let client = try await House.client
        expectRefusal(try await client.post("Patient", Self.broken), 400, naming: "Patient.contact[0]")
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let update = Self.broken.replacing(#""Patient","#, with: #""Patient","id":"\#(id)","#)
        expectRefusal(try await client.put("Patient/\(id)", update), 400, naming: "Patient.contact[0]")
        let patch = #"[{"op":"add","path":"/contact","value":[{"relationship":[{"text":"mother"}]}]}]"#
        expectRefusal(
            try await client.send(
                .PATCH, "Patient/\(id)", body: Array(patch.utf8), ["Content-Type": "application/json-patch+json"]),
            400, naming: "Patient.contact[0]")
        let entry = Sample.entry("POST", "Patient", Self.broken)
        expectRefusal(
            try await client.post("", Sample.bundle("transaction", [entry])), 400,
            naming: "Bundle.entry[0].resource.contact[0]")
        #expect(try await client.get("Patient/\(id)").version == "1")
    }

    @Test("in a batch a faulty entry fails alone")
    func batch() async throws {
        let client = try await House.client
        let bundle = Sample.bundle(
            "batch", [Sample.entry("POST", "Patient", Self.broken), Sample.entry("POST", "Patient", Sample.patient())])
        let reply = try await client.post("", bundle)
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["entry.0.response.status"] == "400 Bad Request")
        #expect(reply["entry.0.response.outcome.issue.0.expression.0"] == "Bundle.entry[0].resource.contact[0]")
        #expect(reply["entry.1.response.status"] == "201 Created")
    }

    @Test("a posted profile is in force at once: 422 for those who claim it and break it, also in other servers soon")
    func posted() async throws {
        try await House.with { house in
            let client = house.client
            let url = "http://example.org/fhir/StructureDefinition/dated"
            let before = try await client.post(
                "Patient", Self.claiming(url), ["Prefer": "return=OperationOutcome"])
            #expect(before.status == 201, "\(before)")
            #expect(before.diagnostics.contains(url), "an unknown profile is named: \(before)")
            let posted = try await client.post("StructureDefinition", Self.profile)
            #expect(posted.status == 201, "\(posted)")
            expectRefusal(
                try await client.post("Patient", Self.claiming(url)), 422, naming: "Patient.birthDate")
            let entry = Sample.entry("POST", "Patient", Self.claiming(url))
            expectRefusal(
                try await client.post("", Sample.bundle("transaction", [entry])), 422,
                naming: "Bundle.entry[0].resource.birthDate")
            let good = try await client.post("Patient", Self.claiming(url, #","birthDate":"1970-01-01""#))
            #expect(good.status == 201, "\(good)")
            try await House.with(database: house.database) { other in
                expectRefusal(
                    try await other.client.post("Patient", Self.claiming(url)), 422, naming: "Patient.birthDate")
            }
            #expect(try await client.delete("StructureDefinition/\(posted.id)").status == 204)
            #expect(try await client.post("Patient", Self.claiming(url)).status == 201)
        }
    }

    @Test("a rule that asks for today is told the server's day")
    func clock() async throws {
        let client = try await House.client
        let url = "http://example.org/fhir/StructureDefinition/\(unique("past"))"
        let profile = Self.profile.replacing("http://example.org/fhir/StructureDefinition/dated", with: url).replacing(
            #""path":"Patient"}"#,
            with:
                #""path":"Patient","constraint":[{"key":"past-1","severity":"error","human":"Nobody is born tomorrow","#
                + #""expression":"birthDate <= today()"}]}"#)
        #expect(try await client.post("StructureDefinition", profile).status == 201)
        let born = try await client.post("Patient", Self.claiming(url, #","birthDate":"2001-02-03""#))
        #expect(born.status == 201, "\(born)")
        expectRefusal(
            try await client.post("Patient", Self.claiming(url, #","birthDate":"2999-01-01""#)), 422, naming: "past-1")
    }

    @Test("in report mode content is written and what is wrong with it is told as a warning")
    func reported() async throws {
        try await House.with({ $0.validation = .report }) { house in
            let client = house.client
            let reply = try await client.post("Patient", Self.broken, ["Prefer": "return=OperationOutcome"])
            #expect(reply.status == 201, "\(reply)")
            #expect(reply["issue.0.severity"] == "warning")
            #expect(reply.expressions.contains("Patient.contact[0]"), "\(reply)")
            let plain = try await client.post("Patient", Self.broken)
            #expect(plain.status == 201)
            #expect(plain["resourceType"] == "Patient")
            let bundle = Sample.bundle("transaction", [Sample.entry("POST", "Patient", Self.broken)])
            let answer = try await client.post("", bundle)
            #expect(answer["entry.0.response.status"] == "201 Created", "\(answer)")
            #expect(answer["entry.0.response.outcome.issue.0.severity"] == "warning")
            // A resource of another type cannot be written whatever the mode.
            expectRefusal(try await client.post("Patient", #"{"resourceType":"Basic"}"#), 400)
        }
    }

    @Test("switched off, content is written unseen")
    func off() async throws {
        try await House.with({ $0.validation = .off }) { house in
            let client = house.client
            let reply = try await client.post("Patient", Self.broken, ["Prefer": "return=OperationOutcome"])
            #expect(reply.status == 201, "\(reply)")
            #expect(reply["issue.0.severity"] == "information")
            expectRefusal(try await client.post("Patient", #"{"active":true}"#), 400)
            expectRefusal(try await client.post("Patient", "{"), 400)
        }
    }
}

@Suite("$validate")
struct ValidateOperationTests {
    private let broken = #"{"resourceType":"Patient","gender":"x","contact":[{"gender":"male"}]}"#

    @Test("it answers 200 with all that is wrong and writes nothing")
    func type() async throws {
        let client = try await House.client
        let id = unique()
        let named = broken.replacing(#""Patient","#, with: #""Patient","id":"\#(id)","#)
        let reply = try await client.post("Patient/$validate", named)
        #expect(reply.status == 200, "\(reply)")
        #expect(reply["resourceType"] == "OperationOutcome")
        #expect(reply.expressions.contains("Patient.gender"), "\(reply)")
        #expect(reply.expressions.contains("Patient.contact[0]"), "\(reply)")
        #expect(try await client.get("Patient/\(id)").status == 404)
        let good = try await client.post("Patient/$validate", Sample.patient())
        #expect(good.status == 200)
        #expect(good.json?.elements("issue").allSatisfy { $0["severity"]?.string != "error" } == true, "\(good)")
        let other = try await client.post("Observation/$validate", Sample.patient())
        #expect(other.json?.elements("issue").contains { $0["severity"]?.string == "error" } == true, "\(other)")
    }

    @Test("it takes Parameters with resource, mode and profile, and profiles in the url")
    func parameters() async throws {
        let client = try await House.client
        let body =
            #"{"resourceType":"Parameters","parameter":[{"name":"resource","resource":\#(broken)},"#
            + #"{"name":"mode","valueCode":"create"},{"name":"profile","valueUri":"http://example.org/none"}]}"#
        let reply = try await client.post("Patient/$validate", body)
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.expressions.contains("Patient.gender"), "\(reply)")
        #expect(reply.diagnostics.contains("http://example.org/none"), "\(reply)")
        let url = try await client.post("Patient/$validate?profile=http://example.org/other", Sample.patient())
        #expect(url.diagnostics.contains("http://example.org/other"), "\(url)")
        expectRefusal(try await client.post("Patient/$validate?mode=maybe", Sample.patient()), 400, naming: "maybe")
        expectRefusal(try await client.post("Patient/$validate?what=1", Sample.patient()), 400, naming: "what")
        expectRefusal(
            try await client.post("Patient/$validate", #"{"resourceType":"Parameters"}"#), 400, naming: "resource")
    }

    @Test("at an instance it judges what is stored, or what would be stored there")
    func instance() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let stored = try await client.get("Patient/\(id)/$validate")
        #expect(stored.status == 200)
        #expect(stored["resourceType"] == "OperationOutcome", "\(stored)")
        let other = try await client.post("Patient/\(id)/$validate?mode=update", Sample.patient(id: "other"))
        #expect(other.expressions.contains("Patient.id"), "\(other)")
        #expect(try await client.get("Patient/\(id)/$validate?mode=delete").status == 200)
        expectRefusal(try await client.get("Patient/\(unique())/$validate"), 404)
        expectRefusal(try await client.post("Patient/$validate", "{"), 400)
    }

    @Test("absent elements that a profile marks as must-support are remarks")
    func mustSupport() async throws {
        let client = try await House.client
        let url = "http://example.org/fhir/StructureDefinition/\(unique("support"))"
        let profile = ValidationTests.profile.replacing(
            "http://example.org/fhir/StructureDefinition/dated", with: url
        ).replacing(#""min":1"#, with: #""mustSupport":true"#)
        #expect(try await client.post("StructureDefinition", profile).status == 201)
        let reply = try await client.post("Patient/$validate?profile=\(url)", Sample.patient())
        let remark = reply.json?.elements("issue").first {
            $0["expression"]?.elements.first?.string?.hasPrefix("Patient.birthDate") == true
        }
        #expect(remark?["severity"]?.string == "information", "\(reply)")
    }

    @Test("it takes and answers XML")
    func xml() async throws {
        let xml = "application/fhir+xml"
        let reply = try await House.client.post(
            "Patient/$validate", #"<Patient xmlns="http://hl7.org/fhir"><gender value="x"/></Patient>"#,
            ["Content-Type": xml, "Accept": xml])
        #expect(reply.status == 200, "\(reply)")
        #expect(reply.text.contains(#"<expression value="Patient.gender"/>"#), "\(reply)")
        let unknown = try await House.client.post(
            "Patient/$validate", #"<Patient xmlns="http://hl7.org/fhir"><nmae/></Patient>"#, ["Content-Type": xml])
        #expect(unknown.status == 200, "\(unknown)")
        #expect(unknown.diagnostics.contains("nmae"), "\(unknown)")
        expectRefusal(try await House.client.post("Patient/$validate", "<Patient", ["Content-Type": xml]), 400)
    }
}

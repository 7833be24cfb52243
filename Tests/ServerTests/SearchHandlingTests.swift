import FHIR
import Testing

@Suite("What is done about parameters that are not known")
struct SearchHandlingTests {
    private static let lenient = ["Prefer": "return=minimal; handling=lenient"]

    @Test("by default and for handling=strict an unknown one is 400, and the nearest is named")
    func strict() async throws {
        let client = try await House.client
        for headers in [[:], ["Prefer": "handling=strict"]] {
            let reply = try await client.get("Patient?familly=x&_count=1", headers)
            expectRefusal(reply, 400, naming: "familly", "family?", "http.familly")
        }
        let several = try await client.get("Patient?familly=x&birthdat=1970")
        #expect(several.expressions == ["http.familly", "http.birthdat"], "\(several)")
        expectRefusal(try await client.get("Observation?subject:Patient.nam=x"), 400, naming: "name")
    }

    @Test("handling=lenient ignores an unknown one with a warning, and self shows what was applied")
    func lenient() async throws {
        let client = try await House.client
        let mrn = unique()
        let id = try await client.post("Patient", Sample.patient(mrn: mrn)).id
        let reply = try await client.get("Patient?identifier=\(mrn)&familly=x", Self.lenient)
        #expect(reply.status == 200)
        #expect(reply.ids == [id])
        #expect(reply["total"] == "1")
        #expect(reply.entries.last?.at("search.mode")?.string == "outcome")
        #expect(reply.entries.last?.at("resource.issue.0.severity")?.string == "warning")
        #expect(reply.diagnostics.contains("familly"))
        #expect(reply.link("self") == "\(client.base)/Patient?identifier=\(mrn)")
        let post = try await client.post(
            "Patient/_search", "identifier=\(mrn)&familly=x",
            Self.lenient.merging(["Content-Type": "application/x-www-form-urlencoded"]) { $1 })
        #expect(post.ids == [id])
    }

    @Test("a value that cannot be read is 400 whatever is preferred")
    func malformed() async throws {
        let client = try await House.client
        for query in ["birthdate=yesterday", "_count=x", "_total=many", "name:exacd=x"] {
            expectRefusal(try await client.get("Patient?\(query)", Self.lenient), 400)
        }
    }

    @Test("keys that gateways add are ignored with a warning, and neither the links nor the audit hold them")
    func gateways() async throws {
        let client = try await House.client
        let mrn = unique()
        let id = try await client.post("Patient", Sample.patient(mrn: mrn)).id
        for name in ["apikey", "api_key", "subscription-key"] {
            let secret = unique("secret")
            let reply = try await client.get("Patient?identifier=\(mrn)&\(name)=\(secret)")
            #expect(reply.ids == [id])
            #expect(reply.diagnostics.contains(name))
            #expect(!reply.text.contains(secret))
            let noted = try await House.shared.sql("select count(*) from audit where query like '%\(secret)%'")
            #expect(try noted.first?.int8(0) == 0)
        }
        try await House.with {
            $0.ignoredParameters = ["tenant"]
        } _: { house in
            #expect(try await house.client.get("Patient?tenant=1").status == 200)
            expectRefusal(try await house.client.get("Patient?apikey=1"), 400, naming: "apikey")
        }
    }

    @Test("interactions other than searches ignore parameters that they do not know")
    func others() async throws {
        let client = try await House.client
        let created = try await client.post("Patient?foo=1", Sample.patient())
        #expect(created.status == 201)
        let path = "Patient/\(created.id)"
        for path in [path, "\(path)/_history/1", "\(path)/_history", "metadata"] {
            #expect(try await client.get("\(path)?foo=1&birthdat=x").status == 200, "\(path)")
        }
        #expect(try await client.put("\(path)?foo=1", Sample.patient(id: created.id, family: "N")).status == 200)
        #expect(try await client.delete("\(path)?foo=1").status == 204)
    }
}

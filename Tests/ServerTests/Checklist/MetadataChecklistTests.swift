import FHIR
import NIOHTTP1
import Testing

/// http.html#capabilities, #Status-Codes, #mime-type
@Suite("Checklist: capabilities, formats and errors")
struct MetadataChecklistTests {
    @Test("the capability statement names versions, formats, patch formats, and per type what can be done")
    func statement() async throws {
        let client = try await House.client
        let reply = try await client.get("metadata")
        #expect(reply.status == 200 && reply["fhirVersion"] == "4.0.1")
        let formats = reply.json?.elements("format").compactMap(\.string) ?? []
        #expect(formats.contains { $0.contains("json") } && formats.contains { $0.contains("xml") })
        #expect((reply.count("patchFormat")) >= 3)
        let types = try #require(reply.json?.at("rest.0")).elements("resource")
        let described = types.first { $0["type"]?.string == "Patient" }
        let patient = try #require(described)
        let interactions = Set(patient.elements("interaction").compactMap { $0["code"]?.string })
        #expect(
            interactions.isSuperset(of: [
                "read", "vread", "update", "patch", "delete", "history-instance", "history-type", "create",
                "search-type",
            ]))
        for flag in ["conditionalCreate", "conditionalUpdate"] { #expect(patient[flag]?.bool == true, "\(flag)") }
        #expect(patient["conditionalDelete"]?.string != nil && patient["versioning"]?.string != nil)
        #expect(patient["updateCreate"]?.bool == true)
        #expect(Array(patient.elements("searchInclude")).isEmpty == false)
        #expect(Array(patient.elements("searchRevInclude")).isEmpty == false)
        let names = Set(patient.elements("searchParam").compactMap { $0["name"]?.string })
        #expect(
            names.isSuperset(of: ["birthdate", "identifier", "family", "general-practitioner", "_id", "_lastUpdated"]))
    }

    @Test("the capability statement is told in part, and a parameter that is wrong is refused")
    func parts() async throws {
        let client = try await House.client
        let part = try await client.get("metadata?_elements=fhirVersion")
        #expect(part.status == 200, "\(part)")
        #expect(part["fhirVersion"] == "4.0.1" && part["rest.0.mode"] == nil, "\(part)")
        expectRefusal(try await client.get("metadata?_format=ttl"), 406)
        expectRefusal(try await client.get("metadata?_summary=x"), 400)
        expectRefusal(try await client.get("metadata?_pretty=x"), 400)
    }

    @Test("Accept and _format bring JSON or XML of the same content, in bundles too")
    func formats() async throws {
        let client = try await House.client
        let mrn = unique()
        let id = try await client.make("Patient", Sample.patient(mrn: mrn))
        for path in ["Patient/\(id)", "Patient?identifier=\(mrn)", "Patient/\(id)/_history"] {
            let mark = path.contains("?") ? "&" : "?"
            for format in ["json", "application/json", "application/fhir%2Bjson", "text/json"] {
                let reply = try await client.get("\(path)\(mark)_format=\(format)", ["Accept": "application/fhir+xml"])
                #expect(reply.header("Content-Type") == "application/fhir+json; charset=utf-8", "\(format)")
                #expect(reply.json != nil)
            }
            for format in ["xml", "text/xml", "application/xml", "application/fhir%2Bxml"] {
                let reply = try await client.get("\(path)\(mark)_format=\(format)", ["Accept": "application/fhir+json"])
                #expect(reply.header("Content-Type") == "application/fhir+xml; charset=utf-8", "\(format)")
                #expect(reply.text.contains(id))
            }
        }
    }

    @Test("every refusal is an OperationOutcome: unknown types, routes, methods, bodies and parameters")
    func errors() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient())
        expectRefusal(try await client.get("Nonsense"), 404)
        expectRefusal(try await client.get("Patient/\(id)/nowhere"), 404)
        expectRefusal(try await client.send(.PUT, "metadata", body: Array("{}".utf8)), 405)
        expectRefusal(try await client.post("Patient", "{"), 400)
        expectRefusal(try await client.post("Patient", "x", ["Content-Type": "text/plain"]), 415)
        expectRefusal(try await client.get("Patient?nonsense=1"), 400)
        expectRefusal(try await client.get("Patient/\(id)/$nonsense"), 404)
    }
}

import FHIR
import Testing

/// http.html#read, #vread, search.html#summary
@Suite("Checklist: read")
struct ReadChecklistTests {
    @Test("_summary=text answers the narrative and what is mandatory, and says that it is not whole")
    func summaryText() async throws {
        let client = try await House.client
        let id = try await client.make(
            "Observation",
            Sample.observation(
                #","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">told</div>"}"#))
        let read = try await client.get("Observation/\(id)?_summary=text")
        #expect(read.status == 200, "\(read)")
        #expect(read["text.status"] == "generated")
        #expect(read["status"] == "final")
        #expect(read["code.coding.0.code"] == "718-7")
        #expect(read["valueQuantity.value"] == nil)
        #expect(read.isSubsetted)
        #expect(try await client.get("Observation/\(id)").isSubsetted == false)
    }

    @Test("parameters that a read does not know change nothing")
    func unknownParameters() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient())
        let plain = try await client.get("Patient/\(id)")
        for query in ["t=1", "_cacheBust=2", "birthdate=1970"] {
            let read = try await client.get("Patient/\(id)?\(query)")
            #expect(read.status == 200, "\(query): \(read)")
            #expect(read.text == plain.text)
            #expect(try await client.get("Patient/\(id)/_history/1?\(query)").status == 200)
        }
    }

    @Test("the version that deleted a resource is 410, the ones before it are read")
    func deletion() async throws {
        let client = try await House.client
        let id = try await client.make("Patient", Sample.patient())
        #expect(try await client.delete("Patient/\(id)").status == 204)
        expectRefusal(try await client.get("Patient/\(id)"), 410)
        expectRefusal(try await client.get("Patient/\(id)/_history/2"), 410)
        #expect(try await client.get("Patient/\(id)/_history/1").status == 200)
        expectRefusal(try await client.get("Patient/\(id)/_history/3"), 404)
    }
}

import FHIR
import Testing

@Suite("Binary as bytes and as FHIR")
struct BinaryTests {
    private let bytes: [UInt8] = (0...255).map { UInt8($0) } + Array("%PDF".utf8)

    @Test("bytes go in by their content type and come out as they were")
    func raw() async throws {
        let client = try await House.client
        let headers = ["Content-Type": "application/pdf", "X-Security-Context": "Patient/p1"]
        let created = try await client.send(.POST, "Binary", body: bytes, headers)
        #expect(created.status == 201, "\(created)")
        let path = try #require(created.header("Location")).replacing("/_history/1", with: "")
        let raw = try await client.get(path, ["Accept": "application/pdf"])
        #expect(raw.status == 200)
        #expect(raw.body == bytes)
        #expect(raw.header("Content-Type") == "application/pdf")
        #expect(raw.header("X-Security-Context") == "Patient/p1")
        #expect(raw.header("ETag") == "W/\"1\"")
        #expect(raw.header("X-Content-Type-Options") == "nosniff")
        #expect(try await client.get(path).body == bytes)
        let fhir = try await client.get(path, ["Accept": "application/fhir+json"])
        #expect(fhir["resourceType"] == "Binary")
        #expect(fhir["contentType"] == "application/pdf")
        #expect(fhir["securityContext.reference"] == "Patient/p1")
        #expect(Base64.decode((fhir["data"] ?? "").utf8) == bytes)
        #expect(try await client.get("\(path)?_format=json", ["Accept": "*/*"])["resourceType"] == "Binary")
    }

    @Test("a Binary that came as FHIR is answered as bytes to those who ask for its type")
    func fhirIn() async throws {
        let client = try await House.client
        let created = try await client.post(
            "Binary", #"{"resourceType":"Binary","contentType":"text/plain","data":"SGFsbG8="}"#)
        #expect(created.status == 201)
        let path = "Binary/\(created.id)"
        let raw = try await client.get(path, ["Accept": "text/plain"])
        #expect(raw.text == "Hallo")
        #expect(raw.header("Content-Type") == "text/plain")
        #expect(try await client.get("\(path)/_history/1", ["Accept": "text/plain"]).text == "Hallo")
    }

    @Test("an update by bytes replaces the content under the same id")
    func update() async throws {
        let client = try await House.client
        let id = unique()
        let first = try await client.send(.PUT, "Binary/\(id)", body: bytes, ["Content-Type": "image/png"])
        #expect(first.status == 201, "\(first)")
        let second = try await client.send(.PUT, "Binary/\(id)", body: Array("x".utf8), ["Content-Type": "text/plain"])
        #expect(second.status == 200)
        #expect(try await client.get("Binary/\(id)", ["Accept": "*/*"]).text == "x")
        #expect(try await client.get("Binary/\(id)/_history/1", ["Accept": "image/png"]).body == bytes)
    }

    @Test("a Binary that is not there, or is gone, is told as an OperationOutcome whatever was asked for")
    func absent() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("Binary/\(unique())", ["Accept": "image/png"]), 404)
        let created = try await client.send(.POST, "Binary", body: bytes, ["Content-Type": "image/png"])
        _ = try await client.delete("Binary/\(created.id)")
        expectRefusal(try await client.get("Binary/\(created.id)", ["Accept": "image/png"]), 410)
    }
}

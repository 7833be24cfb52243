import FHIR
import Testing

@testable import Server

@Suite("Formats, encodings and sizes")
struct FormatTests {
    @Test("a body of another content type, or of none, is 415")
    func contentTypes() async throws {
        let client = try await House.client
        for type in [
            "text/plain", "text/turtle", "application/fhir+json; charset=iso-8859-1", "",
        ] {
            let reply = try await client.post("Patient", Sample.patient(), ["Content-Type": type])
            expectRefusal(reply, 415)
        }
        for type in [
            "application/fhir+json", "application/json", "application/fhir+json; charset=UTF-8; fhirVersion=4.0",
        ] {
            #expect(try await client.post("Patient", Sample.patient(), ["Content-Type": type]).status == 201, "\(type)")
        }
    }

    @Test("Accept and _format choose the format, and one that is not there is 406")
    func accept() async throws {
        let client = try await House.client
        let path = "Patient/\(try await client.post("Patient", Sample.patient()).id)"
        for accept in [
            "application/fhir+json", "application/json", "*/*", "application/fhir+xml;q=0.5, application/fhir+json",
            "application/fhir+json; fhirVersion=4.0", "text/html, */*;q=0.1",
        ] {
            #expect(try await client.get(path, ["Accept": accept]).status == 200, "\(accept)")
        }
        for accept in ["text/turtle", "application/fhir+json;q=0", "image/png"] {
            expectRefusal(try await client.get(path, ["Accept": accept]), 406)
        }
        for format in ["json", "application/fhir+json", "application/fhir%2Bjson", "text/json", ""] {
            let reply = try await client.get("\(path)?_format=\(format)", ["Accept": "*/*"])
            #expect(reply.status == 200, "\(format)")
            #expect(reply.header("Content-Type") == "application/fhir+json; charset=utf-8")
        }
        #expect(try await client.get("\(path)?_format=json", ["Accept": "application/fhir+xml"]).status == 200)
        for format in ["ttl", "jsonx"] {
            expectRefusal(try await client.get("\(path)?_format=\(format)"), 406, naming: format)
        }
    }

    @Test("_pretty lays the same content out for people")
    func pretty() async throws {
        let client = try await House.client
        let path = "Patient/\(try await client.post("Patient", Sample.patient()).id)"
        let plain = try await client.get(path)
        let pretty = try await client.get("\(path)?_pretty=true")
        #expect(!plain.text.contains("\n"))
        #expect(pretty.text.contains("\n  \"name\""))
        #expect(pretty["name.0.family"] == plain["name.0.family"])
        #expect(try await client.get("\(path)?_pretty=false").text == plain.text)
        #expect(try await client.get("Patient?_id=x&_pretty=true").text.contains("\n"))
    }

    @Test("large answers are compressed for clients who take gzip, small ones and others are not")
    func gzipOut() async throws {
        let client = try await House.client
        let plain = try await client.get("metadata")
        let packed = try await client.get("metadata", ["Accept-Encoding": "gzip, deflate"])
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(packed.header("Vary")?.contains("Accept-Encoding") == true)
        #expect(packed.body.starts(with: [0x1f, 0x8b]))
        #expect(packed.body.count < plain.body.count / 4)
        #expect(try Gzip.inflate(packed.body, limit: 1 << 24) == plain.body)
        #expect(plain.header("Content-Encoding") == nil)
        #expect(try await client.get("metadata", ["Accept-Encoding": "gzip;q=0"]).header("Content-Encoding") == nil)
        #expect(try await client.get("/health/live", ["Accept-Encoding": "gzip"]).header("Content-Encoding") == nil)
    }

    @Test("a body may come compressed; one that is damaged, or in an encoding that is not known, is refused")
    func gzipIn() async throws {
        let client = try await House.client
        let patient = Array(Sample.patient(family: "Gepackt").utf8)
        let packed = try #require(patient.withUnsafeBytes { Gzip.deflate($0) })
        let reply = try await client.send(.POST, "Patient", body: packed, ["Content-Encoding": "gzip"])
        #expect(reply.status == 201)
        #expect(reply["name.0.family"] == "Gepackt")
        expectRefusal(
            try await client.send(.POST, "Patient", body: Array(packed.dropLast(6)), ["Content-Encoding": "gzip"]), 400)
        expectRefusal(
            try await client.send(.POST, "Patient", body: patient, ["Content-Encoding": "gzip"]), 400)
        expectRefusal(
            try await client.send(.POST, "Patient", body: patient, ["Content-Encoding": "br"]), 415, naming: "br")
    }

    @Test("a body above the limit is 413, also when it unpacks to that")
    func tooLarge() async throws {
        try await House.with({ $0.maximumBody = 64 * 1024 }) { house in
            let client = house.client
            let note = String(repeating: "x", count: 100_000)
            let large = Array(Sample.patient(family: note).utf8)
            expectRefusal(try await client.send(.POST, "Patient", body: large), 413)
            let packed = try #require(large.withUnsafeBytes { Gzip.deflate($0) })
            #expect(packed.count < 64 * 1024)
            expectRefusal(try await client.send(.POST, "Patient", body: packed, ["Content-Encoding": "gzip"]), 413)
            #expect(try await client.post("Patient", Sample.patient()).status == 201)
        }
    }
}

import FHIR
import Testing

@Suite("Bodies that are refused, with the place")
struct BodyTests {
    private func refused(
        _ body: String, naming words: String..., at place: SourceLocation = #_sourceLocation
    ) async throws -> Reply {
        let reply = try await House.client.post("Patient", body)
        expectRefusal(reply, 400, at: place)
        for word in words {
            #expect(
                reply.diagnostics.contains(word) || reply.expressions.contains { $0.contains(word) },
                "\(word) is not named: \(reply)", sourceLocation: place)
        }
        return reply
    }

    @Test("text that is no JSON is refused with line and column")
    func noJSON() async throws {
        _ = try await refused(#"{"resourceType":"Patient","#, naming: "line 1")
        _ = try await refused("{\"resourceType\":\"Patient\",\n\"active\":tru}", naming: "line 2")
        _ = try await refused(#"{"resourceType":"Patient"} x"#)
        _ = try await refused(#"{"resourceType":"Patient","multipleBirthInteger":01}"#)
    }

    @Test("a member that is named twice is refused by its name")
    func duplicateKeys() async throws {
        _ = try await refused(#"{"resourceType":"Patient","active":true,"active":false}"#, naming: "active")
        _ = try await refused(
            #"{"resourceType":"Patient","name":[{"family":"A"},{"family":"B","family":"C"}]}"#, naming: "name[1]")
    }

    @Test("bytes that are no UTF-8 are refused")
    func badUTF8() async throws {
        let head = Array(#"{"resourceType":"Patient","name":[{"family":""#.utf8)
        for bad: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]] {
            let body = head + bad + Array(#""}]}"#.utf8)
            expectRefusal(
                try await House.client.send(.POST, "Patient", body: body), 400, naming: "Patient.name[0].family")
        }
        _ = try await refused(#"{"resourceType":"Patient","name":[{"family":"\ud800"}]}"#)
        _ = try await refused(#"{"resourceType":"Patient","name":[{"family":"a\u0000b"}]}"#)
    }

    @Test("a body that nests too deep is refused and the server lives on")
    func deepNesting() async throws {
        let depth = 100_000
        let deep = String(repeating: #"{"extension":["#, count: depth) + String(repeating: "]}", count: depth)
        _ = try await refused(#"{"resourceType":"Patient","extension":["# + deep + "]}")
        #expect(try await House.client.get("/health/live").status == 200)
    }

    @Test("an element that the type does not have is refused with its expression and the nearest name")
    func unknownElements() async throws {
        _ = try await refused(#"{"resourceType":"Patient","bithDate":"1970-01-01"}"#, naming: "bithDate", "birthDate")
        _ = try await refused(
            #"{"resourceType":"Patient","name":[{"familly":"X"}]}"#, naming: "Patient.name[0]", "family")
    }

    @Test("values that their type does not allow are refused, all of them in one answer")
    func badValues() async throws {
        let reply = try await refused(
            #"{"resourceType":"Patient","birthDate":"1970-13-01","gender":"männlich","active":"yes","#
                + #""name":{"family":"X"},"contact":[{"gender":3}]}"#,
            naming: "Patient.birthDate", "Patient.gender", "Patient.active", "Patient.name", "Patient.contact[0].gender"
        )
        #expect(reply.count("issue") >= 5)
    }

    @Test("an update is checked as a create is, and what was there stays")
    func updates() async throws {
        let client = try await House.client
        let id = unique()
        _ = try await client.put("Patient/\(id)", Sample.patient(id: id))
        let reply = try await client.put("Patient/\(id)", #"{"resourceType":"Patient","id":"\#(id)","gender":"x"}"#)
        expectRefusal(reply, 400, naming: "Patient.gender")
        #expect(try await client.get("Patient/\(id)").version == "1")
    }
}

@Suite("What was sent comes back")
struct FidelityTests {
    @Test("decimals keep every digit that was sent")
    func decimals() async throws {
        let client = try await House.client
        for value in [
            "1.500", "1.0", "100", "1.50e2", "0.000000000000000000001", "123456789012345678901234567890.10", "-0.0",
        ] {
            let created = try await client.post("Observation", Sample.observation(value: value))
            #expect(created.status == 201, "\(value): \(created)")
            let read = try await client.get("Observation/\(created.id)")
            #expect(read["valueQuantity.value"] == value)
        }
    }

    @Test("extensions of primitives, nulls in their arrays and unknown extensions survive")
    func extensions() async throws {
        let client = try await House.client
        let members = [
            #""_birthDate":{"extension":[{"url":"http://example.org/time","valueDateTime":"1970-03-04T05:06:07+01:00"}]}"#,
            #""birthDate":"1970-03-04""#,
            #""name":[{"given":["Anna",null,"Maria"],"_given":[null,{"extension":[{"url":"http://example.org/x","valueCode":"y"}]},{"id":"g3"}]}]"#,
            #""extension":[{"url":"http://example.org/complex","extension":[{"url":"a","valueDecimal":1.10},{"url":"b","valueString":"\u00e4 \ud83c\udfe5 / ✓"}]}]"#,
            #""modifierExtension":[{"url":"http://example.org/not","valueBoolean":false}]"#,
        ]
        let reply = try await client.post("Patient", #"{"resourceType":"Patient",\#(members.joined(separator: ","))}"#)
        #expect(reply.status == 201, "\(reply)")
        let read = try await client.get("Patient/\(reply.id)")
        for member in members {
            let sent = try JSONDocument.parse(Array("{\(member)}".utf8)).root
            for (key, value) in sent.members {
                #expect(read.json?[key.string].map(\.source) == value.source)
            }
        }
    }

    @Test("members keep their order, whatever it is")
    func order() async throws {
        let client = try await House.client
        let reply = try await client.post(
            "Patient", #"{"gender":"female","resourceType":"Patient","birthDate":"1970-01-01","active":true}"#)
        let keys = try #require(try await client.get("Patient/\(reply.id)").json).members.map(\.key.string)
        #expect(
            keys.filter { $0 != "id" && $0 != "meta" && $0 != "resourceType" } == ["gender", "birthDate", "active"])
    }

    @Test("dates before our time and control characters come back or are refused, never an error of the server")
    func oddValues() async throws {
        let client = try await House.client
        let ancient = try await client.post("Patient", #"{"resourceType":"Patient","birthDate":"0001-01-01"}"#)
        #expect(ancient.status == 201)
        #expect(try await client.get("Patient?birthdate=0001-01-01").status == 200)
        for code in [1, 8, 9, 10, 31, 127] {
            let escape = "\\u00" + (code < 16 ? "0" : "") + String(code, radix: 16)
            let reply = try await client.post("Patient", Sample.patient(family: "a\(escape)b"))
            #expect([201, 400].contains(reply.status), "\(code): \(reply)")
        }
    }
}

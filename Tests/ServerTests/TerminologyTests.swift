import FHIR
import Testing

/// Terminology operations over HTTP, on R4's own terminology and on what was posted.
@Suite("Terminology operations")
struct TerminologyTests {
    private static let gender = "http://hl7.org/fhir/administrative-gender"

    /// The values of an answer's parameters of a name.
    private func parameters(_ reply: Reply, _ name: String) -> [JSONNode] {
        reply.json?.elements("parameter").filter { $0["name"]?.string == name } ?? []
    }

    private func value(_ reply: Reply, _ name: String) -> String? {
        let parameter = parameters(reply, name).first
        return parameter?.members.first { $0.key.string.hasPrefix("value") }?.value.scalar
    }

    private func codes(_ reply: Reply) -> [String] {
        reply.json?["expansion"]?.elements("contains").compactMap { $0["code"]?.string } ?? []
    }

    /// A code system with a hierarchy, a value set of part of it, and a map, all of names that no other test uses.
    private struct Shop {
        let system = "http://example.org/\(unique("system"))"
        let set = "http://example.org/\(unique("set"))"
        let map = "http://example.org/\(unique("map"))"
        let systemID: String
        let setID: String
        let mapID: String

        init(_ client: Client) async throws {
            let systems = try await client.post(
                "CodeSystem",
                #"{"resourceType":"CodeSystem","url":"\#(system)","version":"1","name":"Shop","status":"active","content":"complete","caseSensitive":true,"concept":[{"code":"drink","display":"Drink","concept":[{"code":"tea","display":"Tea"},{"code":"coffee","display":"Coffee"}]},{"code":"food","display":"Food"}]}"#
            )
            let sets = try await client.post(
                "ValueSet",
                #"{"resourceType":"ValueSet","url":"\#(set)","version":"1","status":"active","compose":{"include":[{"system":"\#(system)","filter":[{"property":"concept","op":"descendent-of","value":"drink"}]}]}}"#
            )
            let maps = try await client.post(
                "ConceptMap",
                #"{"resourceType":"ConceptMap","url":"\#(map)","status":"active","group":[{"source":"\#(system)","target":"\#(TerminologyTests.gender)","element":[{"code":"tea","target":[{"code":"other","equivalence":"wider"}]}]}]}"#
            )
            #expect(systems.status == 201 && sets.status == 201 && maps.status == 201, "\(systems)\(sets)\(maps)")
            systemID = systems.id
            setID = sets.id
            mapID = maps.id
        }
    }

    @Test("$expand lists a value set of R4 by its url")
    func expandR4() async throws {
        let client = try await House.client
        let reply = try await client.get("ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender")
        #expect(reply.status == 200, "\(reply)")
        #expect(codes(reply) == ["male", "female", "other", "unknown"])
        #expect(reply["expansion.contains.0.display"] == "Male")
        #expect(reply["expansion.total"] == "4")
        let page = try await client.get(
            "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&offset=1&count=2")
        #expect(codes(page) == ["female", "other"])
        let xml = try await client.get(
            "ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender",
            ["Accept": "application/fhir+xml"]
        )
        #expect(xml.text.contains(#"<display value="Male"/>"#), "\(xml)")
    }

    @Test("$expand takes a posted value set, by its url, its id, or sent along, as JSON and as XML")
    func expandPosted() async throws {
        let client = try await House.client
        let shop = try await Shop(client)
        #expect(codes(try await client.get("ValueSet/$expand?url=\(shop.set)")) == ["tea", "coffee"])
        #expect(codes(try await client.get("ValueSet/$expand?url=\(shop.set)|1")) == ["tea", "coffee"])
        #expect(
            codes(try await client.get("ValueSet/$expand?url=\(shop.set)&valueSetVersion=1&filter=cof")) == ["coffee"])
        #expect(codes(try await client.get("ValueSet/\(shop.setID)/$expand")) == ["tea", "coffee"])
        let sent =
            #"{"resourceType":"ValueSet","status":"active","compose":{"include":[{"valueSet":["\#(shop.set)"]}],"exclude":[{"system":"\#(shop.system)","concept":[{"code":"tea"}]}]}}"#
        #expect(codes(try await client.post("ValueSet/$expand", sent)) == ["coffee"])
        #expect(
            codes(
                try await client.post(
                    "ValueSet/$expand",
                    #"{"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":\#(sent)},{"name":"count","valueInteger":0}]}"#
                )) == [])
        let xml =
            #"<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="url"/><valueUri value="\#(shop.set)"/></parameter></Parameters>"#
        #expect(
            codes(try await client.post("ValueSet/$expand", xml, ["Content-Type": "application/fhir+xml"]))
                == ["tea", "coffee"])
    }

    @Test("what was changed is in force with the answer")
    func changed() async throws {
        let client = try await House.client
        let shop = try await Shop(client)
        _ = try await client.put(
            "CodeSystem/\(shop.systemID)",
            #"{"resourceType":"CodeSystem","id":"\#(shop.systemID)","url":"\#(shop.system)","status":"active","content":"complete","concept":[{"code":"drink","concept":[{"code":"milk"}]}]}"#
        )
        #expect(codes(try await client.get("ValueSet/$expand?url=\(shop.set)")) == ["milk"])
        _ = try await client.delete("CodeSystem/\(shop.systemID)")
        expectRefusal(try await client.get("ValueSet/$expand?url=\(shop.set)"), 422, naming: shop.system)
    }

    @Test("$validate-code says whether a code is in a value set, and why not")
    func validateInSet() async throws {
        let client = try await House.client
        let shop = try await Shop(client)
        let place = "ValueSet/$validate-code?url=\(shop.set)&system=\(shop.system)"
        let right = try await client.get(place + "&code=tea&display=tea")
        #expect(value(right, "result") == "true", "\(right)")
        #expect(value(right, "display") == "Tea")
        let wrong = try await client.get(place + "&code=food")
        #expect(value(wrong, "result") == "false")
        #expect(value(wrong, "message")?.contains("food") == true, "\(wrong)")
        let name = try await client.get(place + "&code=tea&display=Milk")
        #expect(value(name, "result") == "false")
        let concept =
            #"{"resourceType":"Parameters","parameter":[{"name":"codeableConcept","valueCodeableConcept":{"coding":[{"system":"\#(shop.system)","code":"food"},{"system":"\#(shop.system)","code":"coffee"}]}}]}"#
        #expect(value(try await client.post("ValueSet/\(shop.setID)/$validate-code", concept), "result") == "true")
        expectRefusal(
            try await client.get("ValueSet/$validate-code?url=\(shop.set)&code=tea"), 400, naming: "system")
        expectRefusal(
            try await client.get("ValueSet/$validate-code?url=http://example.org/none&code=a&system=b"), 404,
            naming: "http://example.org/none")
        let foreign = try await client.get(
            "ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/condition-code&code=22298006&system=http://snomed.info/sct"
        )
        #expect(value(foreign, "result") == "false")
        #expect(value(foreign, "message")?.contains("http://snomed.info/sct") == true, "\(foreign)")
    }

    @Test("$validate-code says whether a code system has a code")
    func validateInSystem() async throws {
        let client = try await House.client
        let shop = try await Shop(client)
        #expect(
            value(try await client.get("CodeSystem/$validate-code?url=\(shop.system)&code=tea"), "result") == "true")
        #expect(
            value(try await client.get("CodeSystem/\(shop.systemID)/$validate-code?code=water"), "result") == "false")
        #expect(
            value(
                try await client.get("CodeSystem/$validate-code?url=\(Self.gender)&code=male&display=Female"), "result")
                == "false")
        let coding =
            #"{"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{"system":"\#(shop.system)","code":"tea"}}]}"#
        #expect(value(try await client.post("CodeSystem/$validate-code", coding), "result") == "true")
        expectRefusal(
            try await client.get("CodeSystem/$validate-code?url=http://loinc.org&code=1-8"), 404,
            naming: "http://loinc.org")
    }

    @Test("$lookup tells what a code is")
    func lookup() async throws {
        let client = try await House.client
        let shop = try await Shop(client)
        let tea = try await client.get("CodeSystem/$lookup?system=\(shop.system)&code=tea")
        #expect(value(tea, "name") == "Shop")
        #expect(value(tea, "version") == "1")
        #expect(value(tea, "display") == "Tea")
        #expect(
            parameters(tea, "property").contains {
                $0.source.contains(#""valueCode":"parent""#) && $0.source.contains("drink")
            },
            "\(tea)")
        expectRefusal(
            try await client.get("CodeSystem/$lookup?system=\(shop.system)&code=water"), 404, naming: "water")
        expectRefusal(
            try await client.get("CodeSystem/$lookup?system=http://snomed.info/sct&code=1"), 404,
            naming: "http://snomed.info/sct")
        expectRefusal(
            try await client.get("CodeSystem/$lookup?system=\(shop.system)&code=tea&property=colour"), 400,
            naming: "colour")
        expectRefusal(try await client.get("CodeSystem/$lookup?code=tea"), 400, naming: "system")
    }

    @Test("$subsumes tells how two codes stand to each other")
    func subsumes() async throws {
        let client = try await House.client
        let shop = try await Shop(client)
        let place = "CodeSystem/$subsumes?system=\(shop.system)"
        #expect(value(try await client.get(place + "&codeA=drink&codeB=tea"), "outcome") == "subsumes")
        #expect(value(try await client.get(place + "&codeA=tea&codeB=drink"), "outcome") == "subsumed-by")
        #expect(value(try await client.get(place + "&codeA=tea&codeB=tea"), "outcome") == "equivalent")
        #expect(
            value(try await client.get("CodeSystem/\(shop.systemID)/$subsumes?codeA=tea&codeB=food"), "outcome")
                == "not-subsumed")
        expectRefusal(try await client.get(place + "&codeA=tea&codeB=water"), 404, naming: "water")
        #expect(
            value(
                try await client.get(
                    "CodeSystem/$subsumes?system=http://terminology.hl7.org/CodeSystem/v3-ActClass&codeA=ACT&codeB=OBS"),
                "outcome") == "subsumes")
    }

    @Test("$translate finds what a code becomes, by a map's url, its id, or any that is known")
    func translate() async throws {
        let client = try await House.client
        let shop = try await Shop(client)
        for place in [
            "ConceptMap/$translate?url=\(shop.map)&", "ConceptMap/\(shop.mapID)/$translate?", "ConceptMap/$translate?",
        ] {
            let reply = try await client.get(place + "system=\(shop.system)&code=tea")
            #expect(value(reply, "result") == "true", "\(reply)")
            let match = parameters(reply, "match").first?.source ?? ""
            #expect(
                match.contains(#""valueCode":"wider""#) && match.contains(#""code":"other","display":"Other""#),
                "\(match)")
        }
        let nothing = try await client.get("ConceptMap/$translate?url=\(shop.map)&system=\(shop.system)&code=food")
        #expect(value(nothing, "result") == "false")
        #expect(value(nothing, "message")?.contains("food") == true)
        let back = try await client.get(
            "ConceptMap/$translate?url=\(shop.map)&system=\(Self.gender)&code=other&reverse=true")
        #expect(parameters(back, "match").first?.source.contains(#""code":"tea""#) == true, "\(back)")
        expectRefusal(
            try await client.get("ConceptMap/$translate?url=http://example.org/none&system=a&code=b"), 404,
            naming: "http://example.org/none")
        let r4 = try await client.get(
            "ConceptMap/$translate?url=http://hl7.org/fhir/ConceptMap/cm-address-use-v3&system=http://hl7.org/fhir/address-use&code=home"
        )
        #expect(parameters(r4, "match").first?.source.contains(#""code":"H""#) == true, "\(r4)")
    }
}

@Suite("Operations in general")
struct OperationTests {
    @Test("unknown operations, levels and parameters are refused by name with the nearest")
    func unknown() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("ValueSet/$expnad"), 404, naming: "$expnad", "$expand")
        expectRefusal(try await client.get("Patient/$expand"), 404, naming: "ValueSet/$expand")
        expectRefusal(try await client.get("$lookup"), 404, naming: "CodeSystem/$lookup")
        expectRefusal(try await client.get("Patinet/1/$meta"), 404, naming: "Patient")
        expectRefusal(try await client.get("CodeSystem/$lookup?codee=1"), 400, naming: "codee", "code")
        expectRefusal(
            try await client.post(
                "CodeSystem/$lookup", #"{"resourceType":"Parameters","parameter":[{"name":"sytem","valueUri":"a"}]}"#),
            400, naming: "sytem", "system", "Parameters.parameter[0]")
        expectRefusal(
            try await client.post(
                "CodeSystem/$lookup", #"{"resourceType":"Parameters","parameter":[{"name":"coding","valueCode":"a"}]}"#),
            400, naming: "Coding")
        expectRefusal(try await client.get("CodeSystem/$lookup?coding=a"), 400, naming: "POST")
        expectRefusal(try await client.get("ValueSet/$expand?url=a&count=many"), 400, naming: "count")
        expectRefusal(try await client.get("CodeSystem/$lookup?code=a&code=b"), 400, naming: "once")
        expectRefusal(try await client.post("CodeSystem/$lookup", Sample.patient()), 400, naming: "Parameters")
        let method = try await client.delete("CodeSystem/$lookup")
        expectRefusal(method, 405, naming: "$lookup")
        #expect(method.header("Allow") == "GET, HEAD, POST, OPTIONS")
    }

    @Test("they are audited with what was asked")
    func audited() async throws {
        let client = try await House.client
        let code = unique("c")
        _ = try await client.get("CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=\(code)")
        let events = try await client.get("AuditEvent?subtype=operation&_count=1000")
        #expect(events.resources.contains { $0.source.contains("$lookup") || $0.source.contains(code) }, "\(events)")
    }

    @Test("metadata lists them at the types that have them")
    func metadata() async throws {
        let reply = try await House.client.get("metadata")
        let resources = reply.json?["rest"]?.elements.first?.elements("resource").map { $0 } ?? []
        for (type, names) in [
            ("ValueSet", ["expand", "validate-code", "validate"]), ("Patient", ["validate"]),
            ("CodeSystem", ["lookup", "subsumes", "validate-code"]), ("ConceptMap", ["translate"]),
        ] {
            let resource = resources.first { $0["type"]?.string == type }
            let listed = resource?.elements("operation").compactMap { $0["name"]?.string } ?? []
            #expect(Set(listed).isSuperset(of: names), "\(type): \(listed)")
        }
    }
}

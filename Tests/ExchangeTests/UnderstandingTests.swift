import FHIR
import Testing

@testable import Exchange

@Suite("Queries as they are written")
struct SearchQueryTests {
    @Test("escapes are undone, and what is no escape stays")
    func decoding() {
        #expect(SearchQuery.decoded("a%20b+c") == "a b c")
        #expect(SearchQuery.decoded("%C3%A4%7c") == "ä|")
        #expect(SearchQuery.decoded("100%") == "100%")
        #expect(SearchQuery.decoded("%zz%4") == "%zz%4")
        #expect(SearchQuery.decoded("%+1") == "% 1")
    }

    @Test("parameters keep their order, repetitions and what stands behind the first equals sign")
    func parameters() {
        let query = SearchQuery(query: "a=1&b=2=3&a=&c&&d=%26")
        #expect(query.parameters.map(\.name) == ["a", "b", "a", "c", "d"])
        #expect(query.parameters.map(\.value) == ["1", "2=3", "", "", "&"])
    }

    @Test("what is written is read again as it was")
    func roundTrip() {
        let parameters = ["", "a b", "ä|ö", "x&y=z", "100%", "+1", "a/b:c,d", "\u{1F600}", "\"<>#?"].map {
            SearchQuery.Parameter(name: "n", value: $0)
        }
        #expect(SearchQuery(query: SearchQuery.encoded(parameters)).parameters == parameters)
    }
}

@Suite("Versions as tags")
struct EntityTagTests {
    @Test("a version is read from weak, strong and bare tags")
    func readable() {
        for text in ["W/\"3\"", "\"3\"", "3"] { #expect(EntityTag.version(text) == 3) }
        #expect(EntityTag.version(EntityTag.text(17)) == 17)
    }

    @Test("what is no version is none")
    func unreadable() {
        for text in [
            "", "W/", "W/\"\"", "\"", "W/\"0\"", "W/\"-3\"", "W/\"03\"", "W/\"3", "x", "W/\"3\"x", "W/\"2147483648\"",
        ] {
            #expect(EntityTag.version(text) == nil, "\(text)")
        }
    }
}

@Suite("Ids that the server makes")
struct IdentifiersTests {
    @Test("ids are UUIDs of version 7 whose first digits are the time")
    func format() {
        let id = Identifiers.uuid7(now: 0x0123_4567_89ab * 1000)
        #expect(id.hasPrefix("01234567-89ab-7"))
        #expect(id.count == 36)
        #expect(Array(id)[14] == "7")
        #expect("89ab".contains(Array(id)[19]))
        #expect(ResourceID.isValid(id))
    }

    @Test("ids that are made later sort later, and none is made twice")
    func order() {
        let ids = (0..<1000).map { Identifiers.uuid7(now: Int64($0) * 1000) }
        #expect(ids == ids.sorted())
        #expect(Set((0..<1000).map { _ in Identifiers.uuid7(now: 5) }).count == 1000)
    }

    @Test("an id has 1 to 64 letters, digits, dashes and dots")
    func valid() {
        for id in ["a", "A-1.b", String(repeating: "x", count: 64)] { #expect(ResourceID.isValid(id)) }
        for id in ["", "a_b", "a b", "ä", "a/b", String(repeating: "x", count: 65)] { #expect(!ResourceID.isValid(id)) }
    }
}

@Suite("Urls of bundle entries")
struct EntryRouteTests {
    private func route(_ url: String, base: String? = "https://e.org/fhir") throws -> EntryRoute {
        try EntryRoute(url, base: base, place: "here")
    }

    @Test("type, id, version and criteria are told apart, with the server's base, a slash or neither before them")
    func understood() throws {
        for prefix in ["", "/", "https://e.org/fhir/"] {
            #expect(try route(prefix + "Patient").id == nil)
            #expect(try route(prefix + "Patient/1").id == "1")
            #expect(try EntryRoute.below("https://e.org/fhir", prefix + "Patient/1?a", place: "here") == "Patient/1?a")
            #expect(try route(prefix + "Patient?identifier=s%7C1").query == "identifier=s%7C1")
        }
    }

    @Test("what is no place of this server is refused with the entry's place")
    func refused() {
        for url in [
            "", "patient/1", "https://other.org/fhir/Patient/1", "Patient/a_b", "Patient/1/2", "Patient/1/$op",
            "Patient/", "Patient/1/_history/3",
        ] {
            let problem = #expect(throws: Problem.self, "\(url)") { try route(url) }
            #expect(problem?.issues.first?.expression == "here")
        }
    }
}

@Suite("What a list of writes needs")
struct WritePlanTests {
    private func request(_ json: String, _ url: String? = nil, _ index: Int = 0) throws -> WriteRequest {
        let root = try JSONDocument.parse(Array(json.utf8)).root
        let type = try #require(root["resourceType"]?.string.flatMap { ResourceType($0) })
        return WriteRequest(
            .create(ifNoneExist: nil), type: type, resource: root, fullURL: url, place: "Bundle.entry[\(index)]")
    }

    @Test("links to entries are rewritten in references and uris, not in text")
    func links() throws {
        let (one, two) = (
            "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:22222222-2222-4222-8222-222222222222"
        )
        let made = [
            try request(
                #"{"resourceType":"Patient","name":[{"family":"\#(two)"}],"link":[{"other":{"reference":"\#(two)"},"type":"seealso"}]}"#,
                one),
            try request(
                #"{"resourceType":"Basic","code":{"text":"\#(one)"},"subject":{"reference":"\#(one)"},"extension":[{"url":"http://e","valueUri":"\#(one)"}]}"#,
                two, 1),
        ]
        var count = 0
        let plan = try #require(
            try WritePlan(made) {
                count += 1
                return "id\(count)"
            })
        #expect(plan.conditionals.isEmpty)
        let contents = plan.steps.indices.compactMap { plan.content(of: $0) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        #expect(contents[0].contains(#""reference":"Basic/id2""#))
        #expect(contents[0].contains(#""family":"\#(two)""#))
        #expect(contents[1].contains(#""reference":"Patient/id1""#))
        #expect(contents[1].contains(#""valueUri":"Patient/id1""#))
        #expect(contents[1].contains(#""text":"\#(one)""#))
    }

    @Test("conditional references are gathered, each once")
    func conditionals() throws {
        let reference = "Practitioner?identifier=http://e|1"
        let patient = #"{"resourceType":"Patient","generalPractitioner":[{"reference":"\#(reference)"}]}"#
        let plan = try #require(try WritePlan([request(patient), request(patient, nil, 1)]) { "x" })
        #expect(plan.conditionals == [reference])
        let content = try #require(plan.content(of: 0, conditionals: [reference: "Practitioner/7"]))
        #expect(String(decoding: content, as: UTF8.self).contains(#""reference":"Practitioner/7""#))
    }

    @Test("links outside a bundle are left as they are")
    func single() throws {
        let root = try JSONDocument.parse(
            Array(#"{"resourceType":"Patient","generalPractitioner":[{"reference":"Practitioner?identifier=1"}]}"#.utf8)
        ).root
        let plan = try #require(
            try WritePlan([WriteRequest(.create(ifNoneExist: nil), type: .patient, resource: root)]) { "x" })
        #expect(plan.conditionals.isEmpty)
        #expect(
            String(decoding: try #require(plan.content(of: 0)), as: UTF8.self).contains("Practitioner?identifier=1"))
    }

    @Test("relative references mean the entry of the same server; canonicals are left alone, narratives are not")
    func webAddresses() throws {
        let base = "http://far.example/fhir"
        let observation = """
            {"resourceType":"Observation","text":{"status":"generated","div":"<div><a href='\(base)/Patient/1'>P</a> \
            <img alt='x' src=\\"\(base)/Patient/1\\"/> href=x</div>"},"instantiatesCanonical":"\(base)/Patient/1",\
            "subject":{"reference":"Patient/1"},"focus":[{"reference":"Patient/2"}],\
            "performer":[{"reference":"\(base)/Patient/1"}]}
            """
        let plan = try #require(
            try WritePlan([
                request(#"{"resourceType":"Patient"}"#, base + "/Patient/1"),
                request(observation, base + "/Observation/7", 1),
                request(observation.replacing("\(base)/Patient/1", with: "x"), "urn:uuid:1", 2),
            ]) { "new" })
        let content = String(decoding: try #require(plan.content(of: 1)), as: UTF8.self)
        #expect(content.contains(#""subject":{"reference":"Patient/new"}"#), "\(content)")
        #expect(content.contains(#""focus":[{"reference":"Patient/2"}]"#))
        #expect(content.contains(#""performer":[{"reference":"Patient/new"}]"#))
        #expect(content.contains("<a href='Patient/new'>"))
        #expect(content.contains(#"src=\"Patient/new\""#))
        #expect(content.contains(#""instantiatesCanonical":"\#(base)/Patient/1""#))
        // Of an entry without such an address it is not known what its references are relative to.
        let other = String(decoding: try #require(plan.content(of: 2)), as: UTF8.self)
        #expect(other.contains(#""subject":{"reference":"Patient/1"}"#), "\(other)")
    }
}

import FHIR
import Testing

/// search.html: what holds for every search
@Suite("Checklist: search in general")
struct SearchChecklistTests {
    private let form = ["Content-Type": "application/x-www-form-urlencoded"]

    /// Patients of a family of their own: Anna 1980 female, Bernd 1990 male, Clara without birth date and gender.
    private func family(_ client: Client) async throws -> (name: String, ids: [String]) {
        let name = unique("Fam").replacing("-", with: "")
        func person(_ given: String, _ more: String) -> String {
            #"{"resourceType":"Patient","name":[{"family":"\#(name)","given":["\#(given)"]}]\#(more)}"#
        }
        return (
            name,
            [
                try await client.make("Patient", person("Anna", #","birthDate":"1980-05-06","gender":"female""#)),
                try await client.make("Patient", person("Bernd", #","birthDate":"1990-07","gender":"male""#)),
                try await client.make("Patient", person("Clara", "")),
            ]
        )
    }

    @Test("GET, POST with a body and POST with both find the same, at a type and at the system")
    func post() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client)
        try await client.expect("Patient?family=\(name)", finds: ids)
        let post = try await client.post("Patient/_search", "family=\(name)", form)
        #expect(post.status == 200 && post.ids.sorted() == ids.sorted(), "\(post)")
        let both = try await client.post("Patient/_search?family=\(name)", "gender=male", form)
        #expect(both.ids == [ids[1]], "\(both)")
        let system = try await client.post("_search", "_type=Patient&family=\(name)", form)
        #expect(system.status == 200 && system.ids.sorted() == ids.sorted(), "\(system)")
    }

    @Test("lenient handling ignores what is unknown, says so, and the self link shows what was applied")
    func lenient() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client)
        let query = "Patient?family=\(name)&nonsense=1"
        expectRefusal(try await client.get(query), 400, naming: "nonsense")
        expectRefusal(try await client.get(query, ["Prefer": "handling=strict"]), 400, naming: "nonsense")
        let lenient = try await client.get(query, ["Prefer": "handling=lenient"])
        #expect(lenient.status == 200, "\(lenient)")
        #expect(lenient.ids(mode: "match").sorted() == ids.sorted())
        #expect(lenient.ids(mode: "outcome").isEmpty && lenient.diagnostics.contains("nonsense"))
        let link = try #require(lenient.link("self"))
        #expect(link.contains("family=\(name)") && !link.contains("nonsense"), "\(link)")
    }

    @Test("_count cuts pages, and next links bring the rest, each once")
    func pages() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client)
        let pages = try await client.pages("Patient?family=\(name)&_count=1&_sort=given")
        #expect(pages.map(\.ids) == ids.map { [$0] })
        #expect(pages.last?.link("next") == nil)
    }

    @Test("a page token that was tampered with is refused")
    func tampered() async throws {
        let client = try await House.client
        let (name, _) = try await family(client)
        let next = try #require(try await client.get("Patient?family=\(name)&_count=1").link("next"))
        #expect(try await client.get(next).status == 200)
        let at = next.index(next.endIndex, offsetBy: -4)
        let other = next[at] == "A" ? "B" : "A"
        expectRefusal(try await client.get(next.replacingCharacters(in: at...at, with: other)), 400)
    }

    @Test("_total says nothing, an estimate or the number; _summary=count the number alone")
    func totals() async throws {
        let client = try await House.client
        let (name, _) = try await family(client)
        let query = "Patient?family=\(name)&_count=1"
        let accurate = try await client.get("\(query)&_total=accurate")
        #expect(accurate["total"] == "3" && accurate.ids.count == 1, "\(accurate)")
        let none = try await client.get("\(query)&_total=none")
        #expect(none["total"] == nil && none.ids.count == 1, "\(none)")
        #expect(try await client.get("\(query)&_total=estimate").status == 200)
        let counted = try await client.get("Patient?family=\(name)&_summary=count")
        #expect(counted["total"] == "3" && counted.count("entry") == 0, "\(counted)")
        expectRefusal(try await client.get("\(query)&_total=some"), 400, naming: "_total")
    }

    @Test("_summary and _elements tell less of each resource and say so")
    func views() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client)
        let query = "Patient?family=\(name)&_id=\(ids[0])"
        func shown(_ view: String) async throws -> JSONNode {
            let reply = try await client.get("\(query)&\(view)")
            #expect(reply.status == 200, "\(reply)")
            return try #require(reply.resources.first, "\(reply)")
        }
        let elements = try await shown("_elements=birthDate,Patient.gender")
        #expect(elements["birthDate"]?.string == "1980-05-06" && elements["gender"]?.string == "female")
        #expect(elements["name"] == nil)
        #expect(elements.at("meta.tag.0.code")?.string == "SUBSETTED", "\(elements.source)")
        #expect(try await shown("_summary=true")["name"] != nil)
        #expect(try await shown("_summary=data")["name"] != nil)
        #expect(try await shown("_summary=text")["name"] == nil)
        let whole = try await shown("_summary=false")
        #expect(whole["name"] != nil && whole.at("meta.tag") == nil)
    }

    @Test("_sort orders by several keys, up and down, missing values last, over all pages")
    func sorting() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client)
        for (sort, order) in [
            ("birthdate", [0, 1, 2]), ("-birthdate", [1, 0, 2]), ("given", [0, 1, 2]), ("-given", [2, 1, 0]),
            ("family,-given", [2, 1, 0]), ("-gender,given", [1, 0, 2]),
        ] {
            for count in [1, 10] {
                let pages = try await client.pages("Patient?family=\(name)&_sort=\(sort)&_count=\(count)")
                #expect(pages.flatMap(\.ids) == order.map { ids[$0] }, "\(sort), pages of \(count)")
            }
        }
        expectRefusal(try await client.get("Patient?_sort=nonsense"), 400, naming: "nonsense")
    }

    @Test("a search of the whole system finds several types, and _type narrows it")
    func system() async throws {
        let client = try await House.client
        let tag = unique()
        let meta = #","meta":{"tag":[{"system":"http://e.example/tags","code":"\#(tag)"}]}"#
        let patient = try await client.make("Patient", Sample.patient(meta))
        let observation = try await client.make("Observation", Sample.observation(meta))
        try await client.expect("?_tag=\(tag)", finds: [patient, observation])
        try await client.expect(
            "?_type=Patient,Observation&_tag=http://e.example/tags%7C\(tag)", finds: [patient, observation])
        try await client.expect("?_type=Patient&_tag=\(tag)", finds: [patient])
        expectRefusal(try await client.get("?_type=Patient,Nonsense&_tag=\(tag)"), 400, naming: "Nonsense")
    }

    @Test("_tag, _security, _profile and _source find by the resource's meta")
    func meta() async throws {
        let client = try await House.client
        let word = unique("w").lowercased()
        let id = try await client.make(
            "Basic",
            #"""
            {"resourceType":"Basic","meta":{"source":"http://e.example/\#(word)/feed","profile":["http://e.example/\#(word)"],
            "security":[{"system":"http://e.example/s","code":"\#(word)"}],"tag":[{"system":"http://e.example/t","code":"\#(word)"}]},
            "code":{"text":"x"}}
            """#)
        try await client.expect("Basic?_tag=http://e.example/t%7C\(word)", finds: [id])
        try await client.expect("Basic?_security=\(word)", finds: [id])
        try await client.expect("Basic?_profile=http://e.example/\(word)", finds: [id])
        try await client.expect("Basic?_source=http://e.example/\(word)/feed", finds: [id])
        try await client.expect("Basic?_source=http://e.example/\(word)", finds: [])
    }

    @Test("_list finds what a list holds")
    func list() async throws {
        let client = try await House.client
        let (_, ids) = try await family(client)
        let list = try await client.make(
            "List",
            #"""
            {"resourceType":"List","status":"current","mode":"working","entry":[{"item":{"reference":"Patient/\#(ids[0])"}},
            {"item":{"reference":"Patient/\#(ids[2])"}}]}
            """#)
        try await client.expect("Patient?_list=\(list)", finds: [ids[0], ids[2]])
        try await client.expect("Patient?_list=\(list)&gender=female", finds: [ids[0]])
    }

    @Test("_text and _content find words of the narrative and of the whole")
    func words() async throws {
        let client = try await House.client
        let (told, written) = (unique("told").replacing("-", with: ""), unique("written").replacing("-", with: ""))
        let id = try await client.make(
            "Basic",
            #"""
            {"resourceType":"Basic","code":{"text":"about \#(written)"},
            "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">some \#(told) here</div>"}}
            """#)
        try await client.expect("Basic?_id=\(id)&_text=\(told)", finds: [id])
        try await client.expect("Basic?_id=\(id)&_text=\(written)", finds: [])
        try await client.expect("Basic?_id=\(id)&_content=\(written)", finds: [id])
        try await client.expect("Basic?_id=\(id)&_content=nothing", finds: [])
    }

    @Test("_filter combines comparisons with and, or and not")
    func filter() async throws {
        let client = try await House.client
        let (name, ids) = try await family(client)
        func filtered(_ filter: String) -> String {
            "Patient?family=\(name)&_filter=" + filter.replacing(" ", with: "%20").replacing("\"", with: "%22")
        }
        try await client.expect(filtered("gender eq male"), finds: [ids[1]])
        try await client.expect(filtered("gender eq male or given eq \"Anna\""), finds: [ids[0], ids[1]])
        try await client.expect(filtered("not (gender eq male)"), finds: [ids[0], ids[2]])
        try await client.expect(filtered("birthdate lt 1985-01-01 and gender eq female"), finds: [ids[0]])
        try await client.expect(filtered("birthdate pr false"), finds: [ids[2]])
        expectRefusal(try await client.get(filtered("gender is")), 400, naming: "_filter")
    }

    @Test("a compartment is searched by its path")
    func compartment() async throws {
        let client = try await House.client
        let (_, ids) = try await family(client)
        let own = try await client.make("Observation", Sample.observation(subject: "Patient/\(ids[0])"))
        _ = try await client.make("Observation", Sample.observation(subject: "Patient/\(ids[1])"))
        try await client.expect("Patient/\(ids[0])/Observation", finds: [own])
        try await client.expect("Patient/\(ids[0])/Observation?code=718-7", finds: [own])
        try await client.expect("Patient/\(ids[0])/Observation?code=nothing", finds: [])
        try await client.expect("Patient/\(ids[2])/Observation", finds: [])
    }
}

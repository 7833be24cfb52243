import FHIR
import NIOHTTP1
import Testing

@testable import Server

@Suite("Bulk Data $export")
struct ExportTests {
    /// No server is waited for: the test is the only writer.
    @Sendable private static func prompt(_ configuration: inout ServerConfiguration) {
        configuration.jobs.settling = 0
    }

    private static func group(_ id: String, _ members: [String]) -> String {
        #"{"resourceType":"Group","id":"\#(id)","type":"person","actual":true,"member":[\#(members.joined(separator: ","))]}"#
    }

    private static func member(_ reference: String, _ more: String = "") -> String {
        #"{"entity":{"reference":"\#(reference)"}\#(more)}"#
    }

    /// Patients a and b with an observation each, a practitioner whom both know, and a device of nobody.
    private func fill(_ client: Client) async throws {
        for (path, content) in [
            ("Patient/a", Sample.patient(id: "a")), ("Patient/b", Sample.patient(id: "b")),
            ("Observation/a1", Sample.observation(id: "a1", subject: "Patient/a")),
            ("Observation/b1", Sample.observation(id: "b1", subject: "Patient/b")),
            ("Observation/free", Sample.observation(id: "free")),
            ("Practitioner/p", #"{"resourceType":"Practitioner","id":"p","active":true}"#),
            ("Device/d", #"{"resourceType":"Device","id":"d","lotNumber":"1"}"#),
        ] {
            let reply = try await client.put(path, content)
            #expect(reply.status == 201, "\(reply)")
        }
    }

    @Test("an export of the system tells every resource once, as reads tell it, with a manifest that names the files")
    func system() async throws {
        try await House.with(Self.prompt) { house in
            let client = house.client
            try await fill(client)
            _ = try await client.put("Patient/gone", Sample.patient(id: "gone"))
            _ = try await client.delete("Patient/gone")
            let before = now()
            let exported = try await client.export("$export?_outputFormat=application/fhir%2Bndjson")
            #expect(exported.types == ["Device", "Observation", "Patient", "Practitioner"])
            #expect(exported.ids("Patient") == ["a", "b"])
            #expect(exported.ids("Observation") == ["a1", "b1", "free"])
            let read = try await client.get("Observation/a1")
            #expect(exported.lines["Observation"]?.first?.source == read.text)
            #expect(exported.errors.isEmpty)
            let manifest = exported.manifest
            #expect(manifest["request"] == client.base + "/$export?_outputFormat=application/fhir%2Bndjson")
            #expect(manifest["requiresAccessToken"] == "false")
            #expect(manifest.header("Content-Type") == "application/json")
            #expect(manifest.header("Expires") != nil)
            #expect(manifest.json?["deleted"] == nil)
            let time = try #require(manifest["transactionTime"].flatMap { DateRange(fhir: $0) })
            #expect(time.lower > before && time.lower <= now() + 1000)
        }
    }

    @Test("without Prefer: respond-async, and with what is not understood, it is refused by name")
    func refusals() async throws {
        let client = try await House.client
        expectRefusal(try await client.get("$export"), 400, naming: "respond-async", "http.Prefer")
        let wrong = [
            ("_type=Patien", "http._type", "Patient"), ("_outputFormat=text/csv", "http._outputFormat", "ndjson"),
            ("_since=yesterday", "http._since", "yesterday"), ("_typ=Patient", "http._typ", "_type"),
            ("patient=Patient/1", "http.patient", "Patient/$export"),
            ("includeAssociatedData=x", "http.includeAssociatedData", "handling=lenient"),
        ]
        for (query, place, word) in wrong {
            expectRefusal(
                try await client.get("$export?\(query)", Client.asynchronous), 400, naming: place, word)
        }
        expectRefusal(try await client.get("Group/none/$export", Client.asynchronous), 404, naming: "Group/none")
        expectRefusal(
            try await client.send(.PUT, "$export", Client.asynchronous), 405, naming: "GET, POST")
        expectRefusal(
            try await client.send(.POST, "$export", body: Array(Sample.patient().utf8), Client.asynchronous), 400,
            naming: "Parameters")
        let lenient = ["Prefer": "respond-async, handling=lenient"]
        let job = try await client.kickOff("$export?_typ=Patient&_type=Basic", lenient)
        #expect(try await client.outcome(of: job).status == 200)
    }

    @Test("it tells the record as of its instant, whatever is written before it is made, and by another server")
    func asOfItsInstant() async throws {
        try await House.with({ configuration in
            Self.prompt(&configuration)
            // This server takes exports on and makes none.
            configuration.jobs.exportsAtOnce = 0
        }) { house in
            let client = house.client
            try await fill(client)
            _ = try await client.put("Patient/late", Sample.patient(id: "late"))
            _ = try await client.delete("Patient/late")
            let job = try await client.kickOff("$export?_type=Patient,Observation,Device")
            let waiting = try await client.get(job)
            #expect(waiting.status == 202)
            #expect(waiting.header("X-Progress") == "waiting")
            #expect(waiting.header("Retry-After") == "1")
            // Changed, deleted, made, brought back; one of them several times.
            for family in ["One", "Two"] {
                _ = try await client.put("Patient/a", Sample.patient(id: "a", family: family))
            }
            _ = try await client.delete("Observation/b1")
            _ = try await client.put("Observation/new", Sample.observation(id: "new"))
            _ = try await client.put("Patient/late", Sample.patient(id: "late"))
            try await House.with(database: house.database, Self.prompt) { other in
                let path = job.replacing(client.root, with: other.client.root)
                let exported = try await other.client.fetch(path)
                #expect(exported.ids("Patient") == ["a", "b"])
                #expect(exported.lines["Patient"]?.first?.at("name.0.family")?.string == "Muster")
                #expect(exported.lines["Patient"]?.first?.at("meta.versionId")?.string == "1")
                #expect(exported.ids("Observation") == ["a1", "b1", "free"])
                // What has changed since comes with the next one, and nothing else.
                let time = try #require(exported.manifest["transactionTime"])
                let next = try await other.client.export("$export?_since=\(time)&_type=Patient,Observation,Device")
                #expect(next.ids("Patient") == ["a", "late"])
                #expect(next.lines["Patient"]?.first?.at("name.0.family")?.string == "Two")
                #expect(next.ids("Observation") == ["new"])
                #expect(next.ids("Device").isEmpty)
                #expect(next.deleted.map { $0.at("entry.0.request.url")?.string } == ["Observation/b1"])
                #expect(next.deleted.first?.at("entry.0.request.method")?.string == "DELETE")
                #expect(next.deleted.first?["type"]?.string == "transaction")
            }
        }
    }

    @Test("_until leaves out what has changed since")
    func until() async throws {
        try await House.with(Self.prompt) { house in
            try await fill(house.client)
            let changed = try await house.client.put("Patient/a", Sample.patient(id: "a", family: "Neu"))
            let exported = try await house.client.export(
                "$export?_type=Patient&_until=\(try #require(changed["meta.lastUpdated"]))")
            #expect(exported.ids("Patient") == ["b"])
        }
    }

    @Test("an export of patients tells their compartments, and types that are never in one whole where they are named")
    func patients() async throws {
        try await House.with(Self.prompt) { house in
            let client = house.client
            try await fill(client)
            let all = try await client.export("Patient/$export")
            #expect(all.types == ["Observation", "Patient"])
            #expect(all.ids("Patient") == ["a", "b"])
            #expect(all.ids("Observation") == ["a1", "b1"])
            let named = try await client.export("Patient/$export?_type=Observation,Practitioner")
            #expect(named.types == ["Observation", "Practitioner"])
            let one = try await client.export(
                "Patient/$export",
                body:
                    #"{"resourceType":"Parameters","parameter":[{"name":"patient","valueReference":{"reference":"Patient/b"}},{"name":"_type","valueString":"Patient,Observation"}]}"#
            )
            #expect(one.ids("Patient") == ["b"])
            #expect(one.ids("Observation") == ["b1"])
            let unknown = try await client.send(
                .POST, "Patient/$export",
                body: Array(
                    #"{"resourceType":"Parameters","parameter":[{"name":"patient","valueReference":{"reference":"Patient/x"}}]}"#
                        .utf8), Client.asynchronous)
            expectRefusal(unknown, 404, naming: "Patient/x", "http.patient")
        }
    }

    @Test("an export of a group tells its active members and those of its groups, and their deletions")
    func group() async throws {
        try await House.with(Self.prompt) { house in
            let client = house.client
            try await fill(client)
            _ = try await client.put("Patient/c", Sample.patient(id: "c"))
            _ = try await client.put("Observation/c1", Sample.observation(id: "c1", subject: "Patient/c"))
            let reply = try await client.put(
                "Group/outer",
                Self.group("outer", [Self.member("Patient/b", #","inactive":true"#), Self.member("Group/inner")]))
            #expect(reply.status == 201, "\(reply)")
            // Groups may go in circles.
            _ = try await client.put(
                "Group/inner", Self.group("inner", [Self.member("Patient/a"), Self.member("Group/outer")]))
            let exported = try await client.export("Group/outer/$export")
            #expect(exported.ids("Patient") == ["a"])
            #expect(exported.ids("Observation") == ["a1"])
            #expect(exported.ids("Group") == ["inner"])
            let time = try #require(exported.manifest["transactionTime"])
            _ = try await client.delete("Observation/a1")
            _ = try await client.delete("Observation/c1")
            let next = try await client.export("Group/outer/$export?_since=\(time)")
            #expect(next.types.isEmpty)
            #expect(next.deleted.map { $0.at("entry.0.request.url")?.string } == ["Observation/a1"])
            let stranger = try await client.send(
                .POST, "Group/outer/$export",
                body: Array(
                    #"{"resourceType":"Parameters","parameter":[{"name":"patient","valueReference":{"reference":"Patient/c"}}]}"#
                        .utf8), Client.asynchronous)
            expectRefusal(stranger, 400, naming: "Patient/c", "Group/outer")
        }
    }

    @Test("files come packed and plain, whole and in parts that fit together")
    func downloads() async throws {
        try await House.with({ configuration in
            Self.prompt(&configuration)
            configuration.jobs.export.pieceBytes = 1000
            configuration.jobs.export.fileBytes = 20_000
        }) { house in
            let client = house.client
            let entries = (0..<200).map {
                Sample.entry("PUT", "Patient/p\($0)", Sample.patient(id: "p\($0)", family: "Müller"))
            }
            #expect(try await client.post("", Sample.bundle("transaction", entries)).status == 200)
            let exported = try await client.export("$export?_type=Patient")
            #expect(exported.ids("Patient") == (0..<200).map { "p\($0)" }.sorted())
            let files = exported.manifest.json.map { Array($0.elements("output")) } ?? []
            #expect(files.count > 1)
            let url = try #require(files.first?["url"]?.string)
            let whole = try await client.get(url)
            #expect(whole.body.count >= 20_000)
            #expect(whole.header("Accept-Ranges") == "bytes")
            let packed = try await client.get(
                url, ["Accept-Encoding": "gzip", "Accept": "application/fhir+ndjson"])
            #expect(packed.header("Content-Encoding") == "gzip")
            #expect(packed.body.count < whole.body.count)
            #expect(try Gzip.inflate(packed.body, limit: 1 << 20) == whole.body)
            for (coding, body) in [("identity", whole.body), ("gzip", packed.body)] {
                let half = body.count / 2
                let tag = try #require(
                    (coding == "gzip" ? packed : whole).header("ETag"))
                let first = try await client.get(url, ["Accept-Encoding": coding, "Range": "bytes=0-\(half - 1)"])
                let rest = try await client.get(
                    url, ["Accept-Encoding": coding, "Range": "bytes=\(half)-", "If-Range": tag])
                #expect(first.status == 206 && rest.status == 206)
                #expect(first.body + rest.body == body)
                #expect(rest.header("Content-Range") == "bytes \(half)-\(body.count - 1)/\(body.count)")
                let stale = try await client.get(
                    url, ["Accept-Encoding": coding, "Range": "bytes=\(half)-", "If-Range": "\"other\""])
                #expect(stale.status == 200 && stale.body == body)
                let beyond = try await client.get(
                    url, ["Accept-Encoding": coding, "Range": "bytes=\(body.count)-"])
                expectRefusal(beyond, 416, naming: "\(body.count)")
                #expect(beyond.header("Content-Range") == "bytes */\(body.count)")
            }
            #expect(try await client.head(url).header("Content-Length") == "\(whole.body.count)")
        }
    }

    @Test("DELETE takes an export back, waiting or complete, with all that it made", .timeLimit(.minutes(1)))
    func takingBack() async throws {
        try await House.with({ configuration in
            Self.prompt(&configuration)
            configuration.jobs.exportsAtOnce = 0
            configuration.jobs.maximumExports = 1
        }) { house in
            let client = house.client
            try await fill(client)
            let waiting = try await client.kickOff("$export")
            expectRefusal(
                try await client.get("$export", Client.asynchronous), 429, naming: "1 exports", "DELETE")
            #expect(try await client.delete(waiting).status == 202)
            expectRefusal(try await client.get(waiting), 404, naming: "no such job")
            expectRefusal(try await client.delete(waiting), 404, naming: "no such job")
            let complete = try await client.kickOff("$export")
            try await House.with(database: house.database, Self.prompt) { other in
                let path = complete.replacing(client.root, with: other.client.root)
                let exported = try await other.client.fetch(path)
                let file = try #require(exported.manifest["output.0.url"])
                #expect(try await other.client.delete(path).status == 202)
                expectRefusal(try await other.client.get(path), 404, naming: "no such job")
                expectRefusal(try await other.client.get(file), 404, naming: "no such job")
                // What they made goes in the background.
                while try await !house.sql("select from job").isEmpty { try await Task.sleep(for: .milliseconds(20)) }
                #expect(try await house.sql("select from job_chunk").isEmpty)
            }
        }
    }

    @Test("after its time an export is gone, and cannot be guessed before")
    func expiry() async throws {
        try await House.with({ configuration in
            Self.prompt(&configuration)
            configuration.jobs.keep = 0
        }) { house in
            let job = try await house.client.kickOff("$export?_type=Patient")
            expectRefusal(try await house.client.outcome(of: job), 404, naming: "no such job")
            for id in ["1", "'", "00000000000000000000000000000000", "x/1.ndjson"] {
                #expect(try await house.client.get("_jobs/\(id)").status == 404)
            }
        }
    }

    @Test("who exports, and who fetches a file, is in the audit")
    func audit() async throws {
        try await House.with(Self.prompt) { house in
            try await fill(house.client)
            _ = try await house.client.export("$export?_type=Patient")
            _ = try await house.client.get("$export")
            let rows = try await house.sql(
                "select query, status from audit where interaction = 15 order by seq")
            let entries = try rows.map { "\(try $0.optionalText(0) ?? "") \(try $0.int2(1))" }
            #expect(entries.count == 3)
            #expect(entries.first == "$export?_type=Patient 202")
            #expect(entries.dropFirst().first?.contains("1.ndjson 200") == true, "\(entries)")
            #expect(entries.last?.hasSuffix("400") == true)
        }
    }

    @Test("metrics count exports and what they wrote")
    func metrics() async throws {
        try await House.with(Self.prompt) { house in
            try await fill(house.client)
            _ = try await house.client.export("$export")
            let text = try await house.client.get("/metrics").text
            #expect(text.contains(#"mediconnect_jobs_total{kind="export",event="accepted"} 1"#))
            #expect(text.contains("mediconnect_export_resources_total 7\n"))
        }
    }
}

@Suite("Bulk Data $export of a part")
struct NarrowedExportTests {
    @Sendable private static func prompt(_ configuration: inout ServerConfiguration) {
        configuration.jobs.settling = 0
    }

    private func fill(_ client: Client, patients: Int) async throws {
        for start in stride(from: 0, to: patients, by: 250) {
            let entries = (start..<min(start + 250, patients)).flatMap { number in
                [
                    Sample.entry("PUT", "Patient/p\(number)", Sample.patient(id: "p\(number)")),
                    Sample.entry(
                        "PUT", "Observation/o\(number)",
                        Sample.observation(
                            id: "o\(number)", subject: "Patient/p\(number)", code: number % 2 == 0 ? "even" : "odd")),
                ]
            }
            let reply = try await client.post("", Sample.bundle("transaction", entries))
            #expect(reply.status == 200, "\(reply)")
        }
    }

    private func ids(_ prefix: String, _ numbers: some Sequence<Int>) -> [String] { numbers.map { "\(prefix)\($0)" } }

    @Test("_typeFilter tells what one of its searches finds, as of the export's instant, over many pages")
    func typeFilter() async throws {
        try await House.with({ configuration in
            Self.prompt(&configuration)
            configuration.jobs.exportsAtOnce = 0
        }) { house in
            let client = house.client
            try await fill(client, patients: 700)
            let even = "Observation%3Fcode%3Dhttp://loinc.org%257Ceven"
            let jobs = [
                try await client.kickOff("$export?_type=Observation,Patient&_typeFilter=\(even)"),
                try await client.kickOff(
                    "$export?_type=Observation&_typeFilter=\(even)%26_id%3Do2,o3,Observation%3F_id%3Do5"),
            ]
            // What comes later does not count.
            _ = try await client.put("Observation/o2", Sample.observation(id: "o2", code: "odd"))
            _ = try await client.put("Observation/o7", Sample.observation(id: "o7", code: "even"))
            _ = try await client.delete("Observation/o4")
            try await House.with(database: house.database, Self.prompt) { other in
                let root = other.client.root
                let filtered = try await other.client.fetch(jobs[0].replacing(client.root, with: root))
                #expect(filtered.ids("Patient").count == 700)
                #expect(Set(filtered.ids("Observation")) == Set(ids("o", stride(from: 0, to: 700, by: 2))))
                #expect(filtered.ids("Observation").count == 350)
                let several = try await other.client.fetch(jobs[1].replacing(client.root, with: root))
                #expect(several.ids("Observation").sorted() == ["o2", "o5"])
                let time = try #require(several.manifest["transactionTime"])
                let changed = try await other.client.export(
                    "$export?_type=Observation&_since=\(time)&_typeFilter=\(even)")
                #expect(changed.ids("Observation") == ["o7"])
                #expect(changed.deleted.map { $0.at("entry.0.request.url")?.string } == ["Observation/o4"])
                // Deletions of what the filter asked for at that time or later, and of nothing else.
                _ = try await other.client.put("Observation/o6", Sample.observation(id: "o6", code: "odd"))
                for id in ["o6", "o8", "o9"] { _ = try await other.client.delete("Observation/\(id)") }
                func deleted(_ filter: String) async throws -> Set<String?> {
                    let query = "_type=Observation&_since=\(time)&_typeFilter=\(filter)"
                    let exported = try await other.client.export("$export?\(query)")
                    return Set(exported.deleted.map { $0.at("entry.0.request.url")?.string })
                }
                #expect(try await deleted(even) == ["Observation/o4", "Observation/o6", "Observation/o8"])
                #expect(try await deleted("Observation%3F_id%3Do9") == ["Observation/o9"])
                // What a patient was like is not known of a deleted observation.
                let chain = "Observation%3Fcode%3Dodd%26subject:Patient.active%3Dtrue"
                #expect(try await deleted(chain) == ["Observation/o6", "Observation/o9"])
            }
        }
    }

    @Test("a filter that is no search, of another type, or that steers an answer is refused by name")
    func wrongFilters() async throws {
        let client = try await House.client
        for (query, word) in [
            ("_typeFilter=Observation", "percent-encoded"), ("_typeFilter=Observation%3Fcod%3D1", "cod"),
            ("_typeFilter=Observation%3F_sort%3Ddate", "_sort"),
            ("_type=Patient&_typeFilter=Observation%3Fcode%3D1", "Observation"),
        ] {
            expectRefusal(
                try await client.get("$export?\(query)", Client.asynchronous), 400, naming: "http._typeFilter", word)
        }
    }

    @Test("_elements tells these and what has to be there, marked as a part")
    func elements() async throws {
        try await House.with(Self.prompt) { house in
            try await fill(house.client, patients: 2)
            let exported = try await house.client.export(
                "$export?_type=Patient,Observation&_elements=Observation.subject")
            let observation = try #require(exported.lines["Observation"]?.first)
            #expect(observation["subject"] != nil && observation["status"] != nil)
            #expect(observation["valueQuantity"] == nil)
            #expect(observation.at("meta.tag.0.code")?.string == "SUBSETTED")
            #expect(exported.lines["Patient"]?.first?["name"] != nil)
            expectRefusal(
                try await house.client.get("$export?_elements=Patient.nam", Client.asynchronous), 400,
                naming: "http._elements", "name")
        }
    }

    @Test("few patients are looked for and many are gone through, and both find the same", arguments: [3, 80])
    func members(count: Int) async throws {
        try await House.with({ configuration in
            Self.prompt(&configuration)
            configuration.jobs.exportsAtOnce = 0
        }) { house in
            let client = house.client
            try await fill(client, patients: 300)
            let members = (0..<count).map { #"{"entity":{"reference":"Patient/p\#($0)"}}"# }.joined(separator: ",")
            let group = #"{"resourceType":"Group","id":"g","type":"person","actual":true,"member":[\#(members)]}"#
            #expect(try await client.put("Group/g", group).status == 201)
            // In the compartments of two members, and told once.
            let shared = Sample.observation(
                id: "shared", subject: "Patient/p0", #","performer":[{"reference":"Patient/p1"}]"#)
            #expect(try await client.put("Observation/shared", shared).status == 201)
            let job = try await client.kickOff("Group/g/$export")
            // What leaves and enters the compartments afterwards does not count.
            _ = try await client.put("Observation/o1", Sample.observation(id: "o1", subject: "Patient/p299"))
            _ = try await client.put("Observation/o298", Sample.observation(id: "o298", subject: "Patient/p0"))
            _ = try await client.put("Group/g", group.replacing("Patient/p0\"", with: "Patient/p299\""))
            try await House.with(database: house.database, Self.prompt) { other in
                let exported = try await other.client.fetch(job.replacing(client.root, with: other.client.root))
                #expect(exported.ids("Patient").sorted() == ids("p", 0..<count).sorted())
                #expect(exported.ids("Observation").sorted() == (ids("o", 0..<count) + ["shared"]).sorted())
                #expect(exported.ids("Group") == ["g"])
                let time = try #require(exported.manifest["transactionTime"])
                _ = try await other.client.delete("Observation/o298")
                _ = try await other.client.delete("Observation/o200")
                let next = try await other.client.export("Group/g/$export?_since=\(time)")
                #expect(next.ids("Observation") == ["o1"])
                #expect(next.deleted.isEmpty)
            }
        }
    }
}

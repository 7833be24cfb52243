import Foundation
import Synchronization
import Testing

@testable import mediconnect

/// A server in memory that knows which references lead somewhere.
private final class FakeServer: FHIRSender {
    struct State {
        var known: Set<String> = []
        var sent: [String] = []
        var requestIDs: [String] = []
        /// What the next attempts come to instead of an answer.
        var troubles: [RetryPolicy.Attempt] = []
        var inFlight = 0
        var mostInFlight = 0
    }

    let state = Mutex(State())

    func attempt(_ submission: Submission, requestID: String) async -> RetryPolicy.Attempt {
        state.withLock {
            $0.inFlight += 1
            $0.mostInFlight = max($0.mostInFlight, $0.inFlight)
        }
        await Task.yield()
        return state.withLock { state in
            state.inFlight -= 1
            state.requestIDs.append(requestID)
            if let trouble = state.troubles.popLast() { return trouble }
            let text = String(decoding: submission.body, as: UTF8.self)
            state.sent.append(text)
            let missing = Self.values(of: "reference", in: text).first { !state.known.contains($0) }
            switch submission.shape {
            case .resource, .transaction:
                let own = Set(Self.values(of: "url", in: text)).union([submission.path])
                if let missing, !own.contains(missing) { return .answered(Self.outcome(422, "reference \(missing)")) }
                if text.contains("bad") { return .answered(Self.outcome(422, "bad value")) }
                state.known.formUnion(own)
                return .answered(Answer(status: 201, body: []))
            case .batch:
                let entries = text.components(separatedBy: #"{"resource":"#).dropFirst().map { entry in
                    let missing = Self.values(of: "reference", in: entry).first { !state.known.contains($0) }
                    if missing == nil, !entry.contains("bad") {
                        state.known.formUnion(Self.values(of: "url", in: entry))
                        return #"{"response":{"status":"201"}}"#
                    }
                    let words = missing.map { "reference \($0)" } ?? "bad value"
                    let outcome = String(decoding: Self.outcome(422, words).body, as: UTF8.self)
                    return #"{"response":{"status":"422","outcome":\#(outcome)}}"#
                }
                let body = #"{"resourceType":"Bundle","entry":[\#(entries.joined(separator: ","))]}"#
                return .answered(Answer(status: 200, body: body.bytes))
            }
        }
    }

    private static func outcome(_ status: Int, _ words: String) -> Answer {
        let issue = #"{"severity":"error","code":"value","diagnostics":"\#(words)"}"#
        return Answer(status: status, body: #"{"resourceType":"OperationOutcome","issue":[\#(issue)]}"#.bytes)
    }

    private static func values(of key: String, in text: String) -> [String] {
        text.components(separatedBy: "\"\(key)\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }
}

@Suite("Loading", .timeLimit(.minutes(1)))
struct LoaderTests {
    private let folder: ScratchFolder
    private let server = FakeServer()

    init() throws {
        folder = try ScratchFolder()
    }

    private func resource(_ id: String, needs: String? = nil, extra: String = "") -> String {
        let reference = needs.map { #","subject":{"reference":"Basic/\#($0)"}"# } ?? ""
        return #"{"resourceType":"Basic","id":"\#(id)"\#(reference)\#(extra)}"#
    }

    private func load(
        concurrency: Int = 4, retries: Int = 2, repeatsUnanswered: Bool = false
    ) async throws -> LoadTally.Snapshot {
        let survey = FileSurvey(FileFinder.find([folder.path]).files, limits: ReadingLimits())
        let tally = LoadTally()
        for (name, error) in survey.failures { tally.fail(.init(label: name, reason: error.description)) }
        let policy = RetryPolicy(retries: retries, repeatsUnanswered: repeatsUnanswered)
        let loader = Loader(
            sender: server, policy: policy, tally: tally, concurrency: concurrency, sleep: { _ in await Task.yield() })
        try await loader.run(LoadPlan(survey.files))
        return tally.snapshot
    }

    @Test("what needs a later file is tried again until all is there, in archives and lines too")
    func chains() async throws {
        try folder.write("a.json", resource("a", needs: "b").bytes)
        try folder.write("b.json", resource("b", needs: "c").bytes)
        let members = [("c.json", resource("c", needs: "l2").bytes), ("d.json", resource("d").bytes)]
        try folder.write("c.tgz", Packing.gzip(Packing.tar(members)))
        try folder.write("l.ndjson.bz2", Packing.bzip2("\(resource("l1", needs: "a"))\n\(resource("l2"))\n".bytes))
        let result = try await load()
        #expect(result.types["Basic"]?.created == 6)
        #expect(result.failures.isEmpty)
        #expect(result.files == 5)
    }

    @Test("steps are finished before the next begins")
    func steps() async throws {
        for number in 0..<20 { try folder.write("1-\(number).json", resource("one\(number)").bytes) }
        for number in 0..<20 { try folder.write("2-\(number).json", resource("two\(number)").bytes) }
        _ = try await load(concurrency: 8)
        let sent = server.state.withLock { $0.sent }
        #expect(sent.prefix(20).allSatisfy { $0.contains("one") })
        #expect(sent.count == 40)
        #expect(server.state.withLock { $0.mostInFlight } <= 8)
    }

    @Test("what is needed only from a later step comes right at the end")
    func laterStep() async throws {
        try folder.write("1-a.json", resource("a", needs: "b").bytes)
        try folder.write("2-b.json", resource("b").bytes)
        let result = try await load()
        #expect(result.resources == 2)
        #expect(result.failures.isEmpty)
    }

    @Test("a reference that stays unresolved fails once, with the server's words, and does not stop the rest")
    func unresolved() async throws {
        try folder.write("a.json", resource("a", needs: "nowhere").bytes)
        try folder.write("b.json", resource("b").bytes)
        let lines = (0..<150).map { resource("l\($0)", needs: $0 == 77 ? "nowhere" : nil) }
        try folder.write("c.ndjson", lines.joined(separator: "\n").bytes)
        let result = try await load()
        #expect(result.types["Basic"]?.created == 150)
        let failed = result.failures.map { "\($0.label.split(separator: "/").last ?? ""): \($0.reason)" }.sorted()
        #expect(failed == ["a.json: 422 reference Basic/nowhere", "c.ndjson, line 78: 422 reference Basic/nowhere"])
    }

    @Test("a single group of lines with a bad one is sent apart")
    func badLine() async throws {
        let lines = (0..<10).map { resource("l\($0)", extra: $0 == 3 ? #","x":"bad""# : "") }
        try folder.write("c.ndjson", lines.joined(separator: "\n").bytes)
        let result = try await load()
        #expect(result.resources == 9)
        #expect(result.failures.map(\.reason) == ["422 bad value"])
    }

    @Test("a lone file with one dangling line still loads its other lines")
    func danglingLine() async throws {
        try folder.write("c.ndjson", "\(resource("a"))\n\(resource("b", needs: "nowhere"))\n".bytes)
        let result = try await load()
        #expect(result.resources == 1)
        #expect(result.failures.map(\.resources) == [1])
    }

    @Test("a PUT without an answer is repeated under the same request id")
    func repeated() async throws {
        try folder.write("a.json", resource("a").bytes)
        server.state.withLock { $0.troubles = [.noAnswer("reset"), .notSent("refused")] }
        let result = try await load()
        #expect(result.resources == 1)
        let ids = server.state.withLock { $0.requestIDs }
        #expect(ids.count == 3)
        #expect(Set(ids).count == 1)
    }

    @Test("a POST without an answer is reported as not known, or repeated on demand", arguments: [false, true])
    func unanswered(isRepeated: Bool) async throws {
        try folder.write("a.json", #"{"resourceType":"Basic"}"#.bytes)
        server.state.withLock { $0.troubles = [.noAnswer("reset")] }
        let result = try await load(repeatsUnanswered: isRepeated)
        #expect(result.resources == (isRepeated ? 1 : 0))
        #expect(result.unknown.map(\.reason) == (isRepeated ? [] : ["reset"]))
        #expect(result.failures.isEmpty)
    }

    @Test("a server that stays out of reach ends the loading")
    func unreachable() async throws {
        for number in 0..<50 { try folder.write("\(number).json", resource("a\(number)").bytes) }
        server.state.withLock { $0.troubles = Array(repeating: .notSent("refused"), count: 500) }
        await #expect(throws: ServerUnreachable(reason: "refused")) { try await load() }
        #expect(server.state.withLock { $0.requestIDs.count } <= 4 * 3)
    }

    @Test("files that are no FHIR are passed over when they were found, and bad ones are named")
    func foreignFiles() async throws {
        try folder.write("package.json", #"{"name":"x"}"#.bytes)
        try folder.write("broken.json", #"{"resourceType":"#.bytes)
        try folder.write("short.json.gz", Array(Packing.gzip(resource("a").bytes).dropLast(3)))
        try folder.write("fine.json", resource("b").bytes)
        let result = try await load()
        #expect(result.passedOver.count == 1)
        #expect(result.failures.count == 2)
        #expect(result.resources == 1)
    }
}

import Foundation
import Testing

@testable import mediconnect

@Suite("What is sent how")
struct PreparationTests {
    private func unit(_ text: String) -> LoadUnit {
        LoadUnit(address: UnitAddress(file: 0), label: "a", content: .document(text.bytes), isNamed: true)
    }

    private func lines(_ lines: [String]) -> LoadUnit {
        let content = lines.enumerated().map { LoadUnit.Line(number: $0.offset + 1, bytes: $0.element.bytes) }
        return LoadUnit(address: UnitAddress(file: 0), label: "a", content: .lines(content), isNamed: true)
    }

    private func body(_ submission: Submission?) -> String {
        String(decoding: submission?.body ?? [], as: UTF8.self)
    }

    @Test("a resource with an id is put to it, one without is posted to its type")
    func resources() throws {
        let put = try #require(try Preparation(unit(#"{"resourceType":"Patient","id":"a.1-B"}"#)).submission)
        #expect(put.method == .put)
        #expect(put.path == "Patient/a.1-B")
        #expect(put.isRepeatable)
        let post = try #require(try Preparation(unit(#"{"resourceType":"Patient"}"#)).submission)
        #expect(post.method == .post)
        #expect(post.path == "Patient")
        #expect(!post.isRepeatable)
    }

    @Test("bytes are sent as they are, decimals and white space included")
    func bytesStay() throws {
        let text = #"{ "resourceType":"Observation", "id":"x", "valueQuantity" : {"value":1.500e0} }"#
        #expect(body(try Preparation(unit("\u{FEFF}\n" + text + "\n")).submission) == text)
    }

    @Test("a transaction goes whole; repeating it is safe only when each entry says how to find what it made")
    func transactions() throws {
        let head = #"{"resourceType":"Bundle","type":"transaction","entry":["#
        let put = #"{"resource":{"resourceType":"Patient","id":"1"},"request":{"method":"PUT","url":"Patient/1"}}"#
        let post = #"{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}"#
        let conditional =
            #"{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient","ifNoneExist":"a=b"}}"#
        for (entries, isRepeatable) in [([put, conditional], true), ([put, post], false)] {
            let text = head + entries.joined(separator: ",") + "]}"
            let submission = try #require(try Preparation(unit(text)).submission)
            #expect(submission.path == "")
            #expect(submission.shape == .transaction)
            #expect(submission.isRepeatable == isRepeatable)
            #expect(submission.items.map(\.type) == ["Patient", "Patient"])
            #expect(body(submission) == text)
        }
    }

    @Test("of a batch only the entries that are still wanted are sent again")
    func batches() throws {
        let entries = (0..<3).map {
            #"{"resource":{"resourceType":"Basic"},"request":{"method":"PUT","url":"Basic/\#($0)"}}"#
        }
        let text = #"{"resourceType":"Bundle","type":"batch","entry":["# + entries.joined(separator: ", ") + "]}"
        #expect(body(try Preparation(unit(text)).submission) == text)
        let again = try #require(try Preparation(unit(text), only: [1]).submission)
        #expect(body(again) == #"{"resourceType":"Bundle","type":"batch","entry":["# + entries[1] + "]}")
        #expect(again.items.map(\.position) == [1])
    }

    @Test("a collection becomes a transaction, and a batch when its entries are sent apart")
    func collections() throws {
        let resources = [#"{"resourceType":"Patient","id":"1"}"#, #"{"resourceType":"Basic"}"#]
        let text =
            #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":\#(resources[0])},"#
            + #"{"fullUrl":"http://x/y","resource":\#(resources[1])},{"search":{"mode":"outcome"}},{}]}"#
        let together = try Preparation(unit(text))
        #expect(
            body(together.submission) == #"{"resourceType":"Bundle","type":"transaction","entry":["#
                + #"{"resource":\#(resources[0]),"request":{"method":"PUT","url":"Patient/1"}},"#
                + #"{"fullUrl":"http://x/y","resource":\#(resources[1]),"request":{"method":"POST","url":"Basic"}}]}"#)
        #expect(together.submission?.canBeSentApart == true)
        #expect(together.rejected == [.part(position: 3, isLine: false, reason: "has no resource")])
        #expect(try Preparation(unit(text), apart: true).submission?.shape == .batch)
        let linked = text.replacingOccurrences(of: "http://x/y", with: "urn:uuid:1")
        #expect(try Preparation(unit(linked), apart: true).submission?.shape == .transaction)
    }

    @Test("a document is kept as one; a history or an answer is refused")
    func otherBundles() throws {
        let document = #"{"resourceType":"Bundle","type":"document","id":"d","entry":[]}"#
        #expect(try Preparation(unit(document)).submission?.path == "Bundle/d")
        for type in ["history", "batch-response", "transaction-response"] {
            #expect(throws: ContentError.unsuitableBundle(type)) {
                try Preparation(unit(#"{"resourceType":"Bundle","type":"\#(type)"}"#))
            }
        }
        #expect(throws: ContentError.bundleWithoutType) { try Preparation(unit(#"{"resourceType":"Bundle"}"#)) }
        #expect(throws: ContentError.noResource) { try Preparation(unit(#"{"name":"package"}"#)) }
        #expect(throws: ContentError.unusableID("a/b")) {
            try Preparation(unit(#"{"resourceType":"Patient","id":"a/b"}"#))
        }
    }

    @Test("a bad line does not keep the others of its group from being sent")
    func badLines() throws {
        let prepared = try Preparation(
            lines([#"{"resourceType":"Patient","id":"1"}"#, "{oops", "{}", #"{"resourceType":"Patient","id":"2"}"#]))
        #expect(prepared.submission?.items.map(\.position) == [1, 4])
        #expect(prepared.rejected.count == 2)
        #expect(prepared.rejected.last?.description.hasPrefix("line 3 is no FHIR resource") == true)
        #expect(try Preparation(lines(["{}"])).submission == nil)
    }
}

@Suite("When a request is repeated")
struct RetryTests {
    private enum Outcome: Equatable {
        case wait, answered(Int), unreachable, unanswered
    }

    private func decide(
        _ attempt: RetryPolicy.Attempt, number: Int = 0, isRepeatable: Bool, policy: RetryPolicy = .init(retries: 3)
    ) -> Outcome {
        switch policy.decide(attempt, number: number, isRepeatable: isRepeatable, jitter: 1) {
        case .wait: .wait
        case .finish(.answered(let answer)): .answered(answer.status)
        case .finish(.unreachable): .unreachable
        case .finish(.unanswered): .unanswered
        }
    }

    private func answer(_ status: Int, _ body: String = "") -> RetryPolicy.Attempt {
        .answered(Answer(status: status, body: body.bytes))
    }

    @Test("what did not reach the server is repeated, however often that is allowed")
    func notSent() {
        #expect(decide(.notSent(""), isRepeatable: false) == .wait)
        #expect(decide(.notSent(""), number: 3, isRepeatable: false) == .unreachable)
    }

    @Test("what got no answer is repeated only where that does no harm, or where the user says so")
    func unanswered() {
        #expect(decide(.noAnswer(""), isRepeatable: true) == .wait)
        #expect(decide(.noAnswer(""), number: 3, isRepeatable: true) == .unanswered)
        #expect(decide(.noAnswer(""), isRepeatable: false) == .unanswered)
        let policy = RetryPolicy(retries: 3, repeatsUnanswered: true)
        #expect(decide(.noAnswer(""), isRepeatable: false, policy: policy) == .wait)
    }

    @Test("a server that puts off is asked again; a gateway's answer leaves open what was done")
    func statuses() {
        let outcome = #"{"resourceType":"OperationOutcome"}"#
        #expect(decide(answer(429), isRepeatable: false) == .wait)
        #expect(decide(answer(503, outcome), isRepeatable: false) == .wait)
        #expect(decide(answer(503, outcome), number: 3, isRepeatable: false) == .answered(503))
        #expect(decide(answer(503), isRepeatable: false) == .unanswered)
        for status in [502, 503, 504] {
            #expect(decide(answer(status), isRepeatable: true) == .wait)
            #expect(decide(answer(status), isRepeatable: false) == .unanswered)
        }
        for status in [200, 201, 400, 404, 409, 412, 422, 500] {
            #expect(decide(answer(status), isRepeatable: true) == .answered(status))
        }
    }

    @Test("pauses double up to a limit, and the server's own wish goes before")
    func pauses() {
        func pause(_ number: Int, retryAfter: Duration? = nil) -> Duration? {
            let attempt = RetryPolicy.Attempt.answered(Answer(status: 429, retryAfter: retryAfter, body: []))
            let decision = RetryPolicy(retries: 99).decide(attempt, number: number, isRepeatable: true, jitter: 1)
            guard case .wait(let duration) = decision else { return nil }
            return duration
        }
        #expect(pause(0) == .milliseconds(250))
        #expect(pause(3) == .seconds(2))
        #expect(pause(50) == .seconds(30))
        #expect(pause(0, retryAfter: .seconds(7)) == .seconds(7))
        #expect(pause(0, retryAfter: .seconds(7000)) == .seconds(120))
    }

    @Test("Retry-After is seconds or a date")
    func retryAfter() {
        let now = Date(timeIntervalSince1970: 784_111_777)
        #expect(RetryAfter.duration("17", now: now) == .seconds(17))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:50:07 GMT", now: now) == .seconds(30))
        #expect(RetryAfter.duration("Sun, 06 Nov 1994 08:00:00 GMT", now: now) == .zero)
        #expect(RetryAfter.duration("soon", now: now) == nil)
    }

    @Test("a base URL is http or https and carries no more than a path")
    func baseURLs() {
        #expect(BaseURL("http://127.0.0.1:8080/fhir/")?.url("Patient/1") == "http://127.0.0.1:8080/fhir/Patient/1")
        #expect(BaseURL("https://h")?.url("") == "https://h")
        for text in ["", "fhir", "ftp://h/fhir", "http://", "http://h/fhir?a=b", "http://u:p@h/fhir", "http://h/#x"] {
            #expect(BaseURL(text) == nil, "\(text)")
        }
    }

    @Test("request ids are random UUIDs")
    func requestIDs() {
        let ids = (0..<100).map { _ in RequestID.make() }
        #expect(Set(ids).count == 100)
        for id in ids { #expect(UUID(uuidString: id) != nil && id.dropFirst(14).first == "4") }
    }
}

@Suite("What an answer means")
struct AnswerTests {
    private func submission(_ methods: [Submission.Method], shape: Submission.Shape = .batch) -> Submission {
        let items = methods.enumerated().map {
            Submission.Item(position: $0.offset, type: "Patient", method: $0.element)
        }
        return Submission(body: [], shape: shape, items: items, isRepeatable: true)
    }

    @Test("each entry of a batch has its own result")
    func batch() {
        let body = """
            {"resourceType":"Bundle","entry":[
            {"response":{"status":"201 Created"}},{"response":{"status":"200"}},{"response":{"status":"200 OK"}},
            {"response":{"status":"204"}},{"response":{"status":"200"}},
            {"response":{"status":"422","outcome":{"resourceType":"OperationOutcome","issue":[
            {"severity":"warning","code":"informational","diagnostics":"hm"},
            {"severity":"error","code":"value","diagnostics":"no date","expression":["Patient.birthDate"]}]}}}]}
            """
        let answer = Answer(status: 200, body: body.bytes)
        let results = answer.results(for: submission([.post, .post, .put, .delete, .get, .put])).map(\.result)
        #expect(
            results == [
                .created, .existed, .updated, .deleted, .nothing,
                .failed(Problem(status: 422, diagnostics: "no date", expression: "Patient.birthDate")),
            ])
    }

    @Test("an answer that does not fit what was sent is no success")
    func mismatch() {
        let answer = Answer(status: 200, body: #"{"resourceType":"Bundle","entry":[{}]}"#.bytes)
        for (_, result) in answer.results(for: submission([.put, .put])) {
            guard case .failed = result else {
                Issue.record("counted as done")
                continue
            }
        }
        let empty = Answer(status: 200, body: [])
        #expect(empty.results(for: submission([.put], shape: .transaction)).map(\.result) == [.updated])
        #expect(empty.results(for: submission([.put])).map(\.result) != [.updated])
    }

    @Test(
        "references that lead nowhere are told from other mistakes",
        arguments: [
            (404, "not-found", "anything", true), (412, "processing", "No match for Practitioner?identifier=a|b", true),
            (422, "invalid", "The reference Patient/1 leads nowhere", true),
            (400, "value", "Resource Patient/1 not found", true),
            (422, "value", "birthDate is no date", false), (500, "exception", "reference not found", false),
        ])
    func unresolved(status: Int, code: String, words: String, expected: Bool) {
        let body = """
            {"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"\(code)","diagnostics":"\(words)"}]}
            """
        #expect(Answer(status: status, body: body.bytes).problem.isUnresolvedReference == expected)
    }

    @Test("an answer that is no FHIR is quoted")
    func foreign() {
        let answer = Answer(status: 405, body: "<html>\n  not\there</html>".bytes)
        #expect(answer.problem.description == "405 <html> not here</html>")
        #expect(Answer(status: 500, body: []).problem.description == "500 no reason given")
    }
}

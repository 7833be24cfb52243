import Exchange
import FHIR
import HTTPTypes
import NIOHTTP1
import Store

/// What an operator asks: is it alive, is it ready, how does it do.
struct OperationsService: Sendable {
    let store: Store
    let metrics: ServerMetrics
    let searchParameters: SearchParameterRegistry
    let messages: MessageService
    let messageLog: MessageLogService
    /// What `/benchmark/memory` answers; nil: there is no such route.
    let benchmarkBody: [UInt8]?

    func respond(to call: HTTPCall) async -> Answer {
        if call.path == "/hl7v2" { return await offloaded { await message(call) } }
        if call.path.hasPrefix("/messages"), let answer = await offloaded({ await messageLog.respond(to: call) }) {
            return answer
        }
        guard call.method == .GET || call.method == .HEAD else {
            var answer = outcome(.methodNotAllowed, .notSupported, "\(call.method.rawValue) is not supported here.")
            answer.headers[.allow] = "GET, HEAD"
            return answer
        }
        switch call.path {
        case "/health/live": return Answer(status: .ok, text: "alive\n")
        case "/health/ready": return await ready()
        case "/metrics":
            return Answer(
                status: .ok, text: metrics.exposition(store.statistics) + (await searchParameters.exposition()),
                contentType: "text/plain; version=0.0.4; charset=utf-8")
        case "/benchmark/memory" where benchmarkBody != nil:
            return Answer(status: .ok, fhir: benchmarkBody ?? [])
        case "/":
            return Answer(
                status: .ok,
                text: """
                    MediConnect

                    FHIR R4     \(BaseURL.path) (what it can do: \(BaseURL.path)/metadata)
                    HL7 v2      POST /hl7v2, and MLLP
                    Messages    /messages (what came in, and what became of it)
                    Health      /health/live, /health/ready
                    Metrics     /metrics

                    """)
        default:
            return outcome(
                .notFound, .notFound, "There is nothing at \(call.path); the FHIR API is at \(BaseURL.path).")
        }
    }

    /// An HL7 v2 message over HTTP: the same way as over MLLP, and the acknowledgement with 200, whatever it says.
    private func message(_ call: HTTPCall) async -> Answer {
        guard call.method == .POST else {
            var answer = outcome(.methodNotAllowed, .notSupported, "Send HL7 v2 messages by POST to /hl7v2.")
            answer.headers[.allow] = "POST"
            return answer
        }
        let content = ContentType(call.headers[.contentType])
        guard ["application/hl7-v2", "x-application/hl7-v2+er7"].contains(content.essence) else {
            return outcome(
                .unsupportedMediaType, .notSupported,
                "\(content.text.isEmpty ? "No content type" : content.text) is not taken here; send application/hl7-v2."
            )
        }
        switch call.body {
        case .failure(let problem):
            return Answer(status: .init(code: problem.status), fhir: OperationOutcome(problem.issue).json())
        case .success(let body):
            let answer = await messages.acknowledge(Array(body.readableBytesView), from: call.remoteAddress)
            return Answer(
                status: .ok, headers: [.contentType: "\(content.essence)"], body: answer)
        }
    }

    private func ready() async -> Answer {
        do {
            try await store.ping()
            return Answer(status: .ok, text: "ready\n")
        } catch {
            let reason = Problem(error).issues.first?.diagnostics ?? "The database does not answer."
            return Answer(status: .serviceUnavailable, text: "not ready: \(reason)\n")
        }
    }

    private func outcome(_ status: HTTPResponse.Status, _ code: IssueType, _ text: String) -> Answer {
        Answer(status: status, fhir: OperationOutcome(Issue(code, text)).json())
    }
}

import Exchange
import FHIR
import HTTPTypes
import NIOCore
import NIOHTTP1
import Store

extension FHIRService {
    /// An entry that reads, answered as it would be by itself: whatever the server answers it answers in bundles, too.
    func respond(to read: EntryRead, at place: String, of bundle: FHIRRequest) async -> EntryOutcome {
        do {
            let call = HTTPCall(read, within: bundle.call)
            let route = try await route(call, of: bundle)
            let request = FHIRRequest(call, base: bundle.base)
            do {
                return .answered(EntryAnswer(try await perform(route, request), to: read))
            } catch {
                try await note(error, of: route, request)
                throw error
            }
        } catch let problem as Problem {
            return .failed(problem.inside(place))
        } catch {
            return .answered(EntryAnswer(Answer(failure: error, logger: logger), to: read))
        }
    }

    /// What leads nowhere is noted as part of the bundle.
    private func route(_ call: HTTPCall, of bundle: FHIRRequest) async throws -> FHIRRoute {
        do throws(Problem) {
            let route = try FHIRRoute(call.method, path: call.path.dropFirst())
            guard route != .bundle, route != .options else {
                throw Problem(.invalid, .notSupported, "A bundle cannot hold another transaction or batch.")
            }
            if case .jobFile = route {
                throw Problem(.invalid, .notSupported, "The file of a job is fetched by itself, not in a bundle.")
            }
            return route
        } catch {
            try await exchange.note(
                .batch, status: error.status, origin: bundle.origin, detail: error.issues.first?.diagnostics)
            throw error
        }
    }
}

extension HTTPCall {
    /// What an entry asks for, as a request of its own by the same client.
    fileprivate init(_ read: EntryRead, within outer: HTTPCall) {
        var headers = HTTPHeaders()
        for (name, value) in outer.headers.fields where Self.kept.contains(name.lowercased()) {
            headers.add(name: name, value: value)
        }
        headers.add(name: "Accept", value: "application/fhir+json")
        headers.add(name: "Content-Type", value: "application/fhir+json")
        if let tag = read.ifNoneMatch { headers.add(name: "If-None-Match", value: tag) }
        if let since = read.ifModifiedSince.flatMap({ DateRange(fhir: $0) }) {
            headers.add(name: "If-Modified-Since", value: Instant.formatHTTPDate(microseconds: since.lower))
        }
        let body = read.resource.map { ByteBuffer(bytes: $0.document.bytes[$0.sourceRange]) } ?? ByteBuffer()
        self.init(
            HTTPRequestHead(
                version: .http1_1, method: HTTPMethod(rawValue: read.method.rawValue), uri: "/" + read.url,
                headers: headers), remoteAddress: outer.remoteAddress, body: .success(body), client: outer.client)
    }

    /// Who asks, by what name, and how strictly.
    private static let kept: Set<String> = ["authorization", "x-request-id", "prefer"]
}

extension Answer {
    /// Where to ask what became of what was taken on.
    fileprivate var acceptedAt: String? { status == .accepted ? headers[.contentLocation] : nil }
}

extension EntryAnswer {
    fileprivate init(_ answer: Answer, to read: EntryRead) {
        self.init(
            status: answer.status.code, etag: answer.headers[.eTag],
            lastModified: answer.headers[.lastModified].flatMap(Instant.parseHTTPDate),
            location: answer.headers[.location] ?? answer.acceptedAt, body: read.method == .head ? [] : answer.body)
    }
}

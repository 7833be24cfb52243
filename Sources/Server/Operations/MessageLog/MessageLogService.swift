import Access
import Exchange
import FHIR
import HTTPTypes
import Logging
import NIOHTTP1
import Store

/// The message log for the person who is called when something did not arrive: `/messages`, in JSON. Messages hold
/// patients' data, so each look and each replay leaves an audit entry, like reads and searches of the record.
struct MessageLogService: Sendable {
    let messages: MessageService

    private var exchange: Exchange { messages.exchange }

    /// Nil where the path is none of the log's.
    func respond(to call: HTTPCall) async -> Answer? {
        guard call.path == "/messages" || call.path.hasPrefix("/messages/") else { return nil }
        let origin = Origin(
            principal: Principal.loopbackDevelopment.id, channel: .console, remoteAddress: call.remoteAddress,
            requestID: call.requestID)
        guard let route = MessageLogRoute(call.path) else {
            return failure(
                Problem(
                    .notFound, .notFound,
                    "There is nothing at \(call.path); there are /messages, /messages/N, /messages/N/raw and, by POST, "
                        + "/messages/N/replay."))
        }
        guard call.method == route.method || (call.method == .HEAD && route.method == .GET) else {
            var answer = failure(
                Problem(.methodNotAllowed, .notSupported, "\(call.method.rawValue) is not supported here."))
            answer.headers[.allow] = route.method == .GET ? "GET, HEAD" : "POST"
            return answer
        }
        let asked = "\(call.method.rawValue) \(call.path)" + (call.query.isEmpty ? "" : "?\(call.query)")
        do {
            return try await perform(route, call, asked, origin)
        } catch {
            return await refusal(error, asked, origin)
        }
    }

    private func perform(
        _ route: MessageLogRoute, _ call: HTTPCall, _ asked: String, _ origin: Origin
    ) async throws -> Answer {
        switch route {
        case .list: return try await list(call, asked, origin)
        case .one(let number):
            let stored = try await find(number)
            try await note(asked, stored, origin)
            let settings = messages.settings(for: stored.raw)
            return Answer(json: stored.json(characters: settings.defaults.characters))
        case .raw(let number):
            let stored = try await find(number)
            try await note(asked, stored, origin)
            return Answer(status: .ok, headers: [.contentType: "application/hl7-v2"], body: stored.raw)
        case .replay(let number): return try await replay(number, call, asked, origin)
        }
    }

    // MARK: Looking

    private func list(_ call: HTTPCall, _ asked: String, _ origin: Origin) async throws -> Answer {
        var query = try MessageLogQuery(SearchQuery(query: call.query))
        if let patient = query.patient {
            query.restrict(toPatients: try await patients(patient, origin))
        }
        var search = query.search
        search.count += 1
        let found = try await exchange.messages(search)
        try await exchange.note(.operation, status: 200, query: asked, origin: origin)
        let page = found.prefix(query.search.count)
        var next: String?
        if found.count > page.count, let last = page.last {
            let before = SearchQuery.Parameter(name: "before", value: "\(last.number)")
            next = "/messages?" + SearchQuery.encoded(query.filters + [before])
        }
        return Answer(json: MessageSummary.json(page, next: next))
    }

    /// The ids of the patients that are meant: an id is itself, `system|value` is looked for.
    private func patients(_ text: String, _ origin: Origin) async throws -> [String] {
        guard text.contains("|") else { return [text] }
        let search = SearchQuery([.init(name: "identifier", value: text), .init(name: "_count", value: "100")])
        return try await exchange.search(.type(.patient), search, origin: origin).matches.map(\.id)
    }

    private func find(_ number: Int64) async throws -> StoredMessage {
        guard let stored = try await exchange.message(number) else {
            throw Problem(.notFound, .notFound, "There is no message \(number) in the log.")
        }
        return stored
    }

    private func note(_ asked: String, _ stored: StoredMessage, status: Int = 200, _ origin: Origin) async throws {
        let patient = stored.summary.patient
        try await exchange.note(
            .operation, status: status, type: patient.map { _ in .patient }, id: patient, query: asked, origin: origin)
    }

    // MARK: Replaying

    private func replay(_ number: Int64, _ call: HTTPCall, _ asked: String, _ origin: Origin) async throws -> Answer {
        let stored = try await find(number)
        guard stored.isWhole else {
            throw Problem(
                .conflict, .tooLong,
                "Message \(number) was too large and only its beginning was kept; its sender has to send it again.")
        }
        let wasDone = stored.summary.isDone
        if !wasDone { try await messages.replay(stored, from: call.remoteAddress) }
        // What was repeated by its sender meanwhile is a message of its own, and this one is as it was.
        let now = wasDone ? stored : try await find(number)
        try await note(asked, now, origin)
        return Answer(json: now.replayJSON(before: stored.summary.outcome, wasDone: wasDone))
    }

    // MARK: Refusing

    /// What was refused is noted as well; while the database is away nothing can be, and the answer says so.
    private func refusal(_ error: any Error, _ asked: String, _ origin: Origin) async -> Answer {
        let problem = (error as? StoreError).map(Problem.init) ?? error as? Problem
        if let problem, problem.kind != .unavailable {
            do {
                try await exchange.note(
                    .operation, status: problem.status, query: asked, origin: origin,
                    detail: problem.issues.first?.diagnostics)
            } catch {
                return failure(error)
            }
        }
        return failure(problem ?? error)
    }

    private func failure(_ error: any Error) -> Answer {
        Answer(failure: error, logger: messages.logger)
    }
}

extension Answer {
    fileprivate init(json bytes: [UInt8]) {
        self.init(status: .ok, headers: [.contentType: "application/json; charset=utf-8"], body: bytes)
    }
}

extension MessageSummary {
    /// It is in the record.
    var isDone: Bool { outcome == .applied || outcome == .warned }
}

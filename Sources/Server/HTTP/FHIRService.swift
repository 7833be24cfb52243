import Access
import Exchange
import FHIR
import HTTPTypes
import Logging
import NIOHTTP1
import Store

/// The FHIR API: takes a request apart, has the interaction done, and renders what came of it. Each interaction has a
/// file of its own under `Interactions/`.
struct FHIRService: Sendable {
    let exchange: Exchange
    let configuration: ServerConfiguration
    let validation: Validation
    let base: BaseURL
    let metrics: ServerMetrics
    let logger: Logger
    let statements = CapabilityStatements()
    let openAPIs = OpenAPIDocuments()
    let jobs: JobQueue
    /// Microseconds since 1970 UTC.
    let clock: @Sendable () -> Int64

    /// Every request is answered; what cannot be done is told by an OperationOutcome.
    ///
    /// - Parameters:
    ///   - path: what follows the FHIR base.
    ///   - known: the base as the client sees it, where it is known; made of the headers otherwise.
    func respond(to call: HTTPCall, path: Substring, base known: String? = nil) async -> Answer {
        let started = clock()
        var label = "unknown"
        var response: Answer
        do {
            let route = try FHIRRoute(call.method, path: path)
            label = route.label
            let request = FHIRRequest(call, base: known ?? base.base(call.headers))
            do {
                response = try await work(route, request)
            } catch {
                try await note(error, of: route, request)
                throw error
            }
        } catch {
            response = Answer(failure: error, logger: logger)
            if response.status == .methodNotAllowed { response.headers[.allow] = allowed(path) }
        }
        render(&response, call)
        if let id = call.requestID { response.headers[.requestID] = id }
        metrics.count(interaction: label, status: response.status.code, microseconds: clock() - started)
        return response
    }

    /// What is brief is done on the event loop; what may take long and changes nothing ends when nobody waits for it.
    private func work(_ route: FHIRRoute, _ request: FHIRRequest) async throws -> Answer {
        if route.mayBeDeferred(request.call.method), request.prefersAsync {
            try admit(route, request)
            return try await offloaded { try await deferred(route, request) }
        }
        if route.isBrief, request.call.isSmall { return try await perform(route, request) }
        if route.onlyReads { return try await request.call.client.during { try await perform(route, request) } }
        return try await offloaded { try await perform(route, request) }
    }

    private func admit(_ route: FHIRRoute, _ request: FHIRRequest) throws {
        if let (kind, type) = route.access, let refusal = permission(kind, type) { throw refusal }
        try request.requireFormat(for: route)
        try request.requirePretty()
    }

    func perform(_ route: FHIRRoute, _ request: FHIRRequest) async throws -> Answer {
        try admit(route, request)
        // Before anything is read or written: what cannot be told is refused.
        if let type = route.toldType { _ = try request.view(of: type) }
        switch route {
        case .options: return Answer(status: .noContent)
        case .capabilities: return try await capabilities(request)
        case .bundle: return try await bundle(request)
        case .create(let type): return try await create(type, request)
        case .search(let scope, let isForm): return try await search(scope, isForm: isForm, request)
        case .read(let type, let id): return try await read(type, id, request)
        case .vread(let type, let id, let version): return try await vread(type, id, version, request)
        case .update(let type, let id): return try await update(type, .id(id), request)
        case .patch(let type, let id): return try await patch(type, .id(id), request)
        case .delete(let type, let id): return try await delete(type, .id(id), request)
        case .conditionalUpdate(let type): return try await update(type, request.criteria, request)
        case .conditionalPatch(let type): return try await patch(type, request.criteria, request)
        case .conditionalDelete(let type): return try await delete(type, request.criteria, request)
        case .historyInstance(let type, let id): return try await historyInstance(type, id, request)
        case .historyType(let type): return try await historyType(type, request)
        case .historySystem: return try await historySystem(request)
        case .operation(let operation, let type, let id):
            return try await operation.perform(
                self,
                OperationCall(operation: operation, type: type, id: id, request: request, configuration: configuration))
        case .job(let id): return try await job(id, request)
        case .jobFile(let id, let number): return try await jobFile(id, number, request)
        case .removeJob(let id): return try await removeJob(id, request)
        case .openAPI: return try await openAPI(request)
        }
    }

    /// What was refused before the exchange saw it is an interaction too. While the database is away nothing can be
    /// noted, and the answer says so.
    func note(_ error: any Error, of route: FHIRRoute, _ request: FHIRRequest) async throws {
        guard let kind = route.audited else { return }
        let status: Int
        let reason: String?
        switch error {
        case let problem as Problem where problem.isNoted || problem.kind == .unavailable: return
        case let problem as Problem: (status, reason) = (problem.status, problem.issues.first?.diagnostics)
        case let problem as HTTPProblem: (status, reason) = (problem.status, problem.issue.diagnostics)
        default: (status, reason) = (500, nil)
        }
        let query: String? =
            switch route {
            case .operation(let operation, _, _): "$\(operation.name)"
            default: kind == .searchType || kind == .searchSystem ? exchange.noted(request.query) : nil
            }
        try await exchange.note(
            kind, status: status, type: route.access?.1, id: route.id, query: query, origin: request.origin,
            detail: reason)
    }

    /// The methods that a place has (RFC 9110 §15.5.6).
    private func allowed(_ path: Substring) -> String {
        let methods: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS]
        return methods.filter { method in
            guard let route = try? FHIRRoute(method, path: path) else { return false }
            return route.access.map { permission($0, $1) == nil } ?? true
        }
        .map(\.rawValue).joined(separator: ", ")
    }

    /// Who asks may do this, or a problem that says why not.
    func permission(_ kind: AuditInteraction, _ type: ResourceType?) -> Problem? {
        guard let interaction = Interaction(rawValue: kind.code) else { return nil }
        return Access.decide(.loopbackDevelopment, interaction, type: type).refusal.map { refusal in
            switch refusal.code {
            case .notSupported: Problem(.methodNotAllowed, .notSupported, refusal.reason)
            case .notAuthenticated: Problem(.unauthenticated, .login, refusal.reason)
            case .forbidden: Problem(.forbidden, .forbidden, refusal.reason)
            }
        }
    }
}

extension HTTPCall {
    /// Read, checked and taken apart in less than a millisecond.
    fileprivate var isSmall: Bool {
        switch body {
        case .success(let body): body.readableBytes <= 64 * 1024 && headers[.contentEncoding] == nil
        case .failure: true
        }
    }
}

extension FHIRRoute {
    /// What the audit and access call it; nil where nothing of the record is touched.
    var access: (AuditInteraction, ResourceType?)? {
        switch self {
        case .options, .capabilities, .bundle, .job, .jobFile, .removeJob, .openAPI: nil
        case .create(let type): (.create, type)
        case .search(let scope, _): (scope.interaction, scope.type)
        case .read(let type, _): (.read, type)
        case .vread(let type, _, _): (.vread, type)
        case .update(let type, _), .conditionalUpdate(let type): (.update, type)
        case .patch(let type, _), .conditionalPatch(let type): (.patch, type)
        case .delete(let type, _), .conditionalDelete(let type): (.delete, type)
        case .historyInstance(let type, _): (.historyInstance, type)
        case .historyType(let type): (.historyType, type)
        case .historySystem: (.historySystem, nil)
        case .operation(_, let type, _): (.operation, type)
        }
    }

    /// What a refusal is noted as; nil where there is nothing to note.
    var audited: AuditInteraction? {
        switch self {
        case .options: nil
        case .capabilities: .capabilities
        case .bundle: .transaction
        default: access?.0
        }
    }

    /// Whether the answer is neither JSON nor XML of FHIR, whatever is asked for.
    var hasOwnFormat: Bool {
        switch self {
        case .jobFile, .openAPI: true
        default: false
        }
    }

    /// Whether the answer may be the bytes of a Binary.
    var readsBinary: Bool {
        switch self {
        case .read(.binary, _), .vread(.binary, _, _): true
        default: false
        }
    }

    /// The type of the one resource that the answer tells; nil where it tells several or something else.
    var toldType: ResourceType? {
        switch self {
        case .create(let type), .read(let type, _), .vread(let type, _, _), .update(let type, _), .patch(let type, _),
            .conditionalUpdate(let type), .conditionalPatch(let type):
            type
        default: nil
        }
    }

    var id: String? {
        switch self {
        case .read(_, let id), .vread(_, let id, _), .update(_, let id), .patch(_, let id), .delete(_, let id),
            .historyInstance(_, let id):
            id
        case .operation(_, _, let id): id
        default: nil
        }
    }

    /// Its cost is that of one resource: such an interaction may run on the event loop.
    var isBrief: Bool {
        switch self {
        case .read, .vread, .create, .update, .patch, .delete, .options, .conditionalUpdate, .conditionalPatch: true
        case .capabilities, .bundle, .search, .historyInstance, .historyType, .historySystem, .operation, .job,
            .jobFile, .removeJob, .openAPI, .conditionalDelete:
            false
        }
    }

    /// Its answer may be fetched later.
    func mayBeDeferred(_ method: HTTPMethod) -> Bool {
        switch self {
        case .search, .historyInstance, .historyType, .historySystem: true
        // An export is answered in the background in a way of its own.
        case .operation(let operation, _, _):
            !operation.affectsState && operation.name != ExportOperations.name && method != .POST
        default: false
        }
    }

    /// It may look at much of the record and changes nothing.
    var onlyReads: Bool {
        switch self {
        case .search, .historyInstance, .historyType, .historySystem: true
        case .operation(let operation, _, _): !operation.affectsState
        default: false
        }
    }

    /// The name by which metrics know it.
    var label: String {
        switch self {
        case .options: "options"
        case .capabilities: "capabilities"
        case .bundle: "bundle"
        case .openAPI: "openapi"
        case .job, .removeJob: "job"
        case .jobFile: "job-file"
        default: access?.0.code ?? "unknown"
        }
    }
}

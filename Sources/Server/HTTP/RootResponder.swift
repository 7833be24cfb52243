import HTTPTypes
import Hummingbird

/// The first look at a request: which part of the server it is for. Adds what every answer carries.
struct RootResponder: HTTPResponder {
    typealias Context = ServerContext

    let fhir: FHIRService
    let operations: OperationsService
    /// Origins that browsers may call from; `*` for all.
    let origins: Set<String>

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let path = request.uri.path
        var answer: Answer
        if path.utf8.elementsEqual(BaseURL.path.utf8) || path.hasPrefix(BaseURL.path + "/") {
            answer = await fhir.respond(to: request, context: context, path: path.dropFirst(BaseURL.path.count))
        } else {
            answer = await operations.respond(to: request, path: path)
        }
        allow(request, &answer)
        answer.compress(accepted: request.headers[.acceptEncoding])
        return answer.response(isHead: request.method == .head)
    }

    /// Cross-origin requests (Fetch §3.2), so that browser applications can call the API.
    private func allow(_ request: Request, _ answer: inout Answer) {
        guard let origin = request.headers[.origin] else { return }
        if origins.contains("*") {
            answer.headers[.accessControlAllowOrigin] = "*"
        } else if origins.contains(origin) {
            answer.headers[.accessControlAllowOrigin] = origin
            answer.headers[.vary] = "Origin"
        } else {
            return
        }
        answer.headers[.accessControlExposeHeaders] = "Content-Location, ETag, Last-Modified, Location, X-Request-Id"
        guard request.method == .options else { return }
        answer.headers[.accessControlAllowMethods] = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
        answer.headers[.accessControlAllowHeaders] =
            "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, "
            + "X-Request-Id"
        answer.headers[.accessControlMaxAge] = "600"
    }
}

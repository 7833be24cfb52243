import HTTPTypes

/// The first look at a request: which part of the server it is for. Adds what every answer carries.
struct RootResponder: Sendable {
    let fhir: FHIRService
    let operations: OperationsService
    /// Origins that browsers may call from; `*` for all.
    let origins: Set<String>

    func respond(to call: HTTPCall) async -> Answer {
        var answer: Answer
        if let path = Self.belowBase(call.path) {
            answer = await fhir.respond(to: call, path: path)
        } else {
            answer = await operations.respond(to: call)
        }
        allow(call, &answer)
        answer = await answer.compressed(accepted: call.headers[.acceptEncoding])
        answer.isHeadOnly = call.method == .HEAD
        return answer
    }

    /// What follows the FHIR base; nil for what is elsewhere.
    private static func belowBase(_ path: String) -> Substring? {
        guard path.utf8.starts(with: BaseURL.path.utf8) else { return nil }
        let rest = path.utf8.dropFirst(BaseURL.path.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") ? Substring(rest) : nil
    }

    /// Cross-origin requests (Fetch §3.2), so that browser applications can call the API.
    private func allow(_ call: HTTPCall, _ answer: inout Answer) {
        guard let origin = call.headers[.origin] else { return }
        if origins.contains("*") {
            answer.headers[.accessControlAllowOrigin] = "*"
        } else if origins.contains(origin) {
            answer.headers[.accessControlAllowOrigin] = origin
            answer.headers[.vary] = answer.headers[.vary].map { "\($0), Origin" } ?? "Origin"
        } else {
            return
        }
        answer.headers[.accessControlExposeHeaders] =
            "Accept-Ranges, Content-Location, Content-Range, ETag, Expires, Last-Modified, Location, Retry-After, "
            + "X-Progress, X-Request-Id"
        guard call.method == .OPTIONS else { return }
        answer.headers[.accessControlAllowMethods] = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
        answer.headers[.accessControlAllowHeaders] =
            "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, "
            + "If-Range, Prefer, Range, X-Request-Id"
        answer.headers[.accessControlMaxAge] = "600"
    }
}

import Exchange
import FHIR
import HTTPTypes

/// What a request below the FHIR base asks for, by method and path alone (R4 §3.1.0).
enum FHIRRoute: Sendable, Equatable {
    case capabilities
    case bundle
    case create(ResourceType)
    case searchType(ResourceType)
    case searchForm(ResourceType)
    case read(ResourceType, id: String)
    case vread(ResourceType, id: String, version: String)
    case update(ResourceType, id: String)
    case delete(ResourceType, id: String)
    case historyInstance(ResourceType, id: String)
    case options

    /// - Parameter path: what follows the base, without a slash at its begin.
    /// - Throws: 404 where there is no such place, 405 where there is but not for this method.
    init(_ method: HTTPRequest.Method, path: Substring) throws(Problem) {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { Self.decoded(Substring($0)) }
        if method == .options {
            self = .options
            return
        }
        guard let first = parts.first else {
            self = try Self.choose(method, [.post: .bundle], at: "the base")
            return
        }
        if first == "metadata", parts.count == 1 {
            self = try Self.choose(method, [.get: .capabilities], at: "metadata")
            return
        }
        if first.hasPrefix("$") || first.hasPrefix("_") { throw Self.unsupported(first) }
        guard let type = ResourceType(first) else {
            throw Problem(
                .notFound, .notFound,
                "\(first) is no resource type of R4."
                    + (NearestName.of(first, among: ResourceType.all.map(\.name)).map { " Did you mean \($0)?" } ?? ""))
        }
        guard type != .parameters, type != .operationOutcome else {
            throw Problem(.notFound, .notSupported, "\(type) is never stored; it only travels in requests and answers.")
        }
        self = try Self.below(type, method, Array(parts.dropFirst()))
    }

    private static func below(
        _ type: ResourceType, _ method: HTTPRequest.Method, _ parts: [String]
    ) throws(Problem) -> FHIRRoute {
        guard let second = parts.first else {
            return try choose(method, [.get: .searchType(type), .post: .create(type)], at: type.name)
        }
        if second == "_search", parts.count == 1 {
            return try choose(method, [.post: .searchForm(type), .get: .searchType(type)], at: "\(type)/_search")
        }
        if second.hasPrefix("$") || second.hasPrefix("_") { throw unsupported("\(type)/\(second)") }
        guard ResourceID.isValid(second) else {
            throw Problem(
                .invalid, .value,
                "'\(second.prefix(80))' is no id: letters, digits, - and . are allowed, 1 to 64 of them.")
        }
        switch (parts.count, parts.count > 1 ? parts[1] : "") {
        case (1, _):
            return try choose(
                method,
                [
                    .get: .read(type, id: second), .put: .update(type, id: second), .delete: .delete(type, id: second),
                ], at: "\(type)/\(second)")
        case (2, "_history"):
            return try choose(method, [.get: .historyInstance(type, id: second)], at: "a history")
        case (3, "_history"):
            return try choose(
                method, [.get: .vread(type, id: second, version: parts[2])], at: "a version")
        default:
            throw unsupported(([type.name] + parts).joined(separator: "/"))
        }
    }

    /// Percent-encoding undone, where there is any.
    private static func decoded(_ part: Substring) -> String {
        part.utf8.contains(UInt8(ascii: "%")) ? SearchQuery.decoded(part) : String(part)
    }

    /// HEAD is GET without the body.
    private static func choose(
        _ method: HTTPRequest.Method, _ routes: KeyValuePairs<HTTPRequest.Method, FHIRRoute>,
        at place: @autoclosure () -> String
    ) throws(Problem) -> FHIRRoute {
        let wanted = method == .head ? .get : method
        if let route = routes.first(where: { $0.key == wanted }) { return route.value }
        let place = place()
        let allowed = routes.map(\.key.rawValue).sorted().joined(separator: ", ")
        throw Problem(
            .methodNotAllowed, .notSupported, "\(method.rawValue) is not supported for \(place); supported: \(allowed)."
        )
    }

    private static func unsupported(_ place: String) -> Problem {
        Problem(.notFound, .notSupported, "\(place) is not supported by this server; see metadata for what is.")
    }
}

import Exchange
import FHIR
import NIOHTTP1

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
    case patch(ResourceType, id: String)
    case delete(ResourceType, id: String)
    case historyInstance(ResourceType, id: String)
    /// - id: nil at the level of the type.
    case validate(ResourceType, id: String?)
    /// `$export`
    case export(ExportPlace)
    /// What became of a background job.
    case job(String)
    /// One of its files.
    case jobFile(String, number: String)
    /// The taking back of a job.
    case removeJob(String)
    case options

    /// - Parameter path: what follows the base, without a slash at its begin.
    /// - Throws: 404 where there is no such place, 405 where there is but not for this method.
    init(_ method: HTTPMethod, path: Substring) throws(Problem) {
        if method == .OPTIONS {
            self = .options
            return
        }
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { Self.decoded(Substring($0)) }
        guard let first = parts.first else {
            guard method == .POST else { throw Self.refused(method, at: "the base", supported: "POST") }
            self = .bundle
            return
        }
        if first == "metadata", parts.count == 1 {
            guard method.reads else { throw Self.refused(method, at: "metadata", supported: "GET") }
            self = .capabilities
            return
        }
        if let place = ExportPlace(parts) {
            guard method.reads || method == .POST else {
                throw Self.refused(method, at: "$export", supported: "GET, POST")
            }
            self = .export(place)
            return
        }
        if first == JobURL.folder, let route = try Self.job(method, parts.dropFirst()) {
            self = route
            return
        }
        if first.hasPrefix("$") || first.hasPrefix("_") { throw Self.unsupported(first) }
        guard let type = ResourceType(first) else {
            throw Problem(
                .notFound, .notFound,
                "\(first) is no resource type of R4."
                    + (NearestName.of(first, among: ResourceType.all.map(\.name)).map { " Did you mean \($0)?" } ?? ""))
        }
        if parts.last == "$validate" {
            self = try Self.validation(type, method, parts.dropFirst().dropLast())
            return
        }
        guard type != .parameters, type != .operationOutcome else {
            throw Problem(.notFound, .notSupported, "\(type) is never stored; it only travels in requests and answers.")
        }
        self = try Self.below(type, method, parts.dropFirst())
    }

    /// `$validate` of a type or an instance (R4 resource-operation-validate).
    private static func validation(
        _ type: ResourceType, _ method: HTTPMethod, _ between: ArraySlice<String>
    ) throws(Problem) -> FHIRRoute {
        guard between.count <= 1 else { throw unsupported("\(type)/\(between.joined(separator: "/"))/$validate") }
        let id = between.first
        if let id, !ResourceID.isValid(id) { throw invalid(id: id) }
        guard method == .POST || id != nil && method.reads else {
            throw refused(method, at: "\(type)/$validate", supported: id == nil ? "POST" : "GET, POST")
        }
        return .validate(type, id: id)
    }

    /// `_jobs/id` and `_jobs/id/1.ndjson`; nil where the path is none of these.
    private static func job(_ method: HTTPMethod, _ parts: ArraySlice<String>) throws(Problem) -> FHIRRoute? {
        guard let id = parts.first else { return nil }
        guard let name = parts.dropFirst().first else {
            if method == .DELETE { return .removeJob(id) }
            guard method.reads else { throw refused(method, at: "a job", supported: "DELETE, GET") }
            return .job(id)
        }
        guard parts.count == 2 else { return nil }
        guard method.reads else { throw refused(method, at: "the file of a job", supported: "GET") }
        return .jobFile(id, number: name)
    }

    private static func below(
        _ type: ResourceType, _ method: HTTPMethod, _ parts: ArraySlice<String>
    ) throws(Problem) -> FHIRRoute {
        guard let second = parts.first else {
            if method.reads { return .searchType(type) }
            if method == .POST { return .create(type) }
            throw refused(method, at: type.name, supported: "GET, POST")
        }
        if second == "_search", parts.count == 1 {
            if method == .POST { return .searchForm(type) }
            if method.reads { return .searchType(type) }
            throw refused(method, at: "\(type)/_search", supported: "GET, POST")
        }
        if second.hasPrefix("$") || second.hasPrefix("_") { throw unsupported("\(type)/\(second)") }
        guard ResourceID.isValid(second) else {
            throw invalid(id: second)
        }
        let rest = parts.dropFirst()
        guard let third = rest.first else { return try instance(type, method, second) }
        guard third == "_history", rest.count <= 2 else {
            throw unsupported(([type.name] + parts).joined(separator: "/"))
        }
        guard method.reads else {
            throw refused(method, at: rest.count == 1 ? "a history" : "a version", supported: "GET")
        }
        return rest.dropFirst().first.map { .vread(type, id: second, version: $0) }
            ?? .historyInstance(type, id: second)
    }

    private static func instance(
        _ type: ResourceType, _ method: HTTPMethod, _ id: String
    ) throws(Problem) -> FHIRRoute {
        switch method {
        case .GET, .HEAD: .read(type, id: id)
        case .PUT: .update(type, id: id)
        case .PATCH: .patch(type, id: id)
        case .DELETE: .delete(type, id: id)
        default: throw refused(method, at: "\(type)/\(id)", supported: "DELETE, GET, PATCH, PUT")
        }
    }

    /// Percent-encoding undone, where there is any.
    private static func decoded(_ part: Substring) -> String {
        part.utf8.contains(UInt8(ascii: "%")) ? SearchQuery.decoded(part) : String(part)
    }

    private static func invalid(id: String) -> Problem {
        Problem(
            .invalid, .value, "'\(id.prefix(80))' is no id: letters, digits, - and . are allowed, 1 to 64 of them.")
    }

    private static func refused(_ method: HTTPMethod, at place: String, supported: String) -> Problem {
        Problem(
            .methodNotAllowed, .notSupported,
            "\(method.rawValue) is not supported for \(place); supported: \(supported).")
    }

    private static func unsupported(_ place: String) -> Problem {
        Problem(.notFound, .notSupported, "\(place) is not supported by this server; see metadata for what is.")
    }
}

extension HTTPMethod {
    /// HEAD is GET without the body.
    fileprivate var reads: Bool { self == .GET || self == .HEAD }
}

import Exchange
import FHIR
import NIOHTTP1

/// What a request below the FHIR base asks for, by method and path alone (R4 §3.1.0).
enum FHIRRoute: Sendable, Equatable {
    case capabilities
    case bundle
    case create(ResourceType)
    /// - isForm: the parameters are in the body.
    case search(SearchScope, isForm: Bool)
    case read(ResourceType, id: String)
    case vread(ResourceType, id: String, version: String)
    case update(ResourceType, id: String)
    case patch(ResourceType, id: String)
    case delete(ResourceType, id: String)
    case conditionalUpdate(ResourceType)
    case conditionalPatch(ResourceType)
    case conditionalDelete(ResourceType)
    case historyInstance(ResourceType, id: String)
    case historyType(ResourceType)
    case historySystem
    /// - type: nil at the level of the system.
    /// - id: nil unless it is called on an instance.
    case operation(Operation, ResourceType?, id: String?)
    /// What became of a background job.
    case job(String)
    /// One of its files.
    case jobFile(String, number: String)
    /// The taking back of a job.
    case removeJob(String)
    /// The API as an OpenAPI document.
    case openAPI
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
            switch method {
            case .POST: self = .bundle
            case .GET, .HEAD: self = .search(.system, isForm: false)
            default: throw Self.refused(method, at: "the base", supported: "GET, POST")
            }
            return
        }
        if first == "_search", parts.count == 1 {
            self = try Self.search(.system, method, at: first)
            return
        }
        if first == "metadata", parts.count == 1 {
            guard method.reads else { throw Self.refused(method, at: "metadata", supported: "GET") }
            self = .capabilities
            return
        }
        if first == "OpenAPI" || first == "OpenAPI.json", parts.count == 1 {
            guard method.reads else { throw Self.refused(method, at: first, supported: "GET") }
            self = .openAPI
            return
        }
        if first == JobURL.folder, let route = try Self.job(method, parts.dropFirst()) {
            self = route
            return
        }
        if first == "_history", parts.count == 1 {
            guard method.reads else { throw Self.refused(method, at: "a history", supported: "GET") }
            self = .historySystem
            return
        }
        if let name = parts.last, name.hasPrefix("$") {
            self = try Self.operation(String(name.dropFirst()), method, parts.dropLast())
            return
        }
        if first.hasPrefix("_") { throw Self.unsupported(first) }
        guard let type = ResourceType(first) else {
            throw Self.unknown(type: first)
        }
        guard type != .parameters, type != .operationOutcome else {
            throw Problem(.notFound, .notSupported, "\(type) is never stored; it only travels in requests and answers.")
        }
        self = try Self.below(type, method, parts.dropFirst())
    }

    /// `$name` of the system, a type or an instance, by the table of operations (R4 operations.html).
    private static func operation(
        _ name: String, _ method: HTTPMethod, _ before: ArraySlice<String>
    ) throws(Problem) -> FHIRRoute {
        var type: ResourceType?
        if let first = before.first {
            guard let found = ResourceType(first) else { throw unknown(type: first) }
            type = found
        }
        let id = before.dropFirst().first
        guard before.count <= 2 else { throw unsupported("\(before.joined(separator: "/"))/$\(name)") }
        if let id, !ResourceID.isValid(id) { throw invalid(id: id) }
        let level: Operation.Level = id != nil ? .instance : type != nil ? .type : .system
        let found = OperationTable.all.filter { $0.name == name }
        guard let operation = found.first(where: { $0.isOffered(at: level, of: type) }) else {
            throw absent(name, found, level, type)
        }
        let methods = operation.methods(at: level)
        guard methods.contains(method) || methods.contains(.GET) && method == .HEAD else {
            throw refused(method, at: "$\(name)", supported: methods.map(\.rawValue).joined(separator: ", "))
        }
        return .operation(operation, type, id: id)
    }

    /// There is no such operation, or not there.
    private static func absent(
        _ name: String, _ found: [Operation], _ level: Operation.Level, _ type: ResourceType?
    ) -> Problem {
        guard found.isEmpty else {
            let places = found.flatMap { operation in
                let types = operation.types?.map(\.name) ?? ["Type"]
                return types.flatMap { type in
                    operation.levels.map { level in
                        switch level {
                        case .system: "$\(name)"
                        case .type: "\(type)/$\(name)"
                        case .instance: "\(type)/id/$\(name)"
                        }
                    }
                }
            }
            return Problem(
                .notFound, .notSupported,
                "$\(name) is not offered there; it is called as \(Set(places).sorted().joined(separator: ", ")).")
        }
        let names = Set(OperationTable.all.filter { $0.isOffered(at: level, of: type) }.map(\.name)).sorted()
        return Problem(
            .notFound, .notSupported,
            "This server has no operation $\(name)"
                + (NearestName.of(name, among: names).map { "; did you mean $\($0)?" } ?? ".")
                + (names.isEmpty ? "" : " There are \(names.map { "$" + $0 }.joined(separator: ", "))."))
    }

    private static func unknown(type name: String) -> Problem {
        Problem(
            .notFound, .notFound,
            "\(name) is no resource type of R4."
                + (NearestName.of(name, among: ResourceType.all.map(\.name)).map { " Did you mean \($0)?" } ?? ""))
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
            switch method {
            case .GET, .HEAD: return .search(.type(type), isForm: false)
            case .POST: return .create(type)
            case .PUT: return .conditionalUpdate(type)
            case .PATCH: return .conditionalPatch(type)
            case .DELETE: return .conditionalDelete(type)
            default: throw refused(method, at: type.name, supported: "DELETE, GET, PATCH, POST, PUT")
            }
        }
        if second == "_search", parts.count == 1 { return try search(.type(type), method, at: "\(type)/_search") }
        if second == "_history", parts.count == 1 {
            guard method.reads else { throw refused(method, at: "a history", supported: "GET") }
            return .historyType(type)
        }
        if second.hasPrefix("_") { throw unsupported("\(type)/\(second)") }
        guard ResourceID.isValid(second) else {
            throw invalid(id: second)
        }
        let rest = parts.dropFirst()
        guard let third = rest.first else { return try instance(type, method, second) }
        guard third == "_history" else { return try compartment(type, second, method, rest) }
        guard rest.count <= 2 else { throw unsupported(([type.name] + parts).joined(separator: "/")) }
        guard method.reads else {
            throw refused(method, at: rest.count == 1 ? "a history" : "a version", supported: "GET")
        }
        return rest.dropFirst().first.map { .vread(type, id: second, version: $0) }
            ?? .historyInstance(type, id: second)
    }

    /// A place that is there for nothing but searches, `_search`.
    private static func search(
        _ scope: SearchScope, _ method: HTTPMethod, at place: String
    ) throws(Problem) -> FHIRRoute {
        guard method == .POST || method.reads else { throw refused(method, at: place, supported: "GET, POST") }
        return .search(scope, isForm: method == .POST)
    }

    /// `Patient/1/Observation`, `Patient/1/*`, and `_search` below them (R4 §3.1.0.9).
    private static func compartment(
        _ type: ResourceType, _ id: String, _ method: HTTPMethod, _ parts: ArraySlice<String>
    ) throws(Problem) -> FHIRRoute {
        let place = "\(type)/\(id)/\(parts.joined(separator: "/"))"
        var names = parts
        let isSearch = names.last == "_search"
        if isSearch { names.removeLast() }
        guard names.count == 1 || isSearch && names.isEmpty else { throw unsupported(place) }
        let name = names.first ?? "*"
        let member = ResourceType(name)
        guard name == "*" || member != nil else { throw unsupported(place) }
        guard let compartment = Compartment(type) else {
            throw Problem(
                .notFound, .notSupported,
                "\(type) has no compartment that could be searched; \(Self.compartments) have one.")
        }
        if let member, member != type, !R4.table.compartment(compartment, mayContain: member) {
            throw Problem(
                .notFound, .notSupported,
                "\(member) is never part of the compartment of a \(type) (R4 compartmentdefinition-\(type.name.lowercased()))."
            )
        }
        let scope = SearchScope.compartment(compartment, id: id, member)
        if isSearch { return try search(scope, method, at: place) }
        guard method.reads else { throw refused(method, at: place, supported: "GET") }
        return .search(scope, isForm: false)
    }

    private static let compartments = Compartment.allCases.map(\.resourceType.name).joined(separator: ", ")

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

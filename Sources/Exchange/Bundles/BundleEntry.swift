import FHIR
import Store

/// One entry of a transaction or batch, as far as it can be understood without the record (R4 §3.1.0.11).
public struct BundleEntry: Sendable {
    /// What an entry asks for.
    public enum Interaction: Sendable {
        case write(WriteRequest)
        case read(ResourceType, id: String)
        case vread(ResourceType, id: String, version: String)
        case history(HistoryScope, SearchQuery)
        case search(ResourceType, SearchQuery)
    }

    /// `Bundle.entry[3]`.
    public let place: String
    public let interaction: Interaction

    /// The name by which access and audit know it.
    public var kind: AuditInteraction {
        switch interaction {
        case .write(let request): request.interaction
        case .read: .read
        case .vread: .vread
        case .history(let scope, _): scope.interaction
        case .search: .searchType
        }
    }

    /// The id that it names.
    var id: String? {
        switch interaction {
        case .write(let request): request.id
        case .read(_, let id), .vread(_, let id, _): id
        case .history(let scope, _): scope.id
        case .search: nil
        }
    }

    /// nil where it concerns the whole system.
    public var type: ResourceType? {
        switch interaction {
        case .write(let request): request.type
        case .read(let type, _), .vread(let type, _, _), .search(let type, _): type
        case .history(let scope, _): scope.type
        }
    }
}

/// Reads the entries of a bundle, each by itself.
public struct BundleReader: Sendable {
    /// The server's own base URL without a slash at its end, for entries that name it.
    private let base: String?

    public init(base: String?) {
        self.base = base
    }

    /// The entries in their order; what is wrong with one does not keep the others from being read.
    public func entries(_ bundle: JSONNode) -> [Result<BundleEntry, Problem>] {
        var entries: [Result<BundleEntry, Problem>] = []
        for (index, node) in bundle.elements("entry").enumerated() {
            let place = "Bundle.entry[\(index)]"
            do {
                entries.append(.success(try entry(node, place)))
            } catch {
                entries.append(.failure(error))
            }
        }
        return entries
    }

    private func entry(_ node: JSONNode, _ place: String) throws(Problem) -> BundleEntry {
        guard let request = node["request"], let method = request["method"]?.string else {
            throw Problem(
                .invalid, .required, "The entry has no request with a method; a transaction or batch needs both.",
                at: place + ".request")
        }
        guard let url = request["url"]?.string else {
            throw Problem(.invalid, .required, "The entry's request has no url.", at: place + ".request.url")
        }
        let isReading = method == "GET" || method == "HEAD"
        if isReading, let query = EntryRoute.systemHistory(url, base: base) {
            return BundleEntry(place: place, interaction: .history(.system, SearchQuery(query: query, base: base)))
        }
        let route = try EntryRoute(url, base: base, place: place + ".request.url")
        switch method {
        case _ where isReading: return BundleEntry(place: place, interaction: route.reading(base: base))
        case "POST", "PUT", "DELETE":
            return BundleEntry(
                place: place, interaction: .write(try write(method, route, request, node, place)))
        default:
            throw Problem(
                .invalid, .notSupported, "The method \(method) is not supported in bundles yet.",
                at: place + ".request.method")
        }
    }

    private func write(
        _ method: String, _ route: EntryRoute, _ request: JSONNode, _ node: JSONNode, _ place: String
    ) throws(Problem) -> WriteRequest {
        let here = place + ".request.url"
        if route.query != nil, method != "POST" {
            throw Problem(.invalid, .notSupported, "Conditional \(method) is not supported yet.", at: here)
        }
        let fullURL = node["fullUrl"]?.string
        if method == "DELETE" {
            guard let id = route.id, route.version == nil else {
                throw Problem(.invalid, .value, "A DELETE needs a url of the form Type/id.", at: here)
            }
            return WriteRequest(
                .delete(id: id, ifMatch: try Self.version(request["ifMatch"]?.string, place)), type: route.type,
                resource: nil, fullURL: fullURL, place: place)
        }
        let resource = try resource(of: node, route, place)
        if method == "POST" {
            guard route.id == nil else {
                throw Problem(.invalid, .value, "A POST needs a url that is a type alone.", at: here)
            }
            return WriteRequest(
                .create(ifNoneExist: request["ifNoneExist"]?.string), type: route.type, resource: resource,
                fullURL: fullURL, place: place)
        }
        guard let id = route.id, route.version == nil else {
            throw Problem(.invalid, .value, "A PUT needs a url of the form Type/id.", at: here)
        }
        guard resource["id"]?.string == id else {
            throw Problem(
                .invalid, .value,
                "The resource's id must be there and be the url's: \(id), not \(resource["id"]?.string ?? "none").",
                at: place + ".resource.id")
        }
        let none = request["ifNoneMatch"]?.string
        guard none == nil || none == "*" else {
            throw Problem(
                .invalid, .notSupported, "ifNoneMatch of a PUT can only be *.", at: place + ".request.ifNoneMatch")
        }
        return WriteRequest(
            .update(id: id, ifMatch: try Self.version(request["ifMatch"]?.string, place), ifNoneMatch: none != nil),
            type: route.type, resource: resource, fullURL: fullURL, place: place)
    }

    private func resource(
        of node: JSONNode, _ route: EntryRoute, _ place: String
    ) throws(Problem) -> JSONNode {
        guard let resource = node["resource"], resource.kind == .object else {
            throw Problem(.invalid, .required, "The entry has no resource to write.", at: place + ".resource")
        }
        guard resource["resourceType"]?.string == route.type.name else {
            throw Problem(
                .invalid, .value,
                "The resource is a \(resource["resourceType"]?.string ?? "resource without a type"), the url says "
                    + "\(route.type).", at: place + ".resource")
        }
        return resource
    }

    private static func version(_ text: String?, _ place: String) throws(Problem) -> Int32? {
        guard let text else { return nil }
        guard let version = EntityTag.version(text) else {
            throw Problem(
                .invalid, .value, "\(text) is no version; write W/\"3\".", at: place + ".request.ifMatch")
        }
        return version
    }
}

/// Versions as entity tags (R4 §3.1.0.1.3: weak, `W/"3"`).
public enum EntityTag {
    public static func text(_ version: Int32) -> String { "W/\"\(version)\"" }

    /// The version of a tag, weak or strong, quoted or not; nil if it is none.
    public static func version(_ text: some StringProtocol) -> Int32? {
        var text = Substring(text)
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 { text = text.dropFirst().dropLast() }
        guard let version = Int32(text), version > 0, String(version) == text else { return nil }
        return version
    }
}

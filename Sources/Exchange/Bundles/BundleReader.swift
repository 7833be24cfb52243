import FHIR
import Store

/// Reads the entries of a bundle, each by itself.
public struct BundleReader: Sendable {
    /// The server's own base URL without a slash at its end, for entries that name it.
    private let base: String?
    private let isBatch: Bool

    public init(base: String?, isBatch: Bool) {
        self.base = base
        self.isBatch = isBatch
    }

    /// The entries in their order; what is wrong with one does not keep the others from being read.
    public func entries(_ bundle: JSONNode) -> [Result<BundleEntry, Problem>] {
        var entries: [Result<BundleEntry, Problem>] = []
        for (index, node) in bundle.elements("entry").enumerated() {
            let place = "Bundle.entry[\(index)]"
            do {
                entries.append(.success(BundleEntry(place: place, interaction: try interaction(node, place))))
            } catch {
                entries.append(.failure(error))
            }
        }
        return entries
    }

    private func interaction(_ node: JSONNode, _ place: String) throws(Problem) -> BundleEntry.Interaction {
        guard let request = node["request"], let method = request["method"]?.string else {
            throw Problem(
                .invalid, .required, "The entry has no request with a method; a transaction or batch needs both.",
                at: place + ".request")
        }
        guard let url = request["url"]?.string else {
            throw Problem(.invalid, .required, "The entry's request has no url.", at: place + ".request.url")
        }
        let place = EntryPlace(node: node, request: request, path: place)
        switch method {
        case "GET": return .read(try read(.get, url, place))
        case "HEAD": return .read(try read(.head, url, place))
        case "POST":
            return EntryRoute.isOperation(url) ? .read(try operation(url, place)) : .write(try create(url, place))
        case "PUT": return .write(try update(url, place))
        case "PATCH": return .write(try patch(url, place))
        case "DELETE": return .write(try delete(url, place))
        default:
            throw Problem(
                .invalid, .notSupported,
                "The method \(method) is not supported in bundles; supported are DELETE, GET, HEAD, PATCH, POST and PUT.",
                at: place.path + ".request.method")
        }
    }

    // MARK: What reads

    private func read(_ method: EntryRead.Method, _ url: String, _ place: EntryPlace) throws(Problem) -> EntryRead {
        let below = try EntryRoute.below(base, url, place: place.url)
        let first = below.prefix { $0 != "/" && $0 != "?" }
        // What is of a type that does not exist makes the entry one that cannot be understood; all else is for whoever
        // answers it.
        guard
            first.isEmpty || first == "metadata" || "$_".contains(first.first ?? "$")
                || ResourceType(String(first)) != nil
        else {
            throw Problem(
                .invalid, .value,
                "The url \(url) does not begin with a resource type of R4; write Type, Type/id or Type?criteria.",
                at: place.url)
        }
        return EntryRead(
            method: method, url: below, ifNoneMatch: place.request["ifNoneMatch"]?.string,
            ifModifiedSince: place.request["ifModifiedSince"]?.string, resource: nil)
    }

    /// An operation may write, and is no part of a transaction then.
    private func operation(_ url: String, _ place: EntryPlace) throws(Problem) -> EntryRead {
        guard isBatch else {
            throw Problem(
                .invalid, .notSupported,
                "The operation \(url) cannot be part of a transaction; send it by itself or in a batch.", at: place.url)
        }
        return EntryRead(
            method: .post, url: try EntryRoute.below(base, url, place: place.url), ifNoneMatch: nil,
            ifModifiedSince: nil, resource: place.node["resource"])
    }

    // MARK: What writes

    private func create(_ url: String, _ place: EntryPlace) throws(Problem) -> WriteRequest {
        let route = try EntryRoute(url, base: base, place: place.url)
        guard route.id == nil, route.query == nil else {
            throw Problem(.invalid, .value, "A POST needs a url that is a type alone.", at: place.url)
        }
        return place.request(
            .create(ifNoneExist: place.request["ifNoneExist"]?.string), route, try place.resource(route))
    }

    private func update(_ url: String, _ place: EntryPlace) throws(Problem) -> WriteRequest {
        let route = try EntryRoute(url, base: base, place: place.url)
        let target = try route.target("A PUT", at: place.url)
        let resource = try place.resource(route)
        if case .id(let id) = target, resource["id"]?.string != id {
            throw Problem(
                .invalid, .value,
                "The resource's id must be there and be the url's: \(id), not \(resource["id"]?.string ?? "none").",
                at: place.path + ".resource.id")
        }
        let none = place.request["ifNoneMatch"]?.string
        guard none == nil || none == "*" else {
            throw Problem(
                .invalid, .notSupported, "ifNoneMatch of a PUT can only be *.",
                at: place.path + ".request.ifNoneMatch")
        }
        return place.request(
            .update(target, ifMatch: try place.ifMatch, ifNoneMatch: none != nil), route, resource)
    }

    private func delete(_ url: String, _ place: EntryPlace) throws(Problem) -> WriteRequest {
        let route = try EntryRoute(url, base: base, place: place.url)
        return place.request(
            .delete(try route.target("A DELETE", at: place.url), ifMatch: try place.ifMatch), route, nil)
    }

    private func patch(_ url: String, _ place: EntryPlace) throws(Problem) -> WriteRequest {
        let route = try EntryRoute(url, base: base, place: place.url)
        let target = try route.target("A PATCH", at: place.url)
        return place.request(.patch(target, try place.patch(), ifMatch: try place.ifMatch), route, nil)
    }
}

/// An entry, and where it stands.
private struct EntryPlace {
    let node: JSONNode
    let request: JSONNode
    /// `Bundle.entry[3]`.
    let path: String

    var url: String { path + ".request.url" }

    func request(_ kind: WriteRequest.Kind, _ route: EntryRoute, _ resource: JSONNode?) -> WriteRequest {
        WriteRequest(kind, type: route.type, resource: resource, fullURL: node["fullUrl"]?.string, place: path)
    }

    func resource(_ route: EntryRoute) throws(Problem) -> JSONNode {
        guard let resource = node["resource"], resource.kind == .object else {
            throw Problem(.invalid, .required, "The entry has no resource to write.", at: path + ".resource")
        }
        guard resource["resourceType"]?.string == route.type.name else {
            throw Problem(
                .invalid, .value,
                "The resource is a \(resource["resourceType"]?.string ?? "resource without a type"), the url says "
                    + "\(route.type).", at: path + ".resource")
        }
        return resource
    }

    var ifMatch: Int32? {
        get throws(Problem) {
            guard let text = request["ifMatch"]?.string else { return nil }
            guard let version = EntityTag.version(text) else {
                throw Problem(
                    .invalid, .value, "\(text) is no version; write W/\"3\".", at: path + ".request.ifMatch")
            }
            return version
        }
    }

    /// A FHIRPath Patch as Parameters, or a JSON or XML Patch in a Binary (R4 §3.1.0.5).
    func patch() throws(Problem) -> Patch {
        guard let resource = node["resource"], resource.kind == .object else {
            throw Problem(
                .invalid, .required,
                "The entry has no patch: send Parameters (FHIRPath Patch), or a Binary with the contentType "
                    + "application/json-patch+json or application/xml-patch+xml.", at: path + ".resource")
        }
        do throws(PatchError) {
            if resource["resourceType"]?.equals("Parameters") == true { return try Patch(parameters: resource) }
        } catch {
            throw Problem(error).inside(path + ".resource")
        }
        guard resource["resourceType"]?.equals("Binary") == true, let format = Self.format(of: resource),
            let data = resource["data"]?.string, let bytes = Base64.decode(data.utf8)
        else {
            throw Problem(
                .invalid, .value,
                "A patch in a bundle is Parameters (FHIRPath Patch), or a Binary with data and the contentType "
                    + "application/json-patch+json or application/xml-patch+xml.", at: path + ".resource")
        }
        do throws(PatchError) {
            return try Patch.parse(bytes, as: format)
        } catch {
            throw Problem(error).inside(path + ".resource")
        }
    }

    private static func format(of binary: JSONNode) -> Patch.Format? {
        switch binary["contentType"]?.string?.prefix(while: { $0 != ";" }) {
        case "application/json-patch+json": .json
        case "application/xml-patch+xml": .xml
        default: nil
        }
    }
}

import FHIR

/// The url of an entry's request, taken apart.
struct EntryRoute: Sendable {
    let type: ResourceType
    private(set) var id: String?
    private(set) var version: String?
    private(set) var isHistory = false
    let query: String?

    init(_ url: String, base: String?, place: String) throws(Problem) {
        let path: Substring
        (path, query) = Self.split(url, base: base)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(SearchQuery.decoded)
        guard let first = parts.first, let type = ResourceType(first) else {
            throw Problem(
                .invalid, .value,
                "The url \(url) does not begin with a resource type of R4; write Type, Type/id or Type?criteria.",
                at: place)
        }
        guard type != .parameters, type != .operationOutcome else {
            throw Problem(
                .invalid, .notSupported, "\(type) is never stored; it only travels in requests and answers.", at: place)
        }
        self.type = type
        switch parts.count {
        case 1: break
        case 2 where parts[1] == "_search" && query == nil: break
        case 2 where parts[1] == "_history": isHistory = true
        case 2: id = parts[1]
        case 3 where parts[2] == "_history":
            id = parts[1]
            isHistory = true
        case 4 where parts[2] == "_history":
            id = parts[1]
            version = parts[3]
        default:
            throw Problem(.invalid, .notSupported, "The url \(url) is not supported in bundles.", at: place)
        }
        if let id, !ResourceID.isValid(id) {
            throw Problem(.invalid, .value, "\(id) is no id: letters, digits, - and . are allowed, 1 to 64.", at: place)
        }
    }

    func reading(base: String?) -> BundleEntry.Interaction {
        let query = SearchQuery(query: query ?? "", base: base)
        guard let id else { return isHistory ? .history(.type(type), query) : .search(type, query) }
        if let version { return .vread(type, id: id, version: version) }
        return isHistory ? .history(.instance(type, id: id), query) : .read(type, id: id)
    }

    /// The query of a url that asks for the history of the whole system; nil for any other.
    static func systemHistory(_ url: String, base: String?) -> String? {
        let (path, query) = split(url, base: base)
        return path == "_history" ? query ?? "" : nil
    }

    /// What follows the server's base, up to the `?` and behind it.
    private static func split(_ url: String, base: String?) -> (path: Substring, query: String?) {
        var path = url[...]
        if let base, path.hasPrefix(base + "/") { path = path.dropFirst(base.count + 1) }
        if path.hasPrefix("/") { path = path.dropFirst() }
        guard let mark = path.firstIndex(of: "?") else { return (path, nil) }
        return (path[..<mark], String(path[path.index(after: mark)...]))
    }
}

/// Logical ids (R4 datatypes, id).
public enum ResourceID {
    public static func isValid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

import FHIR

/// The url of an entry's request that writes, taken apart.
struct EntryRoute: Sendable {
    let type: ResourceType
    private(set) var id: String?
    let query: String?

    init(_ url: String, base: String?, place: String) throws(Problem) {
        var path = try Self.below(base, url, place: place)[...]
        if let mark = path.firstIndex(of: "?") {
            query = String(path[path.index(after: mark)...])
            path = path[..<mark]
        } else {
            query = nil
        }
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
        case 2: id = parts[1]
        default:
            throw Problem(
                .invalid, .notSupported, "The url \(url) cannot be written to; write Type, Type/id or Type?criteria.",
                at: place)
        }
        if let id, !ResourceID.isValid(id) {
            throw Problem(.invalid, .value, "\(id) is no id: letters, digits, - and . are allowed, 1 to 64.", at: place)
        }
    }

    /// What a PUT, PATCH or DELETE concerns.
    func target(_ what: String, at place: String) throws(Problem) -> WriteTarget {
        if let id, query == nil { return .id(id) }
        if let query, id == nil { return .criteria(query) }
        throw Problem(.invalid, .value, "\(what) needs a url of the form Type/id or Type?criteria.", at: place)
    }

    /// Whether a POST to it is an operation or a search: nothing that is written by its content.
    static func isOperation(_ url: String) -> Bool {
        let last = url.prefix { $0 != "?" }.split(separator: "/").last ?? ""
        return last.hasPrefix("$") || last == "_search"
    }

    /// What follows the server's base.
    ///
    /// - Throws: where the url is that of another server.
    static func below(_ base: String?, _ url: String, place: String) throws(Problem) -> String {
        var path = url[...]
        if let base, path.hasPrefix(base + "/") { path = path.dropFirst(base.count + 1) }
        if path.hasPrefix("/") { path = path.dropFirst() }
        guard !path.isEmpty, !path.prefix(while: { $0 != "?" }).contains("://") else {
            throw Problem(
                .invalid, .value,
                "The url '\(url)' is no place of this server; write Type, Type/id or Type?criteria, relative to its base.",
                at: place)
        }
        return String(path)
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

import FHIR

/// Where a resource that stands for itself is written: to its id, or, without one, to its type.
struct ResourceTarget {
    let type: String
    let path: String
    let method: Submission.Method

    init(_ resource: JSONNode) throws(ContentError) {
        guard let type = resource["resourceType"]?.string, Self.isTypeName(type) else { throw .noResource }
        self.type = type
        guard let id = resource["id"] else {
            path = type
            method = .post
            return
        }
        guard let text = id.string, Self.isID(text) else { throw .unusableID(id.string ?? "") }
        path = type + "/" + text
        method = .put
    }

    private static func isTypeName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { UInt8(ascii: "A") <= $0 && $0 <= UInt8(ascii: "z") }
    }

    /// R4 §2.24.0.1, `id`: letters, digits, `-` and `.`, at most 64.
    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

/// What an entry of a transaction or a batch asks for.
struct EntryRequest {
    let type: String
    let method: Submission.Method
    /// Whether asking twice does what asking once does (R4 §3.1.0.1.2 and RFC 9110 §9.2.2): not so for a plain POST,
    /// a PATCH, or what depends on the version that it finds.
    let isRepeatable: Bool

    init?(_ entry: JSONNode) {
        guard let request = entry["request"], let url = request["url"]?.string,
            let method = request["method"]?.string.flatMap(Submission.Method.init(rawValue:))
        else { return nil }
        self.method = method
        type = entry["resource"]?["resourceType"]?.string ?? String(url.prefix { $0 != "/" && $0 != "?" })
        isRepeatable =
            switch method {
            case .get, .head, .delete: true
            case .put: request["ifMatch"] == nil
            case .post: request["ifNoneExist"] != nil
            case .patch: false
            }
    }
}

/// Puts a Bundle together from pieces of text that stay as they were sent.
struct BundleWriter {
    private var bytes: [UInt8]
    private var isFirst = true

    init(type: Submission.Shape) {
        bytes = Array("{\"resourceType\":\"Bundle\",\"type\":\"\(type.rawValue)\",\"entry\":[".utf8)
    }

    mutating func append(entry: JSONNode) {
        separate()
        bytes.append(contentsOf: entry.document.bytes[entry.sourceRange])
    }

    mutating func append(resource: JSONNode, fullURL: JSONNode?, target: ResourceTarget) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        if let fullURL {
            bytes.append(contentsOf: "\"fullUrl\":".utf8)
            bytes.append(contentsOf: fullURL.document.bytes[fullURL.sourceRange])
            bytes.append(UInt8(ascii: ","))
        }
        bytes.append(contentsOf: "\"resource\":".utf8)
        bytes.append(contentsOf: resource.document.bytes[resource.sourceRange])
        bytes.append(
            contentsOf: ",\"request\":{\"method\":\"\(target.method.rawValue)\",\"url\":\"\(target.path)\"}}".utf8)
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }

    consuming func finish() -> [UInt8] {
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }
}

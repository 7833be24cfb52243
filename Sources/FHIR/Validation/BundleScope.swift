/// A Bundle around the place of a walk: its type, and what its entries are called.
final class BundleScope {
    /// R4's bundle types (http://hl7.org/fhir/bundle-type).
    enum Kind: String {
        case document, message, transaction, batch, history, searchset, collection
        case transactionResponse = "transaction-response"
        case batchResponse = "batch-response"

        /// Whether its entries are requests.
        var isRequest: Bool { self == .transaction || self == .batch }
        /// Whether its entries are responses.
        var isResponse: Bool { self == .transactionResponse || self == .batchResponse }
        /// Whether it is read without the server that it came from.
        var isClosed: Bool { self == .document || self == .message }
    }

    struct Entry {
        /// Tape indexes of the entry, its fullUrl and its resource.
        let index: Int
        let fullURL: Int?
        let resource: Int?
        let type: ResourceType?
    }

    /// nil where the Bundle has no type, or one that R4 does not know: then nothing is asked that depends on it.
    let knownKind: Kind?
    let entries: [Entry]
    private let document: JSONDocument
    private var byURL: [String: Int] = [:]
    private var byName: Set<String> = []

    var kind: Kind { knownKind ?? .collection }

    init(kind: Kind?, entries: [Entry], document: JSONDocument) {
        self.knownKind = kind
        self.entries = entries
        self.document = document
        for (position, entry) in entries.enumerated() {
            if let fullURL = entry.fullURL {
                let text = document.tape[fullURL].text(in: document.bytes)
                if byURL[text] == nil { byURL[text] = position }
                if self.kind.isClosed, let name = text.withUTF8Buffer(Self.name) { byName.insert(name) }
            }
            guard self.kind.isClosed, let type = entry.type, let resource = entry.resource,
                let id = document.node(at: Int32(truncatingIfNeeded: resource))["id"]?.string
            else { continue }
            byName.insert("\(type.name)/\(id)")
        }
    }

    func entry(fullURL: UnsafeBufferPointer<UInt8>) -> Entry? {
        byURL[String(decoding: fullURL, as: UTF8.self)].map { entries[$0] }
    }

    /// Whether an entry's resource has the type and id of a relative reference, or its fullUrl ends with them.
    func holds(relative: UnsafeBufferPointer<UInt8>) -> Bool {
        Self.name(relative).map { byName.contains($0) } ?? false
    }

    /// `Type/id` at the end of an address, its version left out.
    private static func name(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        let target = ReferenceTarget(text)
        return target.type.map { "\($0.name)/\(String(decoding: text[target.id], as: UTF8.self))" }
    }

    /// Tape index of the resource that begins a document or message.
    var firstResource: Int? { entries.first?.resource }
}

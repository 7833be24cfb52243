/// A CodeSystem, ValueSet or ConceptMap that is known: its names, and its content, packed until somebody asks for it.
public final class TerminologyDefinition: Sendable {
    public enum Kind: UInt32, Sendable, CaseIterable {
        // The numbers of `terminology.bin`.
        case codeSystem = 1
        case valueSet, conceptMap

        public var type: ResourceType {
            switch self {
            case .codeSystem: .codeSystem
            case .valueSet: .valueSet
            case .conceptMap: .conceptMap
            }
        }

        init?(_ type: JSONNode?) {
            guard let found = Self.allCases.first(where: { type?.equals($0.type.name) == true }) else { return nil }
            self = found
        }
    }

    public let kind: Kind
    /// The canonical url; nil for a stored resource without one, which can only be named by its id.
    public let url: String?
    public let version: String?
    let content: Content

    enum Content: Sendable {
        case packed(Deflated)
        /// A record of R4's own table.
        case table(Int)
    }

    init(kind: Kind, url: String?, version: String?, content: Content) {
        self.kind = kind
        self.url = url
        self.version = version
        self.content = content
    }

    /// nil for a resource of another type.
    convenience init?(_ resource: JSONNode) {
        guard let kind = Kind(resource["resourceType"]),
            let packed = Deflated(Array(resource.document.bytes[resource.sourceRange]))
        else { return nil }
        self.init(
            kind: kind, url: resource["url"]?.string, version: resource["version"]?.string, content: .packed(packed))
    }

    /// The resource, read anew; nil if what was packed is damaged.
    func read() -> JSONNode? {
        let bytes: [UInt8]? =
            switch content {
            case .packed(let packed): packed.inflated
            case .table(let number): TerminologyTable.shared.content(number)
            }
        guard let bytes else { return nil }
        return (try? JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max)))?.root
    }

    /// What it takes while it lies there, in bytes.
    var packedBytes: Int {
        switch content {
        case .packed(let packed): packed.bytes.count
        case .table: 0
        }
    }
}

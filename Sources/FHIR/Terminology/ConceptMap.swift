/// A concept map as it is looked into (R4 conceptmap.html).
public final class ConceptMap: Sendable {
    /// Codes of one system with those of another that they become.
    struct Group: Sendable {
        let source: String?
        let target: String?
        /// By code.
        let elements: [String: JSONNode]
        /// What becomes of codes that are not among them.
        let unmapped: JSONNode?
    }

    public let url: String?
    public let version: String?
    /// The value sets between which it translates.
    public let source: String?
    public let target: String?
    let groups: [Group]

    public init(_ resource: JSONNode) {
        url = resource["url"]?.string
        version = resource["version"]?.string
        source = (resource["sourceCanonical"] ?? resource["sourceUri"])?.string
        target = (resource["targetCanonical"] ?? resource["targetUri"])?.string
        groups = resource.elements("group").map { group in
            Group(
                source: group["source"]?.string, target: group["target"]?.string,
                elements: Dictionary(
                    group.elements("element").compactMap { element in
                        element["code"]?.string.map { ($0, element) }
                    }, uniquingKeysWith: { first, _ in first }),
                unmapped: group["unmapped"])
        }
    }
}

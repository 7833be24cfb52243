/// A reference to a definition by its url, with or without a version: `http://…/us-core-patient|6.1.0` (R4 canonical).
public struct Canonical: Hashable, Sendable {
    public let url: String
    public let version: String?

    public init(url: String, version: String?) {
        self.url = url
        self.version = version
    }

    /// As it is written.
    public var text: String { version.map { "\(url)|\($0)" } ?? url }

    /// A fragment behind `#` is no part of what a definition is found by.
    public init(_ text: String) {
        let whole = text.utf8.split(separator: UInt8(ascii: "#"), maxSplits: 1, omittingEmptySubsequences: false)[0]
        guard let bar = whole.lastIndex(of: UInt8(ascii: "|")) else {
            url = String(whole) ?? text
            version = nil
            return
        }
        url = String(whole[..<bar]) ?? text
        let behind = String(whole[whole.index(after: bar)...]) ?? ""
        version = behind.isEmpty ? nil : behind
    }

    /// What all definitions of the specification itself begin with.
    static let core = "http://hl7.org/fhir/StructureDefinition/"

    /// The type of R4 that a url names, `http://hl7.org/fhir/StructureDefinition/Patient`; nil for all else.
    static func coreType(_ url: String) -> TypeFact? {
        guard url.hasPrefix(core) else { return nil }
        let name = url.dropFirst(core.count)
        return name.contains(".") ? nil : R4.table.type(String(name))
    }
}

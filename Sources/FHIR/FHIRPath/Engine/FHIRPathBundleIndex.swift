/// The entries of one Bundle by their fullUrl and by type and id.
struct FHIRPathBundleIndex {
    private var bundle: JSONNode?
    private var byURL: [String: Int32] = [:]
    private var byTypeAndID: [String: Int32] = [:]

    init() {}

    init(_ bundle: JSONNode) {
        self.bundle = bundle
        for entry in bundle.elements("entry") {
            guard let resource = entry["resource"] else { continue }
            if let url = entry["fullUrl"]?.string, byURL[url] == nil { byURL[url] = resource.index }
            if let type = resource["resourceType"]?.string, let id = resource["id"]?.string,
                byTypeAndID["\(type)/\(id)"] == nil
            {
                byTypeAndID["\(type)/\(id)"] = resource.index
            }
        }
    }

    var count: Int { byURL.count + byTypeAndID.count }

    func isOf(_ other: JSONNode) -> Bool {
        guard let bundle else { return false }
        return bundle.document === other.document && bundle.index == other.index
    }

    /// The tape index of the resource that a reference points at.
    ///
    /// - Parameter url: the fullUrl of the entry that holds the reference; relative references go by its base.
    func find(_ reference: String, from url: String?) -> Int32? {
        let plain = Self.withoutVersion(reference)
        if let found = byURL[plain] { return found }
        guard !plain.contains(":") else { return nil }
        if let url, let base = Self.base(of: url) { return byURL[base + plain] }
        return byTypeAndID[plain]
    }

    private static func withoutVersion(_ reference: String) -> String {
        guard let mark = reference.firstRange(of: "/_history/") else { return reference }
        return String(reference[..<mark.lowerBound])
    }

    /// `http://server/base/` of `http://server/base/Patient/1`; nil of a urn.
    private static func base(of url: String) -> String? {
        guard url.hasPrefix("http"), let last = url.lastIndex(of: "/"),
            let slash = url[..<last].lastIndex(of: "/")
        else { return nil }
        return ResourceType(String(url[url.index(after: slash)..<last])) == nil ? nil : String(url[...slash])
    }
}

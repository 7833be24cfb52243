import FHIR

/// Reads references: the id of what is kept here, the whole text of what is not.
struct References {
    let resolving: (String) -> String?

    /// The id that a Reference gives for a resource of `type`; nil if it has no text, names a contained resource, or
    /// one of another type.
    func id(_ reference: JSONNode?, of type: ResourceType) -> String? {
        guard let text = reference?["reference"]?.string, !text.isEmpty, !text.hasPrefix("#") else { return nil }
        let target = resolving(text) ?? text
        let parts = target.split(separator: "/", omittingEmptySubsequences: false)
        let isVersioned = parts.count == 4 && parts[2] == "_history"
        guard parts.count == 2 || isVersioned, ResourceType(String(parts[0])) != nil else { return target }
        return parts[0] == type.name ? String(parts[1]) : nil
    }
}

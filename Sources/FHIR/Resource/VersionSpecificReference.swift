/// A reference that its sender wants to be made one to the version that its target has when it is committed.
///
/// Source: https://hl7.org/fhir/R4/extension-resolve-as-version-specific.html
public struct VersionSpecificReference: Sendable {
    /// The extension by which a Reference asks for it.
    public static let url = "http://hl7.org/fhir/StructureDefinition/resolve-as-version-specific"

    /// `Reference.reference`
    public let node: JSONNode
    public let text: String
    /// What goes when the wish is fulfilled: the extension, or the list of extensions where it is the only one.
    public let wish: JSONNode

    /// Those of a resource, with the resources that it contains.
    public static func all(in resource: JSONNode) -> [VersionSpecificReference] {
        var found: [VersionSpecificReference] = []
        collect(resource, &found)
        return found
    }

    private static func collect(_ node: JSONNode, _ found: inout [VersionSpecificReference]) {
        switch node.kind {
        case .object:
            if let reference = VersionSpecificReference(node) { found.append(reference) }
            for (_, value) in node.members { collect(value, &found) }
        case .array:
            for element in node.elements { collect(element, &found) }
        case .string, .number, .true, .false, .null: return
        }
    }

    private init?(_ object: JSONNode) {
        guard let node = object["reference"], let text = node.string, let list = object["extension"],
            let wish = list.elements.first(where: {
                $0["url"]?.string == Self.url && $0["valueBoolean"]?.bool == true
            })
        else { return nil }
        self.node = node
        self.text = text
        self.wish = list.count == 1 ? list : wish
    }
}

import FHIR
import Store

extension StoredVersion {
    /// The resource as a client sees it, as far as it asked for it; nothing for a deletion.
    func rendered(_ view: SearchView) -> [UInt8]? {
        guard let bytes = rendered() else { return nil }
        let subset = ResourceSubset(view, of: type)
        guard !subset.isWhole,
            let document = try? JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max))
        else { return bytes }
        return subset.json(of: document.root)
    }
}

extension JSONBuilder {
    /// `resource`: its stored bytes copied, or as much of them as was asked for.
    mutating func resource(_ version: StoredVersion, _ view: SearchView = .whole) {
        guard let content = version.content else { return }
        key("resource")
        let isWhole = version.container == nil && ResourceSubset(view, of: version.type).isWhole
        value { bytes in
            if isWhole {
                _ = StoredResource.render(
                    content: content, id: version.id, version: version.version, lastUpdated: version.updated,
                    into: &bytes)
            } else {
                bytes.append(contentsOf: version.rendered(view) ?? [])
            }
        }
    }
}

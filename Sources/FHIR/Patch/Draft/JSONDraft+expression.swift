extension JSONDraft {
    /// The FHIRPath of the place that a path leads to, `Patient.name[0].given[1]`, in the subset that
    /// OperationOutcome.expression has (R4 §2.28.4); nil where the root is no resource of R4.
    ///
    /// What does not exist is named all the same, as far as its names tell.
    func expression(of path: [[UInt8]]) -> String? {
        guard var type = resourceType(of: root) else { return nil }
        var text = type.name
        var known: TypeFact? = type
        var value: Int32? = root
        for (depth, token) in path.prefix(100).enumerated() {
            let isElement = value.map { kind(of: $0) == .array } ?? (Self.index(token) != nil)
            if isElement {
                let behindLast = depth == path.count - 1 && token == [UInt8(ascii: "-")]
                if !behindLast { text += "[\(String(decoding: token.prefix(20), as: UTF8.self))]" }
            } else {
                let name = String(decoding: token.prefix(80), as: UTF8.self)
                let key = known?.key(name.hasPrefix("_") ? String(name.dropFirst()) : name)
                text += ".\(key?.element.name ?? name)"
                known = key?.type
            }
            value = value.flatMap { peek(token, in: $0) }
            if known?.name == "Resource", let inner = value.flatMap({ resourceType(of: $0) }) {
                type = inner
                known = type
            }
        }
        return text
    }

    private func resourceType(of value: Int32) -> TypeFact? {
        guard let child = peek(Array("resourceType".utf8), in: value), case .source(let node) = self[child],
            let name = node.string
        else { return nil }
        return ResourceType(name).map { R4.table.type($0) }
    }

    /// A child of a container that is open already.
    private func peek(_ token: [UInt8], in value: Int32) -> Int32? {
        switch self[value] {
        case .object(let members): members.first { $0.key.equals(token) }?.value
        case .array(let elements):
            Self.index(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        case .source: nil
        }
    }
}

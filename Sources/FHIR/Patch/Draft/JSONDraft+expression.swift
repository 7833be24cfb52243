extension JSONDraft {
    /// The FHIRPath of the place that a path leads to, `Patient.name[0].given[1]`, in the subset that
    /// OperationOutcome.expression has (R4 §2.28.4); nil where the root is no resource of R4.
    ///
    /// What does not exist is named all the same, as far as its names tell.
    func expression(of path: [[UInt8]]) -> String? {
        var value: Content? = self[root]
        guard let resource = resourceType(of: value) else { return nil }
        var text = resource.name
        var type: TypeFact? = resource
        for token in path.prefix(100) {
            let kind = value.map(kind)
            if kind == .array || kind == nil && Self.index(token) != nil {
                // What is no index, or `-`, leads no further than the list.
                guard Self.index(token) != nil else { return text }
                text += "[\(String(decoding: token.prefix(20), as: UTF8.self))]"
            } else {
                let name = String(decoding: token.prefix(80), as: UTF8.self)
                let key = type?.key(name.hasPrefix("_") ? String(name.dropFirst()) : name)
                text += ".\(key?.element.name ?? name)"
                type = key?.type
            }
            value = child(token, of: value)
            if type?.name == "Resource" { type = resourceType(of: value) ?? type }
        }
        return text
    }

    private func resourceType(of value: Content?) -> TypeFact? {
        guard case .source(let node) = child(Array("resourceType".utf8), of: value), let name = node.string else {
            return nil
        }
        return ResourceType(name).map { R4.table.type($0) }
    }

    private func kind(_ value: Content) -> JSONKind {
        switch value {
        case .source(let node): node.kind
        case .object: .object
        case .array: .array
        }
    }

    /// A child of a container, whether that was opened or not.
    private func child(_ token: [UInt8], of value: Content?) -> Content? {
        switch value {
        case .object(let members): return members.first { $0.key.equals(token) }.map { self[$0.value] }
        case .array(let elements):
            guard let index = Self.index(token), elements.indices.contains(index) else { return nil }
            return self[elements[index]]
        case .source(let node) where node.kind == .object:
            return node[String(decoding: token, as: UTF8.self)].map { .source($0) }
        case .source(let node) where node.kind == .array:
            guard let index = Self.index(token), index < node.count else { return nil }
            return node.elements.enumerated().first { $0.offset == index }.map { .source($0.element) }
        case .source, nil: return nil
        }
    }
}

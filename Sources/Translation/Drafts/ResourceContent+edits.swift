extension ResourceContent {
    mutating func apply(_ edit: Edit) {
        switch edit {
        case .set(let path, let value): change(path) { _ in value }
        case .setIfAbsent(let path, let value):
            if path.names.count == 1, has(path.names[0]) { return }
            change(path) { $0 ?? value }
        case .remove(let path): remove(path)
        case .replace(let path, let values, let scope):
            change(path) { current in
                let stored = current?.elements ?? []
                let kept = stored.filter { !scope.covers($0) }
                let list = kept + values.filter { value in !kept.contains { $0.isSame(as: value) } }
                // What is there already in another order stays as it is.
                let isSame =
                    list.count == stored.count
                    && list.allSatisfy { value in stored.contains { $0.isSame(as: value) } }
                return isSame ? current : FHIRValue.list(ifAny: list)
            }
        case .mergeIdentifiers(let path, let values, let replacing):
            change(path) { IdentifierMerge.merge(values, into: $0?.elements ?? [], replacing: replacing) }
        case .union(let path, let values):
            change(path) { current in
                let stored = current?.elements ?? []
                return FHIRValue.list(
                    ifAny: stored + values.filter { value in !stored.contains { $0.isSame(as: value) } })
            }
        }
    }

    /// A choice goes in whatever form it is there.
    private mutating func remove(_ path: ElementPath) {
        if path.names.count == 1 {
            for form in otherForms(of: path.names[0]) { remove(form) }
        }
        change(path) { _ in nil }
    }

    private mutating func change(_ path: ElementPath, _ body: (FHIRValue?) -> FHIRValue?) {
        let name = path.names[0]
        if let value = Self.changed(self[name], path.names.dropFirst(), body) {
            set(name, value)
        } else {
            remove(name)
        }
    }

    /// What becomes of a value when the element below it changes; nil where nothing is left of it.
    private static func changed(
        _ value: FHIRValue?, _ names: ArraySlice<String>, _ body: (FHIRValue?) -> FHIRValue?
    ) -> FHIRValue? {
        guard let name = names.first else { return body(value) }
        var object = value ?? .object([])
        if let inner = changed(object[name], names.dropFirst(), body) {
            object.set(name, inner)
        } else {
            object.remove(name)
        }
        return object == .object([]) ? nil : object
    }
}

/// The union of identifiers: what is there keeps its place and its extensions.
enum IdentifierMerge {
    static func merge(
        _ values: [FHIRValue], into stored: [FHIRValue], replacing systems: Set<String>
    ) -> FHIRValue? {
        let sent = Set(values.map(key))
        var merged = stored.filter { old in
            guard let system = old["system"]?.text, systems.contains(system) else { return true }
            return sent.contains(key(old)) || !values.contains { $0["system"]?.text == system }
        }
        var known = Set(merged.map(key))
        for value in values where known.insert(key(value)).inserted { merged.append(value) }
        return FHIRValue.list(ifAny: merged)
    }

    private static func key(_ identifier: FHIRValue) -> Identity.Identifier {
        Identity.Identifier(system: identifier["system"]?.text ?? "", value: identifier["value"]?.text ?? "")
    }
}

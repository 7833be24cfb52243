/// The resources that a resource contains, with what points at them.
struct ContainedResources {
    struct Entry {
        /// Tape indexes of the resource and of its id.
        let index: Int
        let id: Int?
        let type: ResourceType?
        var isReferenced = false
        /// Whether something inside points at the container, by `#`.
        var pointsOut = false
    }

    var entries: [Entry] = []
    /// Positions by id where there are too many to look through; of equal ids the first.
    var positions: [String: Int] = [:]
    /// The one that the walk is inside of.
    var current: Int?

    /// The position of the one at a tape index, by halving.
    func position(of index: Int) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].index == index ? low : nil
    }
}

/// Contained resources (R4 2.3.0.4): each has an id of its own within the container and is pointed at from within it, or
/// points at it (dom-3); it contains none itself (dom-2) and has no version (dom-4) and no security labels (dom-5).
extension ShapeWalk {
    func containedResources(of resource: Int) -> ContainedResources {
        var found = ContainedResources()
        guard let list = member("contained", of: resource), tape[list].isContainer, !tape[list].isObject else {
            return found
        }
        var element = list + 1
        while element < Int(tape[list].next) {
            defer { element = Int(tape[element].next) }
            guard tape[element].isObject else { continue }
            let id = member("id", of: element).flatMap { tape[$0].isString ? $0 : nil }
            let named = member("resourceType", of: element)
            let type = named.flatMap { index in tape[index].isString ? withText(index) { ResourceType(utf8: $0) } : nil
            }
            found.entries.append(ContainedResources.Entry(index: element, id: id, type: type))
        }
        if found.entries.count > 8 {
            for (position, entry) in found.entries.enumerated() {
                guard let id = entry.id.map({ tape[$0].text(in: document.bytes) }) else { continue }
                if found.positions[id] == nil { found.positions[id] = position }
            }
        }
        return found
    }

    /// The position of the contained resource with an id.
    private func position(ofContained id: UnsafeBufferPointer<UInt8>) -> Int? {
        if !contained.positions.isEmpty { return contained.positions[String(decoding: id, as: UTF8.self)] }
        return contained.entries.firstIndex { $0.id.map { tape[$0].equals(id, in: text) } ?? false }
    }

    /// Notes that a text `#id` points at a contained resource, and answers which.
    mutating func markContained(_ index: Int) -> ContainedTarget {
        let target = withText(index) { text -> ContainedTarget in
            if text.count == 1 { return .container }
            return position(ofContained: UnsafeBufferPointer(rebasing: text[1...])).map { .resource($0) } ?? .missing
        }
        switch target {
        case .container: if let current = contained.current { contained.entries[current].pointsOut = true }
        case .resource(let position): contained.entries[position].isReferenced = true
        case .missing: break
        }
        return target
    }

    /// What must hold of a contained resource by itself, before it is walked.
    mutating func checkContained(_ index: Int) {
        contained.current = contained.position(of: index)
        guard let meta = member("meta", of: index), tape[meta].isObject else { return }
        if let version = member("versionId", of: meta) { reportVersionInside(version) }
        if let updated = member("lastUpdated", of: meta) { reportVersionInside(updated) }
        if let security = member("security", of: meta) {
            report(
                .invariant, security,
                "A contained resource has no security labels (dom-5): those of the resource around it apply.")
        }
    }

    private func reportVersionInside(_ index: Int) {
        report(
            .invariant, index,
            "A contained resource has no version of its own (dom-4). Leave out meta.versionId and meta.lastUpdated.")
    }

    /// What must hold of all of them, when the container has been walked.
    func checkUseOfContained() {
        for (number, entry) in contained.entries.enumerated() {
            guard let id = entry.id else {
                if !entry.pointsOut {
                    report(
                        .required, entry.index,
                        "A contained resource needs an id, by which something in the resource around it points at it.")
                }
                continue
            }
            let first = withText(id) { position(ofContained: $0) }
            if first != number {
                report(.duplicate, id, "Another contained resource has the id \(shown(id)) already.")
            } else if !entry.isReferenced && !entry.pointsOut {
                report(
                    .invariant, entry.index,
                    "Nothing in the resource points at this contained resource (dom-3). Refer to it by \"#\(tape[id].text(in: document.bytes))\", or leave it out."
                )
            }
        }
    }
}

/// What `#…` points at.
enum ContainedTarget {
    /// The resource around, by `#` alone.
    case container
    /// A contained resource, by position.
    case resource(Int)
    case missing
}

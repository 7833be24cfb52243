/// What `_summary` and `_elements` leave of a resource (R4 §3.1.1.5.8, §3.1.1.5.9), marked as SUBSETTED.
///
/// What is mandatory and what modifies the meaning of the rest is always told. A resource that stays is told whole where
/// a part of it would say nothing: an element of which no child is in the summary, and a contained resource that a told
/// reference points at.
public struct ResourceSubset: Sendable {
    private let view: SearchView
    private let type: ResourceType
    /// For ``SearchView/elements(_:)``: the names that concern the type; nil: no name does, and all is told.
    private let names: Set<String>?

    public init(_ view: SearchView, of type: ResourceType) {
        self.view = view
        self.type = type
        guard case .elements(let wanted) = view else {
            names = []
            return
        }
        let own = wanted.compactMap { name -> String? in
            guard let dot = name.firstIndex(of: ".") else { return name }
            return name[..<dot] == type.name ? String(name[name.index(after: dot)...]) : nil
        }
        names = own.isEmpty ? nil : Set(own)
    }

    /// Whether there is anything to do.
    public var isWhole: Bool { view == .whole || view == .count || names == nil }

    /// The resource's JSON, as far as it is told.
    ///
    /// - Parameter resource: as a client sees it, with `meta`; it is valid R4.
    public func json(of resource: JSONNode) -> [UInt8] {
        guard !isWhole else { return JSONWriter.compact(resource) }
        var edits = edits(of: resource, keepingContained: [])
        var bytes = JSONWriter.compact(resource, edits: edits)
        if let contained = resource["contained"], edits.edit(of: contained.index) != nil {
            let wanted = Self.contained(in: resource, pointedAtBy: bytes)
            if !wanted.isEmpty {
                edits = self.edits(of: resource, keepingContained: wanted)
                bytes = JSONWriter.compact(resource, edits: edits)
            }
        }
        return bytes
    }

    private func edits(of resource: JSONNode, keepingContained ids: Set<String>) -> JSONEdits {
        var edits = JSONEdits()
        let fact = R4.table.type(type)
        for (key, value) in resource.members {
            let name = Self.name(key)
            switch name {
            case "resourceType", "id": continue
            case "meta": edits.replace(value.index, with: Self.marked(value))
            case "contained" where !ids.isEmpty:
                for element in value.elements where !ids.contains(element["id"]?.string ?? "") {
                    edits.drop(element.index)
                }
            default:
                let known = fact.key(name)
                guard tells(name, known?.element) else {
                    edits.drop(value.index)
                    continue
                }
                if view == .summary, let known, !name.isCompanion(key) {
                    for element in value.elements { Self.summarise(element, as: known.type, &edits) }
                }
            }
        }
        return edits
    }

    private func tells(_ name: String, _ element: ElementFact?) -> Bool {
        if view == .data { return name != "text" }
        if view == .text, name == "text" { return true }
        guard let element else { return false }
        if element.minimum > 0 || element.isModifier { return true }
        switch view {
        case .summary: return element.isSummary
        case .elements:
            return names.map { $0.contains(name) || $0.contains(element.name) || $0.contains(element.name + "[x]") }
                ?? true
        case .text, .data, .whole, .count: return false
        }
    }

    /// Drops what is not in the summary, unless nothing would be left.
    private static func summarise(_ value: JSONNode, as type: TypeFact, _ edits: inout JSONEdits) {
        guard value.kind == .object, type.kind == .complex || type.kind == .backbone, type.name != "Extension" else {
            return
        }
        var dropped: [Int32] = []
        var told: [(JSONNode, TypeFact)] = []
        var isEmpty = true
        for (key, member) in value.members {
            let name = name(key)
            let known = type.key(name)
            if let known, known.element.isSummary || known.element.isModifier || known.element.minimum > 0 {
                isEmpty = false
                if !name.isCompanion(key) { told.append((member, known.type)) }
            } else {
                dropped.append(member.index)
            }
        }
        guard !isEmpty else { return }
        for node in dropped { edits.drop(node) }
        for (member, type) in told {
            for element in member.elements { summarise(element, as: type, &edits) }
        }
    }

    /// The name of a member; that of a primitive's companion (`_birthDate`) without its underscore.
    private static func name(_ key: JSONKey) -> String {
        let name = key.string
        return name.hasPrefix("_") ? String(name.dropFirst()) : name
    }

    // MARK: SUBSETTED

    private static let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"

    /// The same meta with the tag that tells a subset from a resource (R4 §3.1.1.5.8): nobody should write it back.
    private static func marked(_ meta: JSONNode) -> [UInt8] {
        var json = JSONBuilder(capacity: meta.sourceRange.count + 160)
        json.object { json in
            for (key, value) in meta.members where !key.equals("tag") {
                json.key(key.string)
                json.value(value)
            }
            json.array("tag") { json in
                var isMarked = false
                for tag in meta.elements("tag") {
                    isMarked = isMarked || tag["code"]?.equals("SUBSETTED") == true
                    json.value(tag)
                }
                guard !isMarked else { return }
                json.object { json in
                    json.member("system", system)
                    json.member("code", "SUBSETTED")
                    json.member("display", "subsetted")
                }
            }
        }
        return json.bytes
    }

    // MARK: Contained resources

    /// The contained resources that are pointed at, and those that they point at.
    private static func contained(in resource: JSONNode, pointedAtBy subset: [UInt8]) -> Set<String> {
        guard let root = try? JSONDocument.parse(subset, limits: JSONLimits(maximumBytes: .max)).root else { return [] }
        var bodies: [String: JSONNode] = [:]
        for element in resource.elements("contained") {
            if let id = element["id"]?.string { bodies[id] = element }
        }
        var found: Set<String> = []
        var nodes = [root]
        while let node = nodes.popLast() {
            for id in localReferences(in: node) where !found.contains(id) {
                guard let body = bodies[id] else { continue }
                found.insert(id)
                nodes.append(body)
            }
        }
        return found
    }

    /// What references of the form `#id` name.
    private static func localReferences(in node: JSONNode) -> [String] {
        var ids: [String] = []
        var pending = [node]
        while let node = pending.popLast() {
            switch node.kind {
            case .object:
                for (key, value) in node.members {
                    if key.equals("reference"), let text = value.string, text.hasPrefix("#") {
                        ids.append(String(text.dropFirst()))
                    } else {
                        pending.append(value)
                    }
                }
            case .array: pending.append(contentsOf: node.elements)
            case .string, .number, .true, .false, .null: continue
            }
        }
        return ids
    }
}

extension String {
    /// Whether a key is that of the companion of the primitive with this name.
    fileprivate func isCompanion(_ key: JSONKey) -> Bool { !key.equals(self) }
}

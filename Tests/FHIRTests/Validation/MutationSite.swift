import FHIR

/// A value somewhere in a valid resource, where a mutation may be made. Its expression is made here, independently of
/// the validator's.
struct MutationSite {
    let document: JSONDocument
    /// The object that it is a member of; nil for the outermost resource.
    let object: JSONNode?
    let key: JSONKey?
    /// The member's whole value, which is an array in lists.
    let member: JSONNode
    /// The value itself.
    let node: JSONNode
    let element: ElementFact?
    let reference: TypeReference?
    /// Its type, of resources the concrete one.
    let type: TypeFact
    let expression: String
    /// The same without the position in the list.
    let memberExpression: String
    /// The expression of the object that it is a member of.
    let parent: String
    /// The nearest resource and the resource that contains it, with the former's expression.
    let resource: JSONNode
    let container: JSONNode
    let resourceExpression: String

    var isList: Bool { element?.isList ?? false }
    var isResource: Bool { node.index == resource.index }
    var isContained: Bool { resource.index != container.index }

    /// All sites of a document, companions of primitives left out.
    static func all(of document: JSONDocument) -> [MutationSite] {
        guard let name = document.root["resourceType"]?.string, let type = R4.table.type(name) else { return [] }
        let root = MutationSite(
            document: document, object: nil, key: nil, member: document.root, node: document.root, element: nil,
            reference: nil, type: type, expression: name, memberExpression: name, parent: "", resource: document.root,
            container: document.root, resourceExpression: name)
        var sites = [root]
        var next = 0
        while next < sites.count {
            sites += sites[next].children()
            next += 1
        }
        return sites
    }

    private func children() -> [MutationSite] {
        guard node.kind == .object else { return [] }
        var found: [MutationSite] = []
        for (key, value) in node.members {
            guard let known = type.key(key.string) else { continue }
            let member = "\(expression).\(known.element.name)"
            for (position, element) in value.elements.enumerated() where !element.isNull {
                let place = known.element.isList ? "\(member)[\(position)]" : member
                let isResource = known.type.name == "Resource"
                let type = isResource ? R4.table.type(element["resourceType"]?.string ?? "") : known.type
                guard let type else { continue }
                let isContained = isResource && known.element.name == "contained"
                found.append(
                    MutationSite(
                        document: document, object: node, key: key, member: value, node: element,
                        element: known.element, reference: known.reference, type: type, expression: place,
                        memberExpression: member, parent: expression, resource: isResource ? element : resource,
                        container: isContained ? container : isResource ? element : container,
                        resourceExpression: isResource ? place : resourceExpression))
            }
        }
        return found
    }
}

/// A broken copy of a resource, and where its fault must be found.
struct Mutant {
    let bytes: [UInt8]
    let expression: String
}

extension MutationSite {
    private func mutant(_ changes: [(range: Range<Int>, text: String)], at expression: String) -> Mutant {
        var bytes = document.bytes
        for change in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(change.range, with: change.text.utf8)
        }
        return Mutant(bytes: bytes, expression: expression)
    }

    /// The value replaced by another JSON text.
    func replaced(by text: String, at place: String? = nil) -> Mutant {
        mutant([(node.sourceRange, text)], at: place ?? expression)
    }

    func replacingMember(by text: String, at place: String? = nil) -> Mutant {
        mutant([(member.sourceRange, text)], at: place ?? memberExpression)
    }

    /// The member under another name.
    func renamed(to name: String, at place: String) -> Mutant? {
        key.map { mutant([($0.sourceRange, "\"\(name)\"")], at: place) }
    }

    /// The member left out; nil if it is the only one.
    func dropped(at place: String) -> Mutant? {
        guard let object, let key else { return nil }
        return Self.range(of: key.string, in: object).map { mutant([($0, "")], at: place) }
    }

    /// A member of this object left out.
    func dropping(_ name: String, at place: String) -> Mutant? {
        Self.range(of: name, in: node).map { mutant([($0, "")], at: place) }
    }

    /// This object with more members in front, which it must not have yet.
    func adding(_ members: String, at place: String) -> Mutant? {
        guard node.kind == .object, node.count > 0 else { return nil }
        let start = node.sourceRange.lowerBound + 1
        return mutant([(start..<start, members + ",")], at: place)
    }

    /// A member of this object set to another JSON text.
    func setting(_ name: String, _ text: String, at place: String) -> Mutant? {
        guard let old = node[name] else { return adding("\"\(name)\":\(text)", at: place) }
        return mutant([(old.sourceRange, text)], at: place)
    }

    /// The source of a value.
    func source(_ node: JSONNode) -> String { String(decoding: document.bytes[node.sourceRange], as: UTF8.self) }

    /// The text of a member and the comma that goes with it.
    private static func range(of name: String, in object: JSONNode) -> Range<Int>? {
        let members = Array(object.members)
        guard members.count > 1, let position = members.firstIndex(where: { $0.key.equals(name) }) else { return nil }
        let (key, value) = members[position]
        if position + 1 < members.count {
            return key.sourceRange.lowerBound..<members[position + 1].key.sourceRange.lowerBound
        }
        return members[position - 1].value.sourceRange.upperBound..<value.sourceRange.upperBound
    }
}

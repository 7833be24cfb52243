import FHIR

extension Draft {
    /// The resource that comes of what is stored and what the message says: complete JSON. All that no edit touches is
    /// kept as it is, `id`, `meta` and extensions included. References to drafts stay as ``DraftName/reference``.
    ///
    /// - Parameter current: the stored resource of this type; nil to make one.
    /// - Throws: ``DraftError`` if `current` is no resource of the draft's type.
    public func resource(over current: JSONNode? = nil) throws(DraftError) -> [UInt8] {
        var content = try content(over: current)
        for edit in edits { content.apply(edit) }
        return content.bytes
    }

    /// The same with `Type/id` in place of drafts' names: what is there already by its id is not added again.
    ///
    /// - Parameter targets: `Type/id` by the name of a draft. A reference to a draft that is not in it is left out, and so
    ///   is what it leaves empty; an edit that says nothing then changes nothing.
    public func resource(
        over current: JSONNode?, resolving targets: [String: String]
    ) throws(DraftError) -> (resource: [UInt8], missing: [String]) {
        var content = try content(over: current)
        var missing: Set<String> = []
        for edit in edits {
            if let edit = edit.resolved(targets, &missing) { content.apply(edit) }
        }
        return (content.bytes, missing.sorted())
    }

    private func content(over current: JSONNode?) throws(DraftError) -> ResourceContent {
        if let current {
            guard let found = current["resourceType"], found.equals(type.name) else {
                throw .otherType(expected: type.name, found: current["resourceType"]?.string)
            }
        }
        return ResourceContent(type: type, current: current)
    }
}

public enum DraftError: Error, Sendable, Equatable {
    case otherType(expected: String, found: String?)
}

/// A resource that edits are applied to. Members that no edit touches are copied as they are.
struct ResourceContent {
    private enum Value {
        case stored(JSONNode)
        case made(FHIRValue)
    }

    /// The names of the type's choices, each with the others of its choice.
    private let choices: [String: [String]]
    private let typeName: String
    private var members: [(name: String, value: Value)] = []

    init(type: ResourceType, current: JSONNode?) {
        choices = ChoiceForms.others[type] ?? [:]
        typeName = type.name
        members.reserveCapacity(16)
        guard let current else { return }
        for (key, value) in current.members where !key.equals("resourceType") {
            members.append((key.string, .stored(value)))
        }
    }

    /// The value of a member, if there is one.
    subscript(_ name: String) -> FHIRValue? {
        switch members.first(where: { $0.name == name })?.value {
        case .stored(let node): FHIRValue(node)
        case .made(let value): value
        case nil: nil
        }
    }

    /// Puts a value in place of what a member holds, unless it says the same already. An extension of a primitive
    /// belongs to the value it came with.
    mutating func set(_ name: String, _ value: FHIRValue) {
        if let old = self[name] {
            if old.isSame(as: value) { return }
            removeExactly("_" + name)
        }
        for other in otherForms(of: name) { remove(other) }
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value = .made(value)
        } else {
            members.append((name, .made(value)))
        }
    }

    mutating func remove(_ name: String) {
        removeExactly(name)
        removeExactly("_" + name)
    }

    /// Whether a member is there, or for a choice any form of it.
    func has(_ name: String) -> Bool {
        if members.contains(where: { $0.name == name || $0.name == "_" + name }) { return true }
        let forms = otherForms(of: name)
        return members.contains { forms.contains($0.name) }
    }

    /// The other names that a choice may stand under: `deceasedBoolean` for `deceasedDateTime`.
    func otherForms(of name: String) -> [String] {
        choices.isEmpty ? [] : choices[name] ?? []
    }

    private mutating func removeExactly(_ name: String) {
        members.removeAll { $0.name == name }
    }

    var bytes: [UInt8] {
        var json = JSONBuilder(capacity: 1024)
        json.object { (json: inout JSONBuilder) in
            json.member("resourceType", typeName)
            for (name, value) in members {
                json.key(name)
                switch value {
                case .stored(let node): json.value(node)
                case .made(let value): value.append(to: &json)
                }
            }
        }
        return json.bytes
    }
}

/// The names that the choices of R4's resources may stand under, each with the others of its choice.
enum ChoiceForms {
    static let others: [ResourceType: [String: [String]]] = {
        var table: [ResourceType: [String: [String]]] = [:]
        for resource in ResourceType.all {
            for element in R4.table.type(resource).elements where element.isChoice {
                let keys = element.keys
                for key in keys { table[resource, default: [:]][key] = keys.filter { $0 != key } }
            }
        }
        return table
    }()
}

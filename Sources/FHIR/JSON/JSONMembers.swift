extension JSONNode {
    /// The members of an object in the order of the text; none for all else.
    public var members: JSONMembers {
        let entry = entry
        let end = entry.isObject ? entry.next : index + 1
        return JSONMembers(document: document, position: index + 1, end: end)
    }

    /// The elements of an array in order. Any other value gives itself, once: where FHIR allows a list, a walker need
    /// not ask whether it got one.
    public var elements: JSONElements {
        let entry = entry
        let isArray = entry.isContainer && !entry.isObject
        return JSONElements(document: document, position: isArray ? index + 1 : index, end: entry.next)
    }

    /// The elements of the member of that name, as ``elements`` gives them; none if there is no such member.
    public func elements(_ key: StaticString) -> JSONElements {
        self[key]?.elements ?? JSONElements(document: document, position: 0, end: 0)
    }
}

/// The members of an object, in the order of the text. Walking them allocates nothing.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    let document: JSONDocument
    var position: Int32
    let end: Int32

    public mutating func next() -> (key: JSONKey, value: JSONNode)? {
        guard position < end else { return nil }
        let key = JSONKey(document: document, index: position)
        let value = JSONNode(document: document, index: position + 1)
        position = value.endIndex
        return (key, value)
    }
}

/// The elements of an array, or one single value. Walking them allocates nothing.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
    let document: JSONDocument
    var position: Int32
    let end: Int32

    public mutating func next() -> JSONNode? {
        guard position < end else { return nil }
        let node = JSONNode(document: document, index: position)
        position = node.endIndex
        return node
    }

    public var first: JSONNode? {
        var copy = self
        return copy.next()
    }
}

extension JSONDraft {
    /// The position of a member of an object.
    mutating func position(of name: [UInt8], in object: Int32) throws(DraftFault) -> Int? {
        guard case .object(let members) = self[object] else { return nil }
        let found = members.firstIndex { $0.key.equals(name) }
        try charge((found ?? members.count) + 1)
        return found
    }

    /// Where a value stands: in which container, at which position there.
    struct Place {
        let container: Int32
        let position: Int
        let value: Int32
    }

    /// The value that a path leads to, which must exist.
    mutating func value(at path: [[UInt8]]) throws(DraftFault) -> Int32 {
        var value = root
        for depth in path.indices { value = try child(of: value, path, depth).value }
        return value
    }

    /// The place that a path leads to, where something stands already; never the root.
    mutating func place(at path: [[UInt8]]) throws(DraftFault) -> Place {
        guard !path.isEmpty else { throw .root }
        let container = try value(at: Array(path.dropLast()))
        return try child(of: container, path, path.count - 1)
    }

    /// Puts a value where a path leads to (RFC 6902 §4.1): a member is set, an element inserted.
    mutating func add(_ value: Int32, at path: [[UInt8]]) throws(DraftFault) {
        guard let last = path.last else { return try replaceRoot(with: value) }
        let depth = path.count - 1
        let container = try self.value(at: Array(path.dropLast()))
        switch kind(of: container) {
        case .object: try set(last, of: container, to: value)
        case .array:
            try open(container)
            guard case .array(let elements) = self[container] else { return }
            let count = elements.count
            guard last != [UInt8(ascii: "-")] else { return try insert(value, into: container, at: count) }
            guard let index = Self.index(last) else { throw .notAnIndex(depth: depth) }
            guard index <= count else { throw .outOfRange(depth: depth, count: count) }
            try insert(value, into: container, at: index)
        case let kind: throw .scalar(depth: depth, kind: kind)
        }
    }

    /// Gives a place that exists another value.
    mutating func replace(at path: [[UInt8]], with value: Int32) throws(DraftFault) {
        guard let last = path.last else { return try replaceRoot(with: value) }
        let place = try place(at: path)
        if case .array = self[place.container] {
            try replace(place.position, of: place.container, with: value)
        } else {
            try set(last, of: place.container, to: value)
        }
    }

    /// Takes out what stands at a place and returns it.
    mutating func take(at path: [[UInt8]]) throws(DraftFault) -> Int32 {
        let place = try place(at: path)
        return try take(place.position, of: place.container)
    }

    private mutating func child(of container: Int32, _ path: [[UInt8]], _ depth: Int) throws(DraftFault) -> Place {
        try open(container)
        let name = path[depth]
        switch self[container] {
        case .object(let members):
            guard let position = try position(of: name, in: container) else { throw .missing(depth: depth) }
            return Place(container: container, position: position, value: members[position].value)
        case .array(let elements):
            if name == [UInt8(ascii: "-")] { throw .behindLast(depth: depth, count: elements.count) }
            guard let index = Self.index(name) else { throw .notAnIndex(depth: depth) }
            guard index < elements.count else { throw .outOfRange(depth: depth, count: elements.count) }
            try charge(1)
            return Place(container: container, position: index, value: elements[index])
        case .source(let node): throw .scalar(depth: depth, kind: node.kind)
        }
    }

    /// An index as RFC 6901 §4 writes it: digits without a leading zero. One too great for any array is `Int.max`.
    static func index(_ name: [UInt8]) -> Int? {
        guard let first = name.first, name.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        guard first != UInt8(ascii: "0") || name.count == 1 else { return nil }
        guard name.count <= 10 else { return .max }
        return name.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }
}

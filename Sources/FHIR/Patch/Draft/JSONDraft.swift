/// A resource while it is changed: an overlay over documents that stay as they are.
///
/// A value is a reference into a document (the resource or the patch) until something inside it changes; only then its
/// members or elements are listed here. What is never touched is written as the bytes that were sent: digits, escapes
/// and the order of members stay.
///
/// Values are numbers of a flat list, so neither depth nor copies of copies ever recurse.
struct JSONDraft {
    enum Content {
        case source(JSONNode)
        case object([Member])
        case array([Int32])
    }

    struct Member {
        let key: Key
        var value: Int32
    }

    enum Key {
        case source(JSONKey)
        /// The name, without escapes.
        case written([UInt8])
    }

    let limits: PatchLimits
    private(set) var contents: [Content]
    private(set) var root: Int32 = 0
    /// About the length of the compact text.
    private(set) var byteCount: Int
    private(set) var steps = 0
    /// Containers that an operation took the last child of. FHIR JSON has no empty ones.
    private(set) var emptied: Set<Int32> = []

    init(_ document: JSONDocument, limits: PatchLimits = .default) {
        self.limits = limits
        contents = [.source(document.root)]
        byteCount = document.root.sourceRange.count
    }

    // MARK: Budget

    mutating func charge(_ count: Int) throws(DraftFault) {
        steps += count
        if steps > limits.maximumSteps { throw .tooManySteps }
    }

    // MARK: Values

    /// A value of another document (or of this one, once more) as a part of the draft that has no place yet.
    mutating func insert(_ node: JSONNode) throws(DraftFault) -> Int32 { try insert(.source(node)) }

    /// A container that the draft has made itself, without a place yet.
    mutating func insert(_ content: Content) throws(DraftFault) -> Int32 {
        guard contents.count < limits.maximumValues else { throw .tooManyValues }
        contents.append(content)
        return Int32(truncatingIfNeeded: contents.count - 1)
    }

    subscript(_ value: Int32) -> Content { contents[Int(value)] }

    func kind(of value: Int32) -> JSONKind {
        switch self[value] {
        case .source(let node): node.kind
        case .object: .object
        case .array: .array
        }
    }

    /// Lists what a container holds, so that it can be changed.
    mutating func open(_ value: Int32) throws(DraftFault) {
        guard case .source(let node) = self[value] else { return }
        switch node.kind {
        case .object:
            try charge(node.count)
            var members: [Member] = []
            members.reserveCapacity(node.count + 1)
            for (key, child) in node.members {
                members.append(Member(key: .source(key), value: try insert(child)))
            }
            contents[Int(value)] = .object(members)
        case .array:
            try charge(node.count)
            var elements: [Int32] = []
            elements.reserveCapacity(node.count + 1)
            for child in node.elements { elements.append(try insert(child)) }
            contents[Int(value)] = .array(elements)
        case .string, .number, .true, .false, .null: break
        }
    }

    // MARK: Changes

    mutating func replaceRoot(with value: Int32) throws(DraftFault) {
        let size = try size(of: value)
        try grow(by: size - byteCount)
        root = value
    }

    /// Gives a member its value, at its place if there is one of that name and at the end if not.
    mutating func set(_ name: [UInt8], of object: Int32, to value: Int32) throws(DraftFault) {
        try grow(by: try size(of: value))
        try open(object)
        let position = try position(of: name, in: object)
        guard case .object(var members) = self[object] else { return }
        contents[Int(object)] = .array([])  // so that the list has one owner and is changed in place
        var former: Int32?
        if let position {
            former = members[position].value
            members[position].value = value
        } else {
            members.append(Member(key: .written(name), value: value))
            byteCount += name.count + 4
        }
        contents[Int(object)] = .object(members)
        if let former { byteCount -= try size(of: former) }
    }

    /// Puts a value into an array; what stands at `position` and behind it moves on.
    mutating func insert(_ value: Int32, into array: Int32, at position: Int) throws(DraftFault) {
        try grow(by: try size(of: value))
        try open(array)
        guard case .array(var elements) = self[array] else { return }
        try charge(1 + (elements.count - position) / 16)
        contents[Int(array)] = .object([])
        elements.insert(value, at: position)
        contents[Int(array)] = .array(elements)
    }

    /// Gives an array another value at a position that it has.
    mutating func replace(_ position: Int, of array: Int32, with value: Int32) throws(DraftFault) {
        try grow(by: try size(of: value))
        try open(array)
        guard case .array(var elements) = self[array] else { return }
        contents[Int(array)] = .object([])
        let former = elements[position]
        elements[position] = value
        contents[Int(array)] = .array(elements)
        byteCount -= try size(of: former)
    }

    /// Takes out the child at a position of an object or array and returns it, without a place now.
    mutating func take(_ position: Int, of container: Int32) throws(DraftFault) -> Int32 {
        try open(container)
        let taken: Int32
        let isEmpty: Bool
        switch self[container] {
        case .object(var members):
            try charge(1 + (members.count - position) / 16)
            contents[Int(container)] = .array([])
            taken = members.remove(at: position).value
            isEmpty = members.isEmpty
            contents[Int(container)] = .object(members)
        case .array(var elements):
            try charge(1 + (elements.count - position) / 16)
            contents[Int(container)] = .object([])
            taken = elements.remove(at: position)
            isEmpty = elements.isEmpty
            contents[Int(container)] = .array(elements)
        case .source: return container
        }
        if isEmpty { emptied.insert(container) }
        byteCount -= try size(of: taken)
        return taken
    }

    /// The same value once more, without a place yet. What was opened is copied, since either may change later.
    mutating func duplicate(_ value: Int32) throws(DraftFault) -> Int32 {
        let copy = try insert(self[value])
        var pending = [copy]
        while let container = pending.popLast() {
            switch self[container] {
            case .source: break
            case .object(var members):
                try charge(members.count)
                for position in members.indices {
                    members[position].value = try insert(self[members[position].value])
                    pending.append(members[position].value)
                }
                contents[Int(container)] = .object(members)
            case .array(var elements):
                try charge(elements.count)
                for position in elements.indices {
                    elements[position] = try insert(self[elements[position]])
                    pending.append(elements[position])
                }
                contents[Int(container)] = .array(elements)
            }
        }
        return copy
    }

    // MARK: Size

    private mutating func grow(by bytes: Int) throws(DraftFault) {
        byteCount += bytes
        if byteCount > limits.maximumResultBytes { throw .tooLarge }
    }

    /// About how many bytes a value takes when it is written.
    private mutating func size(of value: Int32) throws(DraftFault) -> Int {
        if case .source(let node) = self[value] { return node.sourceRange.count + 1 }
        var total = 0
        var pending = [value]
        while let next = pending.popLast() {
            switch self[next] {
            case .source(let node): total += node.sourceRange.count + 1
            case .object(let members):
                try charge(members.count)
                total += 3
                for member in members {
                    total += member.key.byteCount
                    pending.append(member.value)
                }
            case .array(let elements):
                try charge(elements.count)
                total += 3
                pending.append(contentsOf: elements)
            }
        }
        return total
    }
}

/// What keeps a change of a draft from being made. Depths count the names and indexes of a path from 0.
enum DraftFault: Error, Equatable {
    case tooManySteps
    case tooManyValues
    case tooLarge
    /// The object has no member of the name.
    case missing(depth: Int)
    /// A string, number or word has nothing inside it.
    case scalar(depth: Int, kind: JSONKind)
    /// Something else than an index into an array.
    case notAnIndex(depth: Int)
    case outOfRange(depth: Int, count: Int)
    /// `-`, the place behind the last element, where an element is needed.
    case behindLast(depth: Int, count: Int)
    /// The whole resource cannot be taken away.
    case root
}

extension JSONDraft.Key {
    func equals(_ name: [UInt8]) -> Bool {
        switch self {
        case .source(let key): key.withUTF8 { $0.count == name.count && $0.elementsEqual(name) }
        case .written(let text): text == name
        }
    }

    /// Its length with quotes and colon.
    var byteCount: Int {
        switch self {
        case .source(let key): key.sourceRange.count + 1
        case .written(let text): text.count + 3
        }
    }

    /// Appends the name in quotes.
    func write(to output: inout [UInt8]) {
        switch self {
        case .source(let key): output.append(contentsOf: key.document.bytes[key.sourceRange])
        case .written(let text): text.withUnsafeBufferPointer { JSONWriter.appendString(utf8: $0, to: &output) }
        }
    }
}

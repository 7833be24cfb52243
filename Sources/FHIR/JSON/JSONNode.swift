/// What a JSON value is.
public enum JSONKind: UInt8, Sendable {
    case object, array, string, number, `true`, `false`, null
}

/// A view of one value in a ``JSONDocument``: cheap to copy, and keeps its document alive.
public struct JSONNode: Sendable {
    public let document: JSONDocument
    /// Position on the document's tape; names the node in ``JSONEdits``. Greater means later in the text.
    public let index: Int32

    init(document: JSONDocument, index: Int32) {
        self.document = document
        self.index = index
    }

    @inline(__always) var entry: JSONTapeEntry { document.tape[Int(index)] }

    public var kind: JSONKind {
        // The parser writes nothing but raw values of JSONKind into these bits.
        JSONKind(rawValue: UInt8(truncatingIfNeeded: entry.head & 0xF)) ?? .null
    }

    /// Number of members of an object or elements of an array; 0 for all else.
    public var count: Int {
        let entry = entry
        guard entry.isContainer else { return 0 }
        let count = entry.head >> 8
        guard count == JSONTapeEntry.countIsUnknown else { return Int(count) }
        return entry.isObject ? members.reduce(0) { sum, _ in sum + 1 } : elements.reduce(0) { sum, _ in sum + 1 }
    }

    /// The bytes of this value in ``JSONDocument/bytes``, quotes and brackets included.
    public var sourceRange: Range<Int> { entry.source }

    /// The tape index behind this value and all that it contains: `index..<endIndex` are its own.
    public var endIndex: Int32 { entry.next }

    /// The member of that name; nil if there is none or this is not an object. Looks at the names one after another
    /// and allocates nothing.
    public subscript(_ key: StaticString) -> JSONNode? {
        key.withUTF8Buffer { member(named: $0) }
    }

    /// The member of that name; nil if there is none or this is not an object.
    public subscript(_ key: String) -> JSONNode? {
        var key = key
        return key.withUTF8 { member(named: $0) }
    }

    private func member(named name: UnsafeBufferPointer<UInt8>) -> JSONNode? {
        let tape = document.tape
        let object = tape[Int(index)]
        guard object.isObject else { return nil }
        let found = document.bytes.withUnsafeBufferPointer { source -> Int32? in
            var key = index + 1
            while key < object.next {
                if tape[Int(key)].equals(name, in: source) { return key + 1 }
                key = tape[Int(key) + 1].next
            }
            return nil
        }
        return found.map { JSONNode(document: document, index: $0) }
    }
}

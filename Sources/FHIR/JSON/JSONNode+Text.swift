extension JSONNode {
    /// The text of a string, its escapes resolved; nil for all else.
    public var string: String? {
        let entry = entry
        return entry.isString ? entry.text(in: document.bytes) : nil
    }

    /// A number exactly as written; nil for all else.
    public var numberText: String? {
        guard kind == .number else { return nil }
        return String(decoding: document.bytes[sourceRange], as: UTF8.self)
    }

    public var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    public var isNull: Bool { kind == .null }

    /// Lends the bytes of a string (escapes resolved) or the text of a number, `true` or `false`; nil for all else.
    public func withUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R? {
        let entry = entry
        switch kind {
        case .string: return try entry.withText(in: document.bytes, body)
        case .number, .true, .false:
            return try document.bytes.withUnsafeBufferPointer {
                try body(UnsafeBufferPointer(rebasing: $0[entry.source]))
            }
        case .object, .array, .null: return nil
        }
    }

    /// Whether this is a string with exactly these characters (compared as UTF-8, not normalised).
    public func equals(_ text: StaticString) -> Bool {
        let entry = entry
        return entry.isString && text.withUTF8Buffer { document.text(of: entry, equals: $0) }
    }

    /// Whether this is a string with exactly these characters (compared as UTF-8, not normalised).
    public func equals(_ text: String) -> Bool {
        let entry = entry
        var text = text
        return entry.isString && text.withUTF8 { document.text(of: entry, equals: $0) }
    }
}

/// The name of an object's member.
public struct JSONKey: Sendable {
    let document: JSONDocument
    let index: Int32

    private var entry: JSONTapeEntry { document.tape[Int(index)] }

    /// The name, its escapes resolved.
    public var string: String { entry.text(in: document.bytes) }

    /// Whether the name has exactly these characters.
    public func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { document.text(of: entry, equals: $0) }
    }

    /// Whether the name has exactly these characters.
    public func equals(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { document.text(of: entry, equals: $0) }
    }

    /// Lends the bytes of the name, its escapes resolved.
    public func withUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
        try entry.withText(in: document.bytes, body)
    }

    /// The bytes of the name in ``JSONDocument/bytes``, quotes included.
    public var sourceRange: Range<Int> { entry.source }
}

extension JSONDocument {
    @inline(__always)
    fileprivate func text(of entry: JSONTapeEntry, equals other: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { entry.equals(other, in: $0) }
    }
}

/// What a sender said at a place: nothing, "delete it", or something (v2.5.1 ch. 2 §2.5.3).
public enum Content: Sendable, Equatable {
    /// Not sent: what is stored stays.
    case absent
    /// `""`: what is stored is removed.
    case null
    /// Text with escape sequences decoded.
    case value(String)
}

/// A part of a message that can be asked for its bytes and its content: field, repetition, component, subcomponent.
public protocol Part: Sendable {
    var message: Message { get }
    /// Nil where the sender's segment ends before it.
    var range: Range<Int>? { get }
    var place: Place { get }
}

extension Part {
    /// The bytes as sent, escape sequences and inner delimiters included.
    @inlinable
    public var bytes: ArraySlice<UInt8> { range.map { message.bytes[$0] } ?? [] }

    @inlinable
    public var isAbsent: Bool { range?.isEmpty ?? true }

    /// Absent, null, or the whole part as one text. For a part with inner delimiters ask its components instead; here
    /// those stay in the text as characters, which is right for texts whose sender did not escape them.
    @inlinable
    public var content: Content { message.content(of: range) }

    /// The text, or nil where absent or null. Use `content` where the difference matters.
    @inlinable
    public var value: String? { message.value(of: range) }

    /// Whether it is `""`.
    @inlinable
    public var isNull: Bool { message.isNull(range) }
}

// What parts say of themselves, without being generic: only so is it as fast in another module as in this one.
extension Message {
    @usableFromInline
    func content(of range: Range<Int>?) -> Content {
        guard let range, !range.isEmpty else { return .absent }
        return isNull(range) ? .null : .value(text(of: range))
    }

    @usableFromInline
    func value(of range: Range<Int>?) -> String? {
        guard let range, !range.isEmpty, !isNull(range) else { return nil }
        return text(of: range)
    }

    @usableFromInline
    func isNull(_ range: Range<Int>?) -> Bool {
        guard let range, range.count == 2 else { return false }
        return bytes[range.lowerBound] == UInt8(ascii: "\"") && bytes[range.lowerBound + 1] == UInt8(ascii: "\"")
    }

    private func text(of range: Range<Int>) -> String {
        Escape.decode(range, of: bytes, delimiters: delimiters, characterSet: characterSet)
    }
}

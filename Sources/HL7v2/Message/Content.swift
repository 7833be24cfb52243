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
    public var bytes: ArraySlice<UInt8> { range.map { message.bytes[$0] } ?? [] }

    public var isAbsent: Bool { range?.isEmpty ?? true }

    /// Absent, null, or the whole part as one text. For a part with inner delimiters ask its components instead; here
    /// those stay in the text as characters, which is right for texts whose sender did not escape them.
    public var content: Content {
        guard let range, !range.isEmpty else { return .absent }
        if isNull { return .null }
        let bytes = message.bytes[range]
        return .value(Escape.decode(bytes, delimiters: message.delimiters, characterSet: message.characterSet))
    }

    /// The text, or nil where absent or null. Use `content` where the difference matters.
    public var value: String? {
        guard case .value(let text) = content else { return nil }
        return text
    }

    /// Whether it is `""`.
    public var isNull: Bool {
        guard let range, range.count == 2 else { return false }
        return message.bytes[range.lowerBound] == UInt8(ascii: "\"")
            && message.bytes[range.lowerBound + 1] == UInt8(ascii: "\"")
    }
}

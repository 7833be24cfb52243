/// The way from the root of a JSON document to one of its values: RFC 6901, `/name/0/given`.
struct JSONPointer: Sendable, Equatable {
    /// The names and indexes, their escapes (`~0` for ~, `~1` for /) resolved. None is the whole document.
    let tokens: [[UInt8]]

    enum Fault: Error, Equatable {
        /// It neither is empty nor begins with a slash.
        case noSlash
        /// `~` is followed by something else than 0 or 1.
        case escape
    }

    init(tokens: [[UInt8]]) { self.tokens = tokens }

    init(_ text: String) throws(Fault) {
        var text = text
        let outcome: Result<[[UInt8]], Fault> = text.withUTF8 { Self.parse($0) }
        tokens = try outcome.get()
    }

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Result<[[UInt8]], Fault> {
        guard let first = text.first else { return .success([]) }
        guard first == UInt8(ascii: "/") else { return .failure(.noSlash) }
        var tokens: [[UInt8]] = []
        var token: [UInt8] = []
        var offset = 1
        while offset < text.count {
            let byte = text[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "/"):
                tokens.append(token)
                token = []
            case UInt8(ascii: "~"):
                guard offset < text.count, text[offset] == 0x30 || text[offset] == 0x31 else {
                    return .failure(.escape)
                }
                token.append(text[offset] == 0x30 ? UInt8(ascii: "~") : UInt8(ascii: "/"))
                offset += 1
            default: token.append(byte)
            }
        }
        tokens.append(token)
        return .success(tokens)
    }

    /// Whether it leads to something inside what `other` leads to.
    func isInside(_ other: JSONPointer) -> Bool {
        tokens.count > other.tokens.count && tokens.starts(with: other.tokens)
    }

    /// The first tokens as text again, shortened where it would not be read anyway; the whole document is named so.
    func text(_ count: Int? = nil) -> String {
        let count = count ?? tokens.count
        guard count > 0 else { return "the whole resource" }
        var text = ""
        for token in tokens.prefix(count) {
            text += "/"
            for scalar in String(decoding: token, as: UTF8.self).unicodeScalars {
                switch scalar {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(scalar)
                }
            }
            if text.utf8.count > 200 { return String(text.prefix(200)) + "…" }
        }
        return text
    }
}

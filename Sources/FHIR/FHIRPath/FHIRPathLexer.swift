/// Splits the bytes of an expression into words; white space and comments fall away.
struct FHIRPathLexer {
    let bytes: [UInt8]
    var cursor = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// How many words an expression may have; the longest of R4 has some hundreds. Trees as deep as a path is long are
    /// walked and freed by recursion.
    static let maximumTokens = 5_000

    static func tokens(of text: String) throws(FHIRPathError) -> [FHIRPathToken] {
        var lexer = FHIRPathLexer(text)
        var tokens: [FHIRPathToken] = []
        repeat {
            tokens.append(try lexer.next())
            guard tokens.count <= maximumTokens else { throw .tooLong(offset: lexer.cursor) }
        } while tokens.last?.kind != .end
        return tokens
    }

    private mutating func next() throws(FHIRPathError) -> FHIRPathToken {
        try skipBlank()
        let start = cursor
        guard let byte = peek() else { return FHIRPathToken(kind: .end, offset: start) }
        return FHIRPathToken(kind: try kind(startingWith: byte), offset: start)
    }

    private mutating func kind(startingWith byte: UInt8) throws(FHIRPathError) -> FHIRPathToken.Kind {
        switch byte {
        case _ where byte.isIdentifierStart:
            return .identifier(word())
        case _ where byte.isDigit:
            return .literal(.number(number()))
        case UInt8(ascii: "'"):
            return .literal(.string(try quoted()))
        case UInt8(ascii: "`"), UInt8(ascii: "\""):
            return .delimited(try quoted())
        case UInt8(ascii: "@"):
            return .literal(try temporal())
        case UInt8(ascii: "$"):
            cursor += 1
            let name = word()
            guard ["this", "index", "total"].contains(name) else {
                throw .unexpectedCharacter(offset: cursor - name.utf8.count - 1)
            }
            return .special(name)
        default:
            return .symbol(try symbol(byte))
        }
    }

    func peek(_ ahead: Int = 0) -> UInt8? {
        cursor + ahead < bytes.count ? bytes[cursor + ahead] : nil
    }

    private mutating func skipBlank() throws(FHIRPathError) {
        while let byte = peek() {
            if byte == 0x20 || 0x09...0x0D ~= byte {
                cursor += 1
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let inner = peek(), inner != 0x0A, inner != 0x0D { cursor += 1 }
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                try skipComment()
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(FHIRPathError) {
        let start = cursor
        cursor += 2
        while peek() != UInt8(ascii: "*") || peek(1) != UInt8(ascii: "/") {
            guard cursor < bytes.count else { throw .unterminated(offset: start) }
            cursor += 1
        }
        cursor += 2
    }

    private mutating func word() -> String {
        let start = cursor
        while let byte = peek(), byte.isIdentifierStart || byte.isDigit { cursor += 1 }
        return String(decoding: bytes[start..<cursor], as: UTF8.self)
    }

    /// Digits, and a fraction if a digit follows the point (`1.first()` is a call on 1).
    private mutating func number() -> String {
        let start = cursor
        skipDigits()
        if peek() == UInt8(ascii: "."), let after = peek(1), after.isDigit {
            cursor += 1
            skipDigits()
        }
        return String(decoding: bytes[start..<cursor], as: UTF8.self)
    }

    mutating func skipDigits() {
        while let byte = peek(), byte.isDigit { cursor += 1 }
    }

    private mutating func symbol(_ byte: UInt8) throws(FHIRPathError) -> String {
        let pair = String(decoding: bytes[cursor..<min(cursor + 2, bytes.count)], as: UTF8.self)
        if ["<=", ">=", "!=", "!~"].contains(pair) {
            cursor += 2
            return pair
        }
        let single = String(decoding: CollectionOfOne(byte), as: UTF8.self)
        guard byte < 0x80, ".[](){},%+-*/&|<>=~".contains(single) else { throw .unexpectedCharacter(offset: cursor) }
        cursor += 1
        return single
    }
}

extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }

    /// A…Z, a…z, `_`
    var isIdentifierStart: Bool { (self | 0x20) &- 0x61 < 26 || self == UInt8(ascii: "_") }
}

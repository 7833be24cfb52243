/// The tokens of XPath 1.0 §3.7.
enum XPathToken: Equatable {
    /// A name, with its prefix if it has one; `*` as the local part of `p:*`.
    case name(prefix: String?, String)
    case number(Double)
    case string(String)
    /// `/`, `//`, `[`, `]`, `(`, `)`, `@`, `,`, `.`, `..`, `::`, `*`, `|`, `+`, `-`, `$` and comparisons.
    case symbol(String)
    case end
}

struct XPathLexer {
    /// Longer selectors are refused: those of people have fewer than 200 characters.
    static let maximumLength = 4_096

    private(set) var tokens: [(token: XPathToken, place: Int)] = []
    private let text: [Unicode.Scalar]
    private var offset = 0

    init(_ text: String) throws(XPathError) {
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        self.text = Array(text.unicodeScalars)
        while true {
            while let scalar = peek(), " \t\n\r".unicodeScalars.contains(scalar) { offset += 1 }
            let place = offset + 1
            let token = try next()
            tokens.append((token, place))
            if token == .end { return }
        }
    }

    private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
        offset + ahead < text.count ? text[offset + ahead] : nil
    }

    private mutating func next() throws(XPathError) -> XPathToken {
        guard let scalar = peek() else { return .end }
        switch scalar {
        case "\"", "'": return try literal(scalar)
        case "0"..."9": return number()
        case "." where peek(1).map { ("0"..."9").contains($0) } ?? false: return number()
        default: break
        }
        if Self.isNameStart(scalar) { return try name() }
        for length in [2, 1] where offset + length <= text.count {
            var symbol = ""
            symbol.unicodeScalars.append(contentsOf: text[offset..<offset + length])
            if Self.symbols.contains(symbol) {
                offset += length
                return .symbol(symbol)
            }
        }
        throw .syntax("the character \(String(scalar).debugDescription) has no meaning in XPath", at: offset + 1)
    }

    private static let symbols: Set<String> = [
        "//", "::", "..", "!=", "<=", ">=", "/", "[", "]", "(", ")", "@", ",", ".", "*", "|", "+", "-", "$", "=", "<",
        ">",
    ]

    private mutating func literal(_ quote: Unicode.Scalar) throws(XPathError) -> XPathToken {
        let start = offset + 1
        guard let end = text[start...].firstIndex(of: quote) else {
            throw .syntax("a string has no closing quote", at: offset + 1)
        }
        offset = end + 1
        return .string(Self.string(text[start..<end]))
    }

    private mutating func number() -> XPathToken {
        let start = offset
        while let scalar = peek(), ("0"..."9").contains(scalar) { offset += 1 }
        if peek() == "." {
            offset += 1
            while let scalar = peek(), ("0"..."9").contains(scalar) { offset += 1 }
        }
        var digits = Self.string(text[start..<offset])
        if digits.hasPrefix(".") { digits = "0" + digits }
        if digits.hasSuffix(".") { digits.removeLast() }
        return .number(Double(digits) ?? .nan)
    }

    /// NCName, NCName:NCName or NCName:*, but not the axis in `child::x`.
    private mutating func name() throws(XPathError) -> XPathToken {
        let first = part()
        guard peek() == ":", peek(1) != ":" else { return .name(prefix: nil, first) }
        offset += 1
        if peek() == "*" {
            offset += 1
            return .name(prefix: first, "*")
        }
        guard let scalar = peek(), Self.isNameStart(scalar) else {
            throw .syntax("a name was expected behind \"\(first):\"", at: offset + 1)
        }
        return .name(prefix: first, part())
    }

    private mutating func part() -> String {
        let start = offset
        while let scalar = peek(), Self.isNamePart(scalar) { offset += 1 }
        return Self.string(text[start..<offset])
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars)
        return result
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "_": true
        default: scalar.value >= 0xC0 && scalar.properties.isAlphabetic
        }
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "-", ".": true
        default: isNameStart(scalar) || scalar.value == 0xB7
        }
    }
}

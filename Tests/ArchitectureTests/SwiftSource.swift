/// A Swift source file cut into words, marks and string literals, without its comments: enough to see what it imports
/// and what it says to a database.
struct SwiftSource {
    enum Token: Equatable {
        case word(String)
        case mark(Character)
        case string(String)
        case lineEnd
    }

    let tokens: [Token]

    init(_ text: String) {
        var scanner = Scanner(text: Array(text.utf8))
        scanner.scan(untilParenthesis: false)
        tokens = scanner.tokens
    }

    /// The modules that it imports: `import Foo`, `@testable public import struct Foo.Bar`.
    var imports: [String] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
        var modules: [String] = []
        for (index, token) in tokens.enumerated() where token == .word("import") && startsStatement(index) {
            let rest = tokens[(index + 1)...].prefix { $0 != .lineEnd }
            let words = rest.compactMap { if case .word(let word) = $0 { word } else { nil } }
            if let module = words.first(where: { !kinds.contains($0) }) { modules.append(module) }
        }
        return modules
    }

    /// Only attributes and an access level may stand before `import` in its line.
    private func startsStatement(_ index: Int) -> Bool {
        tokens[..<index].reversed().prefix { $0 != .lineEnd }.allSatisfy { token in
            switch token {
            case .word, .mark("@"), .mark("("), .mark(")"): true
            default: false
            }
        }
    }

    var strings: [String] {
        tokens.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    /// The code without strings and comments.
    var code: String {
        var code = ""
        for token in tokens {
            switch token {
            case .word(let word):
                if code.utf8.last?.isWord == true { code.append(" ") }
                code += word
            case .mark(let mark): code.append(mark)
            case .string: code += "\"\""
            case .lineEnd: code.append("\n")
            }
        }
        return code
    }
}

extension UInt8 {
    /// Beyond ASCII everything is taken for a letter.
    fileprivate var isWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}

private struct Scanner {
    let text: [UInt8]
    var position = 0
    var tokens: [SwiftSource.Token] = []

    private static let lineFeed = UInt8(ascii: "\n")

    init(text: [UInt8]) { self.text = text }

    private func sees(_ word: StaticString) -> Bool {
        sees(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private func sees(_ word: some Collection<UInt8>) -> Bool {
        text[position...].starts(with: word)
    }

    /// Scans to the end, or over the parenthesis that closes an interpolation.
    mutating func scan(untilParenthesis isInterpolation: Bool) {
        var depth = 0
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "/"), sees("//") {
                while position < text.count, text[position] != Self.lineFeed { position += 1 }
            } else if byte == UInt8(ascii: "/"), sees("/*") {
                skipBlockComment()
            } else if let fence = stringFence() {
                scanString(fence: fence)
            } else if byte == Self.lineFeed {
                tokens.append(.lineEnd)
                position += 1
            } else if byte.isWord {
                let start = position
                while position < text.count, text[position].isWord { position += 1 }
                tokens.append(.word(String(decoding: text[start..<position], as: UTF8.self)))
            } else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") {
                    if isInterpolation, depth == 0 {
                        position += 1
                        return
                    }
                    depth -= 1
                }
                if byte > UInt8(ascii: " ") { tokens.append(.mark(Character(UnicodeScalar(byte)))) }
                position += 1
            }
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if sees("/*") {
                depth += 1
                position += 2
            } else if sees("*/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < text.count
    }

    /// How many `#` stand before the quote of a string that begins here.
    private func stringFence() -> Int? {
        var end = position
        while end < text.count, text[end] == UInt8(ascii: "#") { end += 1 }
        return end < text.count && text[end] == UInt8(ascii: "\"") ? end - position : nil
    }

    private mutating func scanString(fence: Int) {
        position += fence
        let hashes = [UInt8](repeating: UInt8(ascii: "#"), count: fence)
        let isLong = sees("\"\"\"")
        let quote = [UInt8](repeating: UInt8(ascii: "\""), count: isLong ? 3 : 1) + hashes
        position += isLong ? 3 : 1
        let escape = [UInt8(ascii: "\\")] + hashes
        var content: [UInt8] = []
        let place = tokens.count
        while position < text.count, !sees(quote) {
            if sees(escape) {
                position += escape.count
                guard position < text.count else { break }
                let isInterpolation = text[position] == UInt8(ascii: "(")
                position += 1
                content.append(UInt8(ascii: " "))
                if isInterpolation { scan(untilParenthesis: true) }
            } else {
                content.append(text[position])
                position += 1
            }
        }
        position = min(position + quote.count, text.count)
        tokens.insert(.string(String(decoding: content, as: UTF8.self)), at: place)
    }
}

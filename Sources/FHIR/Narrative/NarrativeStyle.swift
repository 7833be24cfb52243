/// Style attributes: legal, as long as they only style.
enum NarrativeStyle {
    /// What is wrong with a style attribute's value, in plain words.
    static func fault(_ value: UnsafeBufferPointer<UInt8>, hasReference: Bool) -> String? {
        // Whatever fetches or runs something needs a parenthesis, an at-rule, or a way to hide them.
        let isSuspicious =
            hasReference
            || value.contains { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "\\") }
        guard isSuspicious else { return nil }
        let text = plain(value)
        for word in ["expression(", "javascript:", "vbscript:", "-moz-binding", "behavior:", "@import", "@charset"]
        where find(word, in: text, from: 0) != nil {
            return "The style attribute holds ‘\(word)’, which is not allowed."
        }
        var index = 0
        while let start = find("url(", in: text, from: index) {
            index = start + 4
            let target = text[index...].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
            if target.first != UInt8(ascii: "#") && !target.starts(with: "data:image/".utf8) {
                return "The style attribute fetches something from outside by url(), which is not allowed."
            }
        }
        return nil
    }

    /// Where a word begins next.
    private static func find(_ word: String, in text: [UInt8], from start: Int) -> Int? {
        let word = Array(word.utf8)
        var index = start
        while index + word.count <= text.count {
            if text[index] == word[0], text[index..<index + word.count].elementsEqual(word) { return index }
            index += 1
        }
        return nil
    }

    /// The value as a browser takes it: references and CSS escapes resolved, comments and white space left out, lower
    /// case.
    private static func plain(_ value: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        let text = NarrativeText.resolved([UInt8](value))
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "/"), index + 1 < text.count, text[index + 1] == UInt8(ascii: "*") {
                index += 2
                while index + 1 < text.count, text[index] != UInt8(ascii: "*") || text[index + 1] != UInt8(ascii: "/") {
                    index += 1
                }
                index += 2
            } else if text[index] == UInt8(ascii: "\\") {
                let (scalar, end) = escape(text, at: index)
                if let scalar { result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
                index = end
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return NarrativeText.squeezed(result)
    }

    /// A CSS escape: up to six hexadecimal digits and one blank, or any other character as it is (CSS 2.1 §4.1.3).
    private static func escape(_ text: [UInt8], at start: Int) -> (Unicode.Scalar?, end: Int) {
        var end = start + 1
        var value: UInt32 = 0
        while end < text.count, end - start <= 6, let digit = JSONEscapes.digit(text[end]) {
            value = value << 4 | digit
            end += 1
        }
        guard end > start + 1 else { return (nil, end) }
        if end < text.count, XMLBytes.isBlank(text[end]) { end += 1 }
        return (Unicode.Scalar(value), end)
    }
}

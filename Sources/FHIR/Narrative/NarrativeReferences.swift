/// The links of a narrative: what its `href` and `src` attributes say, one after another.
public struct NarrativeReferences: Sendable {
    private let text: String.UTF8View
    private var rest: Substring.UTF8View
    /// Where the value stands that ``next()`` gave last.
    private var range: Range<String.Index>?

    public init(_ div: String) {
        text = div.utf8
        rest = div[...].utf8
    }

    /// The next value, its character references not resolved; nil behind the last one.
    public mutating func next() -> String? {
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let before = rest[..<equals]
            rest = rest[rest.index(after: equals)...]
            guard Self.ends(before, with: "href") || Self.ends(before, with: "src"), let quote = rest.first,
                quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
            else { continue }
            let start = rest.index(after: rest.startIndex)
            guard let end = rest[start...].firstIndex(of: quote) else { return nil }
            range = start..<end
            rest = rest[text.index(after: end)...]
            return String(Substring(text[start..<end]))
        }
        return nil
    }

    /// Whether an attribute of that name, behind white space, ends here.
    private static func ends(_ text: Substring.UTF8View, with name: String) -> Bool {
        let last = text.suffix(name.utf8.count + 1)
        guard let space = last.first, last.dropFirst().elementsEqual(name.utf8) else { return false }
        return space == 0x20 || (0x09...0x0d).contains(space)
    }

    /// The narrative with other links; nil where none changes.
    ///
    /// - Parameter target: what takes the place of a link; nil leaves it.
    public static func rewritten(_ div: String, _ target: (String) -> String?) -> String? {
        var links = NarrativeReferences(div)
        var result = ""
        var done = div.startIndex
        while let link = links.next() {
            guard let range = links.range, let replacement = target(link) else { continue }
            result += div[done..<range.lowerBound] + replacement
            done = range.upperBound
        }
        return done == div.startIndex ? nil : result + div[done...]
    }
}

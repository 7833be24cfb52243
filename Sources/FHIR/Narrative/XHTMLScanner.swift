/// Reads a piece of XHTML tag by tag over its bytes, and judges whether it is well-formed XML (1.0 §2–3) on the way.
///
/// It answers for what narratives are made of: ASCII names, quoted attributes, references, comments. What is rarer and
/// still legal XML (prefixes, names outside ASCII, HTML's entities for want of a document type) it passes, and says
/// that it did by ``isPlain``: then only the XML reader knows.
struct XHTMLScanner {
    enum Token: Equatable {
        /// A start tag: ``name``, ``attributes`` and ``isEmptyElement`` tell of it.
        case start
        case end
        /// Text that is not only white space, or a reference.
        case text
        case blank
        case comment(Range<Int>)
        case cdata
        case processingInstruction
        /// A named entity that XML does not have; the name's range.
        case entity(Range<Int>)
        case finished
        case malformed(Malformation)
    }

    /// Why it is no XML; the scanner stops there.
    enum Malformation: Equatable {
        case noElement, unfinished, contentAfterRoot, documentType, forbiddenCharacter, reference, tag, attribute
        case duplicateAttribute, mismatchedTag, comment, sectionEnd, tooDeep, tooManyAttributes
    }

    struct Attribute {
        let name: Range<Int>
        let value: Range<Int>
        /// Whether there is a reference in the value.
        let hasReference: Bool
    }

    static let maximumDepth = 100
    static let maximumAttributes = 64

    let text: UnsafeBufferPointer<UInt8>
    private(set) var index = 0
    /// Where the last token begins.
    private(set) var start = 0
    private(set) var name = 0..<0
    private(set) var attributes: [Attribute] = []
    private(set) var isEmptyElement = false
    /// The names of the elements that are open, the outermost first.
    private(set) var open: [Range<Int>] = []
    /// Whether all of it so far is what this scanner fully understands.
    private(set) var isPlain = true
    private var rootIsOver = false
    private var emptyElementIsOpen = false
    /// Entities that were passed, told of behind the token that they stand in.
    private var entities: [Range<Int>] = []

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    mutating func next() -> Token {
        if let entity = entities.popLast() { return .entity(entity) }
        if emptyElementIsOpen {
            emptyElementIsOpen = false
            return close()
        }
        start = index
        guard index < text.count else {
            if !open.isEmpty { return .malformed(.unfinished) }
            return rootIsOver ? .finished : .malformed(.noElement)
        }
        guard text[index] == UInt8(ascii: "<") else { return open.isEmpty ? outside() : content() }
        guard index + 1 < text.count else { return .malformed(.unfinished) }
        switch text[index + 1] {
        case UInt8(ascii: "/"): return endTag()
        case UInt8(ascii: "!"): return declaration()
        case UInt8(ascii: "?"): return processingInstruction()
        default: return startTag()
        }
    }

    // MARK: Tags

    private mutating func startTag() -> Token {
        guard !rootIsOver else { return .malformed(.contentAfterRoot) }
        guard open.count < Self.maximumDepth else { return .malformed(.tooDeep) }
        index += 1
        guard let name = scanName() else { return .malformed(.tag) }
        self.name = name
        attributes.removeAll(keepingCapacity: true)
        isEmptyElement = false
        while true {
            let blanks = skipBlanks()
            guard index < text.count else { return .malformed(.unfinished) }
            switch text[index] {
            case UInt8(ascii: ">"):
                index += 1
                open.append(name)
                return .start
            case UInt8(ascii: "/"):
                guard index + 1 < text.count, text[index + 1] == UInt8(ascii: ">") else { return .malformed(.tag) }
                index += 2
                isEmptyElement = true
                emptyElementIsOpen = true
                open.append(name)
                return .start
            default:
                guard blanks else { return .malformed(.attribute) }
                if let fault = scanAttribute() { return .malformed(fault) }
            }
        }
    }

    private mutating func scanAttribute() -> Malformation? {
        guard attributes.count < Self.maximumAttributes else { return .tooManyAttributes }
        guard let name = scanName() else { return .attribute }
        skipBlanks()
        guard index < text.count, text[index] == UInt8(ascii: "=") else { return .attribute }
        index += 1
        skipBlanks()
        guard index < text.count else { return .unfinished }
        let quote = text[index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return .attribute }
        index += 1
        let from = index
        var hasReference = false
        while index < text.count {
            let byte = text[index]
            if byte == quote {
                for other in attributes where equal(other.name, name) { return .duplicateAttribute }
                attributes.append(Attribute(name: name, value: from..<index, hasReference: hasReference))
                index += 1
                return nil
            }
            if XMLBytes.isPlainText(byte) {
                index += 1
            } else if byte == UInt8(ascii: "&") {
                hasReference = true
                if let fault = scanReference() { return fault }
            } else if byte == UInt8(ascii: "<") {
                return .attribute
            } else if !isCharacter() {
                return .forbiddenCharacter
            } else {
                index += 1
            }
        }
        return .unfinished
    }

    private mutating func endTag() -> Token {
        index += 2
        guard let name = scanName() else { return .malformed(.tag) }
        skipBlanks()
        guard index < text.count else { return .malformed(.unfinished) }
        guard text[index] == UInt8(ascii: ">") else { return .malformed(.tag) }
        index += 1
        guard let expected = open.last, equal(expected, name) else { return .malformed(.mismatchedTag) }
        return close()
    }

    private mutating func close() -> Token {
        if let last = open.popLast() { name = last }
        rootIsOver = open.isEmpty
        return .end
    }

    // MARK: Text

    private mutating func outside() -> Token {
        guard skipBlanks() else { return .malformed(rootIsOver ? .contentAfterRoot : .noElement) }
        return next()
    }

    private mutating func content() -> Token {
        var isBlank = true
        while index < text.count {
            let byte = text[index]
            if XMLBytes.isPlainText(byte) {
                if byte > 0x20 { isBlank = false }
                index += 1
                continue
            }
            switch byte {
            case UInt8(ascii: "<"): return isBlank ? .blank : .text
            case UInt8(ascii: "&"):
                isBlank = false
                if let fault = scanReference() { return .malformed(fault) }
            case UInt8(ascii: "]"):
                isBlank = false
                if index + 2 < text.count, text[index + 1] == byte, text[index + 2] == UInt8(ascii: ">") {
                    return .malformed(.sectionEnd)
                }
                index += 1
            default:
                guard isCharacter() else { return .malformed(.forbiddenCharacter) }
                isBlank = false
                index += 1
            }
        }
        return isBlank ? .blank : .text
    }

    /// Passes `&…;`.
    private mutating func scanReference() -> Malformation? {
        let from = index + 1
        guard let end = text[from...].prefix(32).firstIndex(of: UInt8(ascii: ";")) else { return .reference }
        index = end + 1
        let name = UnsafeBufferPointer(rebasing: text[from..<end])
        if name.first == UInt8(ascii: "#") {
            guard let scalar = XMLBytes.scalar(ofReference: name) else { return .reference }
            return XMLBytes.isCharacter(scalar) ? nil : .forbiddenCharacter
        }
        if XMLBytes.predefined(name) != nil { return nil }
        guard HTMLEntities.scalar(name) != nil else { return .reference }
        if entities.count < NarrativeFault.limit { entities.append(from..<end) }
        isPlain = false
        return nil
    }

    // MARK: Comments, sections, instructions

    private mutating func declaration() -> Token {
        if starts("<!--") {
            guard let end = find("--", from: index + 4) else { return .malformed(.unfinished) }
            guard end + 2 < text.count, text[end + 2] == UInt8(ascii: ">") else { return .malformed(.comment) }
            return characters(index + 4..<end, behind: end + 3)
                ? .comment(start + 4..<end) : .malformed(.forbiddenCharacter)
        }
        if starts("<![CDATA[") {
            guard !open.isEmpty else { return .malformed(.contentAfterRoot) }
            guard let end = find("]]>", from: index + 9) else { return .malformed(.unfinished) }
            return characters(index + 9..<end, behind: end + 3) ? .cdata : .malformed(.forbiddenCharacter)
        }
        return .malformed(.documentType)
    }

    private mutating func processingInstruction() -> Token {
        isPlain = false
        guard let end = find("?>", from: index + 2) else { return .malformed(.unfinished) }
        return characters(index + 2..<end, behind: end + 2) ? .processingInstruction : .malformed(.forbiddenCharacter)
    }

    /// Passes characters of which only their being characters matters.
    private mutating func characters(_ range: Range<Int>, behind: Int) -> Bool {
        index = range.lowerBound
        while index < range.upperBound {
            guard XMLBytes.isPlainText(text[index]) || text[index] > 0x1F && text[index] != 0xEF || isCharacter() else {
                return false
            }
            index += 1
        }
        index = behind
        return true
    }

    // MARK: Bytes

    private mutating func scanName() -> Range<Int>? {
        let from = index
        while index < text.count {
            let byte = text[index]
            let lower = byte | 0x20
            if lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || byte == UInt8(ascii: "_") {
                index += 1
            } else if byte >= 0x80 || byte == UInt8(ascii: ":") {
                // What may stand in a name outside ASCII, and what a prefix means, the XML reader knows.
                if !isXMLAttribute(from) { isPlain = false }
                index += 1
            } else if index > from,
                byte >= 0x30 && byte <= 0x39 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            {
                index += 1
            } else {
                break
            }
        }
        return index > from ? from..<index : nil
    }

    /// Whether a colon stands behind `xml`, the one prefix that is always bound.
    private func isXMLAttribute(_ from: Int) -> Bool {
        index == from + 3 && text[index] == UInt8(ascii: ":") && text[from] == UInt8(ascii: "x")
            && text[from + 1] == UInt8(ascii: "m") && text[from + 2] == UInt8(ascii: "l") && index + 1 < text.count
            && text[index + 1] | 0x20 >= UInt8(ascii: "a") && text[index + 1] | 0x20 <= UInt8(ascii: "z")
    }

    @discardableResult
    private mutating func skipBlanks() -> Bool {
        let from = index
        while index < text.count, XMLBytes.isBlank(text[index]) { index += 1 }
        return index > from
    }

    /// Whether a byte that is not plain begins or is a character that XML has.
    private func isCharacter() -> Bool {
        let byte = text[index]
        if byte == 0xEF { return XMLBytes.noncharacter(text, at: index) == nil }
        return byte >= 0x20
    }

    private func starts(_ word: StaticString) -> Bool {
        guard index + word.utf8CodeUnitCount <= text.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount where text[index + offset] != word.utf8Start[offset] { return false }
        return true
    }

    private func find(_ word: StaticString, from: Int) -> Int? {
        var position = from
        while position + word.utf8CodeUnitCount <= text.count {
            var matched = 0
            while matched < word.utf8CodeUnitCount, text[position + matched] == word.utf8Start[matched] { matched += 1 }
            if matched == word.utf8CodeUnitCount { return position }
            position += 1
        }
        return nil
    }

    @inline(__always)
    private func equal(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        guard one.count == other.count else { return false }
        for offset in 0..<one.count where text[one.lowerBound + offset] != text[other.lowerBound + offset] {
            return false
        }
        return true
    }
}

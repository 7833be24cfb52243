import XML

/// One pass over a narrative's bytes beside the tables of what it may hold.
struct NarrativeCheck {
    private(set) var faults: [NarrativeFault] = []
    private let text: UnsafeBufferPointer<UInt8>
    private var scanner: XHTMLScanner
    private let elements = NarrativeTables.elements
    private let attributes = NarrativeTables.attributes
    private let links = NarrativeTables.links
    /// Whether there was text or an image.
    private var saysSomething = false
    private var positions = XMLPosition.start
    private var counted = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        scanner = XHTMLScanner(text)
    }

    mutating func run() {
        while faults.count < NarrativeFault.limit {
            switch scanner.next() {
            case .start: startTag()
            case .end, .blank: break
            case .text: saysSomething = true
            case .comment(let range): comment(range)
            case .cdata:
                note(.content, "A CDATA section is not allowed: browsers do not read it as text.", at: scanner.start)
            case .processingInstruction:
                note(.content, "A processing instruction is not allowed.", at: scanner.start)
            case .entity(let name):
                note(
                    .form,
                    "The entity &\(quoted(name)); is not allowed: XHTML in FHIR has no entities but lt, gt, amp, quot and apos. Use the character itself or a numeric reference.",
                    at: name.lowerBound - 1)
            case .malformed(let reason):
                return note(.form, reason.message, at: min(scanner.index, text.count))
            case .finished:
                if !saysSomething {
                    note(.text, "The narrative has neither text nor an image.", at: 0)
                }
                return
            }
        }
    }

    // MARK: Tags

    private mutating func startTag() {
        let name = bytes(scanner.name)
        let isRoot = scanner.open.count == 1
        if isRoot {
            if !equals(name, "div") {
                note(
                    .form, "The outermost element is ‘\(quoted(scanner.name))’; a narrative is a ‘div’.",
                    at: scanner.start)
            } else if !scanner.attributes.contains(where: { equals(bytes($0.name), "xmlns") }) {
                note(
                    .form, "The div does not declare XHTML's namespace: xmlns=\"\(FHIRXML.narrativeNamespace)\".",
                    at: scanner.start)
            }
        }
        if !elements.contains(name) {
            refuse(element: scanner.name)
        } else if name.count == 3, equals(name, "img"),
            scanner.attributes.contains(where: { equals(bytes($0.name), "src") })
        {
            saysSomething = true
        }
        for attribute in scanner.attributes { check(attribute) }
    }

    private mutating func refuse(element: Range<Int>) {
        let name = String(decoding: bytes(element), as: UTF8.self)
        let lowered = name.lowercased()
        let local = lowered.split(separator: ":").last.map(String.init) ?? lowered
        if let reason = NarrativeTables.refusedElements[local] {
            note(.content, "The element ‘\(name)’ is not allowed: \(reason).", at: scanner.start)
        } else if lowered.withUTF8Buffer({ elements.contains($0) }) {
            note(.content, "The element ‘\(name)’ is unknown: XHTML's names are lower case.", at: scanner.start)
        } else if name.contains(":") {
            note(
                .content, "The element ‘\(quoted(element))’ has a prefix, which narratives do not use.",
                at: scanner.start)
        } else {
            note(.content, "The element ‘\(quoted(element))’ is not of the XHTML that R4 allows.", at: scanner.start)
        }
    }

    private mutating func check(_ attribute: XHTMLScanner.Attribute) {
        let name = bytes(attribute.name)
        let value = bytes(attribute.value)
        guard attributes.contains(name) else { return refuse(attribute) }
        if equals(name, "style") {
            if let fault = NarrativeStyle.fault(value, hasReference: attribute.hasReference) {
                note(.content, fault, at: attribute.name.lowerBound)
            }
        } else if equals(name, "xmlns") {
            if !equals(value, "http://www.w3.org/1999/xhtml") {
                note(
                    .form,
                    "The namespace ‘\(quoted(attribute.value))’ is not XHTML's, \(FHIRXML.narrativeNamespace).",
                    at: attribute.name.lowerBound)
            }
        } else if links.contains(name) {
            let isImage = equals(name, "src") && equals(bytes(scanner.name), "img")
            if let scheme = NarrativeLink.refusedScheme(value, isImage: isImage) {
                note(
                    .content,
                    "The attribute ‘\(quoted(attribute.name))’ has a ‘\(scheme):’ link, which is not allowed.",
                    at: attribute.name.lowerBound)
            }
        }
    }

    private mutating func refuse(_ attribute: XHTMLScanner.Attribute) {
        let name = String(decoding: bytes(attribute.name), as: UTF8.self)
        let lowered = name.lowercased()
        // A declaration of a prefix that nothing allowed can use does nothing.
        if lowered.hasPrefix("xmlns:") { return }
        let message =
            if lowered.hasPrefix("on") || lowered.contains(":on") {
                "The attribute ‘\(quoted(attribute.name))’ is an event handler, which is not allowed."
            } else if lowered.withUTF8Buffer({ attributes.contains($0) }) {
                "The attribute ‘\(name)’ is unknown: XHTML's names are lower case."
            } else {
                "The attribute ‘\(quoted(attribute.name))’ is not of the XHTML that R4 allows."
            }
        note(.content, message, at: attribute.name.lowerBound)
    }

    /// To a browser that reads the narrative as HTML, a comment that begins with `>` or `->` is over there, and what an
    /// XML reader takes for its rest is live.
    private mutating func comment(_ range: Range<Int>) {
        let comment = bytes(range)
        guard
            comment.first == UInt8(ascii: ">") || comment.starts(with: "->".utf8) || comment.contains(UInt8(ascii: "<"))
        else { return }
        note(.content, "A comment that holds markup is not allowed: browsers may read it.", at: scanner.start)
    }

    // MARK: Notes

    private func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[range])
    }

    private func equals(_ bytes: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
        word.withUTF8Buffer { FactHash.equal(bytes, $0) }
    }

    private func quoted(_ range: Range<Int>) -> String {
        String(decoding: bytes(range).prefix(64), as: UTF8.self)
    }

    private mutating func note(_ rule: NarrativeFault.Rule, _ message: String, at offset: Int) {
        guard faults.count < NarrativeFault.limit else { return }
        let path = scanner.open.map { quoted($0) }.joined(separator: "/")
        faults.append(NarrativeFault(rule, message, position: position(of: offset), path: path))
    }

    /// Line and column of an offset; offsets rarely fall, so the text is counted about once.
    private mutating func position(of offset: Int) -> XMLPosition {
        if offset < counted {
            counted = 0
            positions = .start
        }
        while counted < offset {
            let byte = text[counted]
            if byte == UInt8(ascii: "\n") {
                positions.line += 1
                positions.column = 1
            } else if byte & 0xC0 != 0x80 {
                positions.column += 1
            }
            counted += 1
        }
        return positions
    }
}

extension XHTMLScanner.Malformation {
    /// The reason in plain words, without the place.
    var message: String {
        switch self {
        case .noElement: "There is no XHTML element; a div was expected."
        case .unfinished: "The narrative ends before its elements are closed."
        case .contentAfterRoot: "There is content after the end of the div."
        case .documentType: "A declaration (<!…) is not allowed."
        case .forbiddenCharacter: "A character occurs that XML does not allow."
        case .reference: "An ampersand begins no reference that XHTML has; write it as &amp;."
        case .tag: "A tag is not well-formed."
        case .attribute: "An attribute is not well-formed; a quoted value is expected."
        case .duplicateAttribute: "An attribute occurs twice in one element."
        case .mismatchedTag: "An end tag does not match the start tag that is open."
        case .comment: "Two hyphens stand inside a comment."
        case .sectionEnd: "]]> stands in a text; write its last character as &gt;."
        case .tooDeep: "Elements are nested deeper than \(XHTMLScanner.maximumDepth)."
        case .tooManyAttributes: "An element has more than \(XHTMLScanner.maximumAttributes) attributes."
        }
    }
}

/// What may stand in a narrative.
///
/// Source: the elements and attributes that txt-1 lists in its XPath (StructureDefinition Narrative, R4 4.0.1), and
/// those of chapters 7–11 and 15 of HTML 4.01 that its sentence allows and `fhir-xhtml.xsd` has, too.
enum NarrativeTables {
    static let elements = NameTable([
        // txt-1
        "a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
        "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre",
        "q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
        "tt", "ul", "var",
        // HTML 4.01 §7.5.6, §8.2.4, §9.2.1, and §13.6 for images; fhir-xhtml.xsd
        "address", "bdo", "kbd", "map", "area",
    ])

    static let attributes = NameTable([
        // txt-1
        "abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding", "cellspacing",
        "cellvalign", "char", "charoff", "charset", "cite", "class", "colspan", "compact", "coords", "dir", "frame",
        "headers", "height", "href", "hreflang", "hspace", "id", "lang", "longdesc", "name", "nowrap", "rel", "rev",
        "rowspan", "rules", "scope", "shape", "span", "src", "start", "style", "summary", "tabindex", "title", "type",
        "valign", "value", "vspace", "width",
        // fhir-xhtml.xsd
        "xml:lang", "xml:space", "usemap", "ismap", "nohref",
        // Judged by its value.
        "xmlns",
    ])

    /// Attributes that name something that a browser opens or fetches.
    static let links = NameTable(["href", "src", "cite", "longdesc", "usemap"])

    /// Why some elements are refused, in plain words; all others are just not of the subset.
    static let refusedElements: [String: String] = [
        "script": "scripts are not allowed", "noscript": "scripts are not allowed",
        "style": "style sheets are not allowed; use style attributes",
        "link": "linked style sheets and other links to files are not allowed",
        "base": "it changes where links lead", "meta": "it belongs to a page's head",
        "html": "a narrative is a div, not a page", "head": "a narrative is a div, not a page",
        "body": "a narrative is a div, not a page", "title": "a narrative is a div, not a page",
        "frame": "frames are not allowed", "frameset": "frames are not allowed",
        "noframes": "frames are not allowed", "iframe": "frames are not allowed",
        "object": "embedded objects are not allowed", "embed": "embedded objects are not allowed",
        "applet": "embedded objects are not allowed", "param": "embedded objects are not allowed",
        "audio": "embedded objects are not allowed", "video": "embedded objects are not allowed",
        "svg": "embedded objects are not allowed", "math": "embedded objects are not allowed",
        "form": "forms are not allowed", "input": "forms are not allowed", "button": "forms are not allowed",
        "select": "forms are not allowed", "option": "forms are not allowed", "optgroup": "forms are not allowed",
        "textarea": "forms are not allowed", "fieldset": "forms are not allowed", "legend": "forms are not allowed",
        "label": "forms are not allowed", "isindex": "forms are not allowed",
        "ins": "marks of changed text are not allowed", "del": "marks of changed text are not allowed",
        "center": "deprecated in HTML 4", "font": "deprecated in HTML 4", "basefont": "deprecated in HTML 4",
        "u": "deprecated in HTML 4", "s": "deprecated in HTML 4", "strike": "deprecated in HTML 4",
        "dir": "deprecated in HTML 4", "menu": "deprecated in HTML 4",
    ]
}

/// A set of short ASCII names that is asked by bytes: two words of eight and an open-addressing table.
struct NameTable: Sendable {
    private struct Key: Equatable {
        var first: UInt64 = 0
        var second: UInt64 = 0

        init() {}

        init?(_ name: UnsafeBufferPointer<UInt8>) {
            guard name.count <= 16 else { return nil }
            for (offset, byte) in name.enumerated() {
                if offset < 8 {
                    first |= UInt64(byte) << UInt64(8 * offset)
                } else {
                    second |= UInt64(byte) << UInt64(8 * (offset - 8))
                }
            }
        }

        var hash: Int {
            Int(truncatingIfNeeded: ((first ^ (second &* 0x9E37_79B9)) &* 0x9E37_79B9_7F4A_7C15) >> 56)
        }
    }

    private var keys = [Key](repeating: Key(), count: 256)

    init(_ names: [String]) {
        for name in names {
            guard let key = name.withUTF8Buffer({ Key($0) }) else { continue }
            var place = key.hash
            while keys[place] != Key() { place = (place + 1) & 255 }
            keys[place] = key
        }
    }

    @inline(__always)
    func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !name.isEmpty, let key = Key(name) else { return false }
        var place = key.hash
        while keys[place] != Key() {
            if keys[place] == key { return true }
            place = (place + 1) & 255
        }
        return false
    }
}

import FHIR
import TestSupport

/// Makes resources out of the table of facts: any element of any type, with values of every kind. Members stand in R4's
/// order, and strings are escaped as ``JSONWriter`` escapes them, so that the bytes can be compared.
struct RandomResource {
    var random: SeededRandom
    private(set) var json: [UInt8] = []

    init(seed: Int) { random = SeededRandom(seed) }

    /// A resource of any type.
    static func make(seed: Int) -> [UInt8] {
        var maker = RandomResource(seed: seed)
        maker.resource(random: maker.random.pick(ResourceType.all), depth: 0)
        return maker.json
    }

    private mutating func put(_ text: String) { json.append(contentsOf: text.utf8) }

    private mutating func resource(random type: ResourceType, depth: Int) {
        put("{\"resourceType\":\"\(type.name)\"")
        members(of: R4.table.type(type), depth: depth, isFirst: false)
        put("}")
    }

    private mutating func object(_ type: TypeFact, depth: Int) {
        put("{")
        if !members(of: type, depth: depth, isFirst: true) {
            // Nothing was drawn: what every element may have.
            put("\"id\":\"x\"")
        }
        put("}")
    }

    /// Whether anything was written.
    @discardableResult
    private mutating func members(of type: TypeFact, depth: Int, isFirst: Bool) -> Bool {
        var isFirst = isFirst
        var wrote = false
        // Deep inside, less is said.
        let chance = [0: 40, 1: 25, 2: 14, 3: 7][depth] ?? 2
        for element in type.elements where random.chance(chance) {
            let reference = element.types[Int.random(in: 0..<element.types.count, using: &random)]
            let isResource = reference.type.name == "Resource"
            if isResource ? depth > 1 : depth > 7 { continue }
            member(element, reference, &isFirst, depth: depth)
            wrote = true
        }
        return wrote
    }

    private mutating func member(
        _ element: ElementFact, _ reference: TypeReference, _ isFirst: inout Bool, depth: Int
    ) {
        let key = element.key(for: reference)
        let type = reference.type
        let count = element.isList ? Int.random(in: 1...min(3, element.maximum), using: &random) : 1
        guard let kind = type.primitive else {
            self.key(key, &isFirst)
            list(element.isList, count) { maker, _ in
                if type.name == "Resource" {
                    maker.resource(random: maker.random.pick(ResourceType.all), depth: depth + 1)
                } else {
                    maker.object(type, depth: depth + 1)
                }
            }
            return
        }
        // What each has: a value, more than a value, or only more.
        let isBare = element.isXMLAttribute || kind == .xhtml || depth > 5
        let parts = (0..<count).map { _ in
            isBare || random.chance(70) ? (value: true, more: false) : (value: random.chance(50), more: true)
        }
        // As the official examples have it, a list of nothing but nulls is left out.
        if parts.contains(where: \.value) {
            self.key(key, &isFirst)
            list(element.isList, count) { maker, position in
                if parts[position].value { maker.value(kind) } else { maker.put("null") }
            }
        }
        guard parts.contains(where: \.more) else { return }
        self.key("_" + key, &isFirst)
        list(element.isList, count) { maker, position in
            if parts[position].more { maker.object(type, depth: depth + 2) } else { maker.put("null") }
        }
    }

    private mutating func key(_ key: String, _ isFirst: inout Bool) {
        put(isFirst ? "\"\(key)\":" : ",\"\(key)\":")
        isFirst = false
    }

    private mutating func list(_ isList: Bool, _ count: Int, _ body: (inout RandomResource, Int) -> Void) {
        if isList { put("[") }
        for position in 0..<count {
            if position > 0 { put(",") }
            body(&self, position)
        }
        if isList { put("]") }
    }

    private mutating func value(_ kind: PrimitiveKind) {
        switch kind {
        case .boolean: put(random.pick(["true", "false"]))
        case .integer, .unsignedInt, .positiveInt: put(random.pick(["0", "1", "-7", "2147483647", "42"]))
        case .decimal: put(random.pick(["1.50", "-0.0", "1E+400", "0.00000000000000000000000000010", "7e-3", "100"]))
        case .xhtml: JSONWriter.appendString(narrative(), to: &json)
        default: JSONWriter.appendString(text(), to: &json)
        }
    }

    private mutating func text() -> String {
        let pieces = [
            "a", "Zoë", "<b>", "&amp;", "\"", "'", "\n", "\t", "\r\n", "  ", "😀", "\u{A0}", "]]>", "\\", "/", "\u{7F}",
            "\u{FFFD}", "\u{85}", "\u{2028}", "%", "{}", "1.0", "",
        ]
        return (0..<Int.random(in: 0..<6, using: &random)).map { _ in random.pick(pieces) }.joined()
    }

    private mutating func narrative() -> String {
        let pieces = [
            "text", "<p>a &lt; b &amp;&#160;c</p>", "<br/>", "<!-- note -->", "<a href=\"#x\" title='\"'>é😀</a>",
            "\r\n ",
            "<![CDATA[<&]]>", "<table><tr><td style=\"color: red\">1</td></tr></table>", "<p />",
        ]
        let content = (0..<Int.random(in: 1..<6, using: &random)).map { _ in random.pick(pieces) }.joined()
        return "<div xmlns=\"http://www.w3.org/1999/xhtml\">\(content)</div>"
    }
}

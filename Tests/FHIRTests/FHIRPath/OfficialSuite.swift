import Foundation

@testable import FHIR

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// HL7's FHIRPath suite for R4, as it was published.
struct OfficialSuite {
    struct Case: Sendable {
        var group = ""
        var name = ""
        var expression = ""
        var input: String?
        /// Type and text of each output.
        var outputs: [(type: String?, text: String)] = []
        /// `syntax`, `semantic` or `execution`: an error is expected.
        var invalid: String?
        var isOrdered = true
        var isPredicate = false
        var checksOrder = false

        var id: String { "\(group)/\(name)" }
    }

    let cases: [Case]

    init() throws {
        let reader = SuiteReader()
        let parser = XMLParser(data: Data(try SearchTestData.bytes("fhirpath/tests-fhir-r4.xml")))
        parser.delegate = reader
        _ = parser.parse()
        cases = reader.cases
    }

    /// Inputs by name; XML ones as the JSON that they mean.
    static func document(_ name: String) throws -> JSONDocument {
        let bytes = try SearchTestData.bytes("fhirpath/input/\(name)")
        return try JSONDocument.parse(name.hasSuffix(".xml") ? FHIRXML.json(from: bytes) : bytes)
    }
}

private final class SuiteReader: NSObject, XMLParserDelegate {
    var cases: [OfficialSuite.Case] = []
    private var group = ""
    private var current: OfficialSuite.Case?
    private var text = ""

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        text = ""
        switch element {
        case "group": group = attributes["name"] ?? ""
        case "test":
            current = OfficialSuite.Case(group: group, name: attributes["name"] ?? "")
            current?.input = attributes["inputfile"]
            current?.isOrdered = attributes["ordered"] != "false"
            current?.isPredicate = attributes["predicate"] == "true"
            current?.checksOrder = attributes["checkOrderedFunctions"] == "true"
        case "expression": current?.invalid = attributes["invalid"]
        case "output": current?.outputs.append((attributes["type"], ""))
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?) {
        switch element {
        case "expression": current?.expression = text
        case "output":
            if let last = current?.outputs.indices.last { current?.outputs[last].text = text }
        case "test":
            if let current { cases.append(current) }
            current = nil
        default: break
        }
    }
}

extension OfficialSuite.Case {
    /// Evaluates the case; nil if it came out as the suite demands, else what came instead.
    func run(_ documents: [String: JSONDocument], _ empty: JSONDocument) -> String? {
        let node = FHIRPathNode(resource: (input.flatMap { documents[$0] } ?? empty).root)
        var environment = FHIRPathEnvironment(now: 1_790_000_000_000_000)
        environment.maximumSteps = 1_000_000
        let items: [FHIRPathItem]
        do {
            let path = try FHIRPath(
                expression, dialect: .strict, context: input == nil ? nil : node.type, checksOrder: checksOrder)
            items = try path.evaluate(node, in: environment)
        } catch {
            return invalid == nil ? "error: \(error.message)" : nil
        }
        if invalid != nil, outputs.isEmpty { return "no error, but \(items.map(Self.text))" }
        if isPredicate {
            return (items.isEmpty ? "false" : "true") == outputs.first?.text ? nil : "exists: \(!items.isEmpty)"
        }
        var mine = items.map(Self.text)
        var theirs = outputs.map { $0.text }
        if !isOrdered {
            mine.sort()
            theirs.sort()
        }
        guard mine.count == theirs.count, zip(mine, theirs).allSatisfy({ Self.isSame($0, $1) }) else {
            return "\(mine)"
        }
        for (item, output) in zip(items, outputs) where isOrdered {
            if let type = output.type, !Self.has(item, type: type) { return "\(item.typeName) for \(type)" }
        }
        return nil
    }

    private static func text(_ item: FHIRPathItem) -> String {
        switch item {
        case .date(let value), .dateTime(let value): "@\(value)"
        case .time(let value): "@T\(value)"
        case .node(let node) where node.type.name == "date" || node.type.name == "dateTime": "@\(item.text ?? "")"
        default: item.text ?? item.typeName
        }
    }

    /// Numbers by value and, where they are written so, by places.
    private static func isSame(_ mine: String, _ theirs: String) -> Bool {
        if mine == theirs { return true }
        if let one = FHIRDecimal(mine), let other = FHIRDecimal(theirs) { return one == other }
        return false
    }

    private static func has(_ item: FHIRPathItem, type: String) -> Bool {
        let own = item.typeName.split(separator: ".").last.map(String.init) ?? ""
        if own.lowercased() == type.lowercased() { return true }
        // The suite calls what date arithmetic gives a date, with or without a time.
        return type == "date" && own == "DateTime"
    }
}

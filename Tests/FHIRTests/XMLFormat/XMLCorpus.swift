import FHIR
import Foundation
import XML

/// Resources that are there both as JSON and as XML, in archives beside the project.
struct XMLCorpus: Sendable {
    static let specification = XMLCorpus(.specificationExamples)
    static let generated = XMLCorpus(.generatedExamples)

    let archive: ReferenceArchive

    init(_ archive: ReferenceArchive) { self.archive = archive }

    struct Pair {
        let name: String
        let json: [UInt8]
        let xml: [UInt8]
    }

    func pairs() throws -> [Pair] {
        try Self.unpacked(archive) { folder in
            let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
            return try paths.filter { $0.hasSuffix(".json") }.map { path in
                let twin = path.replacing("json/", with: "xml/").replacing(".json", with: ".xml")
                return Pair(
                    name: path, json: [UInt8](try Data(contentsOf: folder.appending(path: path))),
                    xml: [UInt8](try Data(contentsOf: folder.appending(path: twin))))
            }
        }
    }

    /// Unpacks an archive for the length of a call.
    static func unpacked<Result>(_ archive: ReferenceArchive, _ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mediconnect-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard try run(["tar", "-xzf", archive.url.path, "-C", folder.path]).status == 0 else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return try body(folder)
    }

    /// Runs a program to its end.
    static func run(_ command: [String], directory: URL? = nil) throws -> (status: Int32, errors: String) {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = directory
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}

/// What two files say, without what may differ between the two forms of an official example: the label of test data,
/// which its build put into `meta.tag` in JSON and `meta.security` in XML, and white space in narratives.
struct CanonicalForm: Equatable {
    /// A line for each element or member that says something.
    private(set) var lines: [String] = []
    /// How often the label of test data stands in `meta`.
    private(set) var labels: [String] = []

    static func == (one: CanonicalForm, other: CanonicalForm) -> Bool { one.lines == other.lines }

    init(_ element: XMLElement) { add(element, "", isNarrative: false) }

    init(_ node: JSONNode) { add(node, "") }

    // MARK: XML

    private mutating func add(_ element: XMLElement, _ path: String, isNarrative: Bool) {
        let path = "\(path)/\(element.name)"
        let isNarrative = isNarrative || element.namespace == FHIRXML.narrativeNamespace
        if path.hasSuffix("/meta/security") || path.hasSuffix("/meta/tag"), Self.isLabel(element) {
            labels.append(path)
            return
        }
        let attributes = element.attributes.filter { $0.namespace == nil || $0.prefix == "xml" }
            .map { "\($0.name)=\(isNarrative ? Self.collapsed($0.value) : $0.value)" }.sorted()
        let mark = lines.count
        lines.append("\(path) {\(element.namespace ?? "")} \(attributes)")
        for child in element.children {
            switch child {
            case .element(let child): add(child, path, isNarrative: isNarrative)
            case .text(let text):
                let text = isNarrative ? Self.squeezed(text) : text.trimmingCharacters(in: .whitespacesAndNewlines)
                if !text.isEmpty { lines.append("\(path) '\(text)'") }
            }
        }
        if element.name == "meta", lines.count == mark + 1 { lines.removeLast() }
    }

    private static func isLabel(_ element: XMLElement) -> Bool {
        element.first("code", in: FHIRXML.namespace)?.attribute("value") == "HTEST"
    }

    // MARK: JSON

    private mutating func add(_ node: JSONNode, _ path: String) {
        switch node.kind {
        case .object:
            if path.contains(".meta.security") || path.contains(".meta.tag"), node["code"]?.string == "HTEST" {
                labels.append(path)
                return
            }
            for (key, value) in node.members.map({ ($0.key.string, $0.value) }).sorted(by: { $0.0 < $1.0 }) {
                if key == "div", let text = value.string,
                    let root = try? XMLDocument.parse(Array(text.utf8)).root
                {
                    add(root, path, isNarrative: true)
                } else {
                    add(value, "\(path).\(key)")
                }
            }
        case .array where node.elements.allSatisfy(\.isNull):
            // `[null]` beside its extensions says no more than no array at all; both are written.
            break
        case .array: for (position, element) in node.elements.enumerated() { add(element, "\(path)[\(position)]") }
        case .string: lines.append("\(path) '\(node.string ?? "")'")
        case .number: lines.append("\(path) \(node.numberText ?? "")")
        case .true: lines.append("\(path) true")
        case .false: lines.append("\(path) false")
        case .null: lines.append("\(path) null")
        }
    }

    private static func collapsed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func squeezed(_ text: String) -> String {
        text.filter { !$0.isWhitespace }
    }
}

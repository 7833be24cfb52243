import FHIR
import Foundation

/// A StructureDefinition written in a test: elements as JSON objects, in a differential without snapshot.
struct TestProfile {
    var url: String
    var type: String
    var base: String?
    var version: String?
    var contexts: String?
    /// Each the inside of an ElementDefinition's object, `"path":"Patient.name","min":1`.
    var elements: [String]

    init(
        _ name: String, _ type: String, base: String? = nil, version: String? = nil, contexts: String? = nil,
        _ elements: [String]
    ) {
        url = Self.url(name)
        self.type = type
        self.base = base
        self.version = version
        self.contexts = contexts
        self.elements = elements
    }

    static func url(_ name: String) -> String { "http://example.org/StructureDefinition/\(name)" }

    var json: String {
        let list = elements.map { "{\($0)}" }.joined(separator: ",")
        return """
            {"resourceType":"StructureDefinition","url":"\(url)",\(version.map { "\"version\":\"\($0)\"," } ?? "")
            "name":"Test","status":"draft","kind":"resource","abstract":false,"type":"\(type)",
            \(contexts.map { "\"context\":\($0)," } ?? "")
            "baseDefinition":"\(base ?? "http://hl7.org/fhir/StructureDefinition/\(type)")","derivation":"constraint",
            "differential":{"element":[{"path":"\(type)"}\(list.isEmpty ? "" : ",\(list)")]}}
            """
    }
}

extension ProfileSet {
    /// A set of definitions written in a test: profiles, and other resources as JSON.
    init(_ profiles: TestProfile..., resources: String...) {
        let files = profiles.map(\.json) + resources
        self.init(files: files.enumerated().map { (name: "file \($0.offset)", bytes: Array($0.element.utf8)) })
    }

    /// The findings about a resource, each as `error required Patient.name`.
    func findings(
        _ json: String, by name: String..., policy: ProfilePolicy = .default
    ) throws -> [String] {
        try issues(json, by: name, policy: policy).map { "\($0.severity.rawValue) \($0.brief)" }
    }

    func issues(_ json: String, by names: [String], policy: ProfilePolicy = .default) throws -> [Issue] {
        validate(try JSONDocument.of(json).root, against: names.map { TestProfile.url($0) }, policy: policy)
    }
}

/// The JSON files of a published package, and its examples apart.
struct ProfilePackage: Sendable {
    static let usCore = ProfilePackage("us_core_610")
    static let ipa = ProfilePackage("ipa_v100")
    static let ips = ProfilePackage("ips_v110")

    let archive: URL

    private init(_ name: String) {
        archive = ReferenceArchive("ig/\(name).tgz").url
    }

    var isPresent: Bool { FileManager.default.isReadableFile(atPath: archive.path) }

    static var arePresent: Bool { usCore.isPresent && ipa.isPresent && ips.isPresent }

    /// - Returns: the definitions and the examples, by their path in the package.
    func files() throws -> (definitions: [(name: String, bytes: [UInt8])], examples: [(name: String, bytes: [UInt8])]) {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appendingPathComponent("package-\(UUID().uuidString)")
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: folder) }
        let tar = Process()
        tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tar.arguments = ["tar", "-xzf", archive.path, "-C", folder.path]
        try tar.run()
        tar.waitUntilExit()
        func read(_ path: String) throws -> [(name: String, bytes: [UInt8])] {
            let directory = folder.appendingPathComponent(path)
            return try manager.contentsOfDirectory(atPath: directory.path).sorted()
                .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
                .map { ($0, [UInt8](try Data(contentsOf: directory.appendingPathComponent($0)))) }
        }
        return (try read("package"), try read("package/example"))
    }
}

import FHIR
import NIOHTTP1
import Testing

/// An answer of the server.
struct Reply: Sendable, CustomStringConvertible {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    /// The body, if it is JSON.
    let json: JSONNode?

    init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
        json = try? JSONDocument.parse(body, limits: JSONLimits(maximumBytes: .max)).root
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    var description: String { "\(status) \(text.prefix(2000))" }

    func header(_ name: String) -> String? { headers.first(name: name) }

    /// The text of a string or number at a place such as `entry.0.resource.id`.
    subscript(_ path: String) -> String? { json?.at(path)?.scalar }

    /// How many elements the array at a place has; 0 if there is none.
    func count(_ path: String) -> Int { json?.at(path)?.count ?? 0 }

    var id: String { self["id"] ?? "" }
    var version: String { self["meta.versionId"] ?? "" }

    /// The url of a link of a bundle.
    func link(_ relation: String) -> String? {
        json?.elements("link").first { $0["relation"]?.string == relation }?["url"]?.string
    }

    /// The entries of a bundle.
    var entries: [JSONNode] { json.map { Array($0.elements("entry")) } ?? [] }

    /// The resources of a bundle's entries, without outcomes.
    var resources: [JSONNode] {
        json?.elements("entry").compactMap { $0["resource"] }.filter {
            $0["resourceType"]?.string != "OperationOutcome"
        }
            ?? []
    }

    var ids: [String] { resources.compactMap { $0["id"]?.string } }

    /// All that an OperationOutcome says, in its body or as an entry of a bundle.
    var diagnostics: String {
        let outcomes = (json.map { [$0] } ?? []) + (json?.elements("entry").compactMap { $0["resource"] } ?? [])
        return outcomes.filter { $0["resourceType"]?.string == "OperationOutcome" }
            .flatMap { $0.elements("issue").compactMap { $0["diagnostics"]?.string } }.joined(separator: "\n")
    }

    /// The expressions of an OperationOutcome.
    var expressions: [String] {
        json?.elements("issue").flatMap { $0.elements("expression").compactMap(\.string) } ?? []
    }
}

extension JSONNode {
    func at(_ path: String) -> JSONNode? {
        var node: JSONNode? = self
        for part in path.split(separator: ".") {
            if let index = Int(part) {
                node = node.flatMap { $0.kind == .array ? $0.elements.dropFirst(index).first { _ in true } : nil }
            } else {
                node = node?[String(part)]
            }
        }
        return node
    }

    var scalar: String? { string ?? numberText ?? bool.map { String($0) } }

    /// The value as it was written.
    var source: String { String(decoding: document.bytes[sourceRange], as: UTF8.self) }
}

/// Expects an OperationOutcome of that status whose words hold what is named.
func expectRefusal(
    _ reply: Reply, _ status: Int, naming words: String..., at place: SourceLocation = #_sourceLocation
) {
    #expect(reply.status == status, "\(reply)", sourceLocation: place)
    #expect(reply["resourceType"] == "OperationOutcome", "\(reply)", sourceLocation: place)
    #expect(
        reply.header("Content-Type")?.hasPrefix("application/fhir+json") == true, "\(reply.headers)",
        sourceLocation: place)
    #expect(
        ["fatal", "error"].contains(reply["issue.0.severity"] ?? ""), "\(reply)", sourceLocation: place)
    #expect(!reply.diagnostics.isEmpty, "\(reply)", sourceLocation: place)
    for word in words {
        #expect(
            reply.diagnostics.contains(word) || reply.expressions.contains(word), "\(word) is not named: \(reply)",
            sourceLocation: place)
    }
}

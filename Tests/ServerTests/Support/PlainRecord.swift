import FHIR
import Foundation

/// A record without what a second run of the same feed makes anew: ids, versions, and when something was written down.
struct PlainRecord {
    /// The contents, sorted, by type.
    let resources: [String: [String]]

    /// References become what they lead to: the type and the identifiers, which for a Provenance are its message's.
    init(of house: House) async throws {
        let rows = try await house.sql("select type, id, content::text from readable").map { row in
            (type: try row.text(0), id: try row.text(1), content: try row.text(2))
        }
        var names: [String: String] = [:]
        for row in rows {
            let root = try JSONDocument.parse(Array(row.content.utf8)).root
            names["\(row.type)/\(row.id)"] = "\(row.type) \((root["identifier"] ?? root["entity"])?.source ?? "?")"
        }
        var resources: [String: [String]] = [:]
        for row in rows {
            var content = Self.replacing(valuesOf: "reference", in: row.content) { names[$0] ?? $0 }
            if row.type == "Provenance" { content = Self.replacing(valuesOf: "recorded", in: content) { _ in "" } }
            resources[row.type, default: []].append(content)
        }
        self.resources = resources.mapValues { $0.sorted() }
    }

    private static func replacing(valuesOf name: String, in json: String, by value: (String) -> String) -> String {
        let parts = json.components(separatedBy: #""\#(name)":""#)
        return parts.dropFirst().reduce(into: parts[0]) { text, part in
            let end = part.firstIndex(of: "\"") ?? part.endIndex
            text += #""\#(name)":"\#(value(String(part[..<end])))\#(part[end...])"#
        }
    }
}

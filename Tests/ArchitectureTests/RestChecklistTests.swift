import Foundation
import Testing

@Suite("The table of the REST checklist")
struct RestChecklistTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("every statement holds by tests that exist, or differs for a reason")
    func table() throws {
        let page = Self.root.appending(path: "Conformance/rest-checklist.md")
        let checklist = RestChecklist(try String(contentsOf: page, encoding: .utf8))
        #expect(checklist.rows.count > 90)
        #expect(checklist.faults(in: try Self.tests()) == [])
    }

    @Test("a test that is not there, a row without one, a difference without a reason and an odd verdict are found")
    func faults() {
        let checklist = RestChecklist(
            """
            | Statement | | Shown by, or why |
            | --- | --- | --- |
            | one | holds | `ATests`: "it does"; `ATests`: "it does more" |
            | two | holds | nothing |
            | three | differs | for a reason |
            | four | perhaps | some day |
            | five | holds | `BTests`: "it does" |
            | six | holds | `ATests`: "mentioned" |
            """)
        #expect(checklist.rows.count == 6)
        let source = """
            @Test("it does") func a() {}
            @Test(
                "it does more", .enabled(if: true))
            let text = "mentioned"
            """
        #expect(
            checklist.faults(in: ["ATests": source]).map { $0.prefix { $0 != ":" } }
                == ["two", "four", "five", "six"])
    }

    private static func tests() throws -> [String: String] {
        let folder = root.appending(path: "Tests")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var found: [String: String] = [:]
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            // Names repeat between rooms.
            let name = file.deletingPathExtension().lastPathComponent
            found[name, default: ""] += try String(contentsOf: file, encoding: .utf8)
        }
        return found
    }
}

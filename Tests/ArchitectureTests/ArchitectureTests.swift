import Foundation
import Testing

@Suite("The house stands as it is planned")
struct ArchitectureTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private let inspection: Inspection
    private let files: [Inspection.File]

    init() throws {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        inspection = Inspection(manifest: Manifest(manifest))
        files = try Self.sources.get()
    }

    /// Read once for all tests.
    private static let sources = Result { try readSources() }

    @Test("the package has the rooms and the arrows of the plan")
    func arrows() {
        #expect(inspection.brokenArrows() == [])
    }

    @Test("every room has its tests")
    func tests() {
        #expect(inspection.missingTests() == [])
    }

    @Test("every import follows an arrow")
    func imports() {
        #expect(files.count > 20)
        #expect(inspection.brokenImports(in: files) == [])
    }

    @Test("the pure rooms do no input or output, know no clock and throw no dice")
    func purity() throws {
        #expect(try inspection.impurities(in: files) == [])
    }

    @Test("all SQL is in Store")
    func sql() throws {
        #expect(try inspection.straySQL(in: files) == [])
    }

    private static let page = root.deletingLastPathComponent().appending(path: "shared/ARCHITECTURE.md")

    @Test(
        "the plan checked here is the plan on the page",
        .enabled(if: FileManager.default.fileExists(atPath: page.path), "the page is not beside this checkout"))
    func pageAgrees() throws {
        let rows = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return cells.count == 3 && cells[0].hasPrefix("`") ? cells : nil
        }
        let rooms = rows.map { $0[0].replacingOccurrences(of: "`", with: "") }
        #expect(Set(rooms) == Set(Plan.rooms.map(\.name)))
        for (name, row) in zip(rooms, rows) {
            let uses = row[2] == "–" ? [] : row[2].components(separatedBy: ", ")
            let room = try #require(Plan.byName[name])
            #expect(Set(uses).isSubset(of: room.uses + room.modules), "\(name)")
            #expect(Set(room.uses).isSubset(of: uses), "\(name)")
        }
    }

    private static func readSources() throws -> [Inspection.File] {
        let folder = root.appending(path: "Sources")
        let walk = FileManager.default.enumerator(atPath: folder.path)
        var files: [Inspection.File] = []
        while let path = walk?.nextObject() as? String {
            guard path.hasSuffix(".swift"), let slash = path.firstIndex(of: "/") else { continue }
            let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            files.append(.init(room: String(path[..<slash]), path: "Sources/\(path)", source: SwiftSource(text)))
        }
        return files
    }
}

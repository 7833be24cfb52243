import Testing

@Suite("The inspection of the house finds")
struct InspectionTests {
    /// A package as planned, with one thing changed.
    private func inspection(_ change: (inout [Manifest.Target]) -> Void = { _ in }) -> Inspection {
        var targets = Plan.rooms.flatMap { room in
            [
                Manifest.Target(
                    kind: .target, name: room.name, targets: room.uses + room.modules, products: room.products),
                Manifest.Target(kind: .testTarget, name: room.name + "Tests", targets: [room.name]),
            ]
        }
        change(&targets)
        return Inspection(manifest: Manifest(targets: targets))
    }

    private func file(_ room: String, _ text: String) -> [Inspection.File] {
        [.init(room: room, path: "Sources/\(room)/X.swift", source: SwiftSource(text))]
    }

    @Test("nothing in a house as planned")
    func sound() {
        #expect(inspection().brokenArrows() == [])
        #expect(inspection().missingTests() == [])
    }

    @Test("an arrow too many, one too few, a room too many and a room without tests")
    func arrows() {
        let upwards = inspection { $0[$0.firstIndex { $0.name == "Domain" } ?? 0].targets.append("Store") }
        #expect(upwards.brokenArrows() == ["Package.swift lets Domain use Store; the plan does not."])
        let fewer = inspection { $0[$0.firstIndex { $0.name == "Facade" } ?? 0].targets = ["FHIR"] }
        #expect(fewer.brokenArrows() == ["The plan has Facade use Domain; Package.swift does not say so."])
        let more = inspection { $0.append(.init(kind: .target, name: "Utilities")) }
        #expect(more.brokenArrows() == ["The plan has no room Utilities."])
        let untested = inspection { $0.removeAll { $0.name == "XMLTests" } }
        #expect(untested.missingTests() == ["Room XML has no target XMLTests."])
    }

    @Test(
        "an import against the arrows",
        arguments: [
            ("Store", "import Hummingbird"), ("Store", "import NIOCore"), ("Domain", "import Foundation"),
            ("Domain", "import Glibc"), ("FHIR", "import Store"), ("FHIR", "import NIOCore"),
            ("Server", "import FoundationNetworking"), ("Server", "import CLibPQ"), ("Facade", "import Dispatch"),
            ("HL7v2", "@preconcurrency public import struct FHIR.Tree"), ("Access", "#if X\n    import XML2\n#endif"),
        ])
    func imports(room: String, line: String) {
        #expect(inspection().brokenImports(in: file(room, "// head\n\(line)\n")).count == 1)
    }

    @Test(
        "nothing wrong with an import along an arrow, however long",
        arguments: [
            ("Server", "import FHIR"), ("Server", "import HummingbirdCore"), ("Exchange", "import Postgres"),
            ("FHIR", "import CFacts"), ("Postgres", "import Glibc"),
            ("Domain", "// import FHIR\nlet x = \"import FHIR\""),
        ])
    func soundImports(room: String, line: String) {
        #expect(inspection().brokenImports(in: file(room, line)) == [])
    }

    @Test(
        "a pure room that touches the world",
        arguments: [
            "let now = Date()", "let id = UUID()", "let f = fopen(path, \"r\")", "FileManager.default.remove(x)",
            "let text = try String(contentsOf: url)", "let c = ContinuousClock.now", "let n = Int.random(in: 0..<3)",
            "let s = \"\\(UUID())\"",
        ])
    func impurity(line: String) throws {
        #expect(try inspection().impurities(in: file("FHIR", line)).count == 1)
        #expect(try inspection().impurities(in: file("Store", line)) == [])
        #expect(try inspection().impurities(in: file("FHIR", "// " + line)) == [])
    }

    @Test(
        "SQL outside of Store",
        arguments: [
            "\"select id from resource where id = $1\"", "\"\"\"\n    SELECT *\n    FROM audit\n    \"\"\"",
            "\"insert into audit values ($1)\"", "\"update bed set state = 1\"", "#\"delete from \"bed\"\"#",
            "\"create table x (id int)\"",
        ])
    func sql(text: String) throws {
        #expect(try inspection().straySQL(in: file("Server", "let q = \(text)")).count == 1)
        #expect(try inspection().straySQL(in: file("Store", "let q = \(text)")) == [])
        #expect(try inspection().straySQL(in: file("Server", "let q = 1 // \(text.filter { $0 != "\n" })")) == [])
        #expect(try inspection().straySQL(in: file("Server", "let q = \"select a bed, update the plan\"")) == [])
    }

    @Test("the targets of a manifest, with their dependencies in every way of writing them")
    func manifest() {
        let manifest = Manifest(
            """
            let package = Package(
                name: "x",
                dependencies: [.package(url: "https://example.org/z", from: "1.0.0")],
                targets: [
                    // .target(name: "Gone", dependencies: ["A"]),
                    .executableTarget(
                        name: "x",
                        dependencies: [
                            "A", .target(name: "B"), .byName(name: "C"),
                            .product(name: "P", package: "z", condition: .when(platforms: [.linux])),
                        ], swiftSettings: ours),
                    .target(name: "A"),
                    .systemLibrary(name: "C", pkgConfig: "c", providers: [.apt(["libc"])]),
                ])
            """)
        #expect(
            manifest.target("x")
                == .init(kind: .executableTarget, name: "x", targets: ["A", "B", "C"], products: ["P"]))
        #expect(manifest.target("A") == .init(kind: .target, name: "A"))
        #expect(manifest.target("C")?.kind == .systemLibrary)
        #expect(manifest.target("Gone") == nil)
    }
}

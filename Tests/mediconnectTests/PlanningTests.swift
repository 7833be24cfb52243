import Glibc
import Testing

@testable import mediconnect

@Suite("The order of files")
struct PlanningTests {
    private func file(_ index: Int, _ name: String, _ members: [String]? = nil) -> LoadFile {
        let shape = members.map { names in
            LoadFile.Shape.archive(names.enumerated().map { .init(index: $0.offset, name: $0.element) })
        }
        return LoadFile(index: index, path: name, name: name, size: 10, shape: shape ?? .single, isNamed: false)
    }

    private func stages(_ files: [LoadFile]) -> [[String]] {
        LoadPlan(files).stages.map { stage in
            stage.parts.map { part in
                part.file.name + (part.members.map { " \($0.sorted())" } ?? "")
            }
        }
    }

    @Test("numbers at the beginning of names are steps, smaller ones first, and the rest comes last")
    func numbers() {
        let names = ["f/0-a.json", "f/01-b.json", "f/1_c.json", "f/10.json", "f/2 d.json", "f/aaa.json", "f/zzz.json"]
        #expect(
            stages(names.enumerated().map { file($0.offset, $0.element) }) == [
                ["f/0-a.json"], ["f/01-b.json", "f/1_c.json"], ["f/2 d.json"], ["f/10.json"],
                ["f/aaa.json", "f/zzz.json"],
            ])
    }

    @Test("dates, UUIDs and record numbers are no steps")
    func noNumbers() {
        let names = ["f/057aa36e-b892.json", "f/2024-01-05.json", "f/1234_x.json", "f/12.5.json", "f/12345678-9.json"]
        #expect(stages(names.enumerated().map { file($0.offset, $0.element) }).map(\.count) == [1, 4])
    }

    @Test("folders count as names do")
    func folders() {
        let names = ["d/01-base/b.json", "d/02-more/01-x.json", "d/02-more/y.json", "d/z.json", "d/03-last.json"]
        #expect(
            stages(names.enumerated().map { file($0.offset, $0.element) }) == [
                ["d/01-base/b.json"], ["d/02-more/01-x.json"], ["d/02-more/y.json"], ["d/03-last.json"], ["d/z.json"],
            ])
    }

    @Test("an archive is gone through once for each number in it")
    func archives() {
        let plan = LoadPlan([file(0, "a.tgz", ["x.json", "1-b.json", "0-a.json", "y.json"]), file(1, "b.json")])
        #expect(plan.stages.map { $0.parts.map(\.members) } == [[[2]], [[1]], [[0, 3], nil]])
        #expect(plan.fileCount == 5)
        #expect(plan.bytes == 40)
    }

    @Test("folders are searched in name order; what is not loadable by its name is counted")
    func finding() throws {
        let folder = try ScratchFolder()
        for name in ["b.json", "a.ndjson.gz", "sub/c.JSON", "README.md", ".hidden.json", "x.tar.bz2", "Z.json"] {
            try folder.write(name, "{}".bytes)
        }
        let odd = try folder.write("odd.dat", "{}".bytes)
        let found = FileFinder.find([folder.path + "/"])
        let root = folder.path.split(separator: "/").last.map(String.init) ?? ""
        #expect(
            found.files.map(\.name)
                == ["Z.json", "a.ndjson.gz", "b.json", "sub/c.JSON", "x.tar.bz2"].map { root + "/" + $0 })
        #expect(found.ignored == 2)
        let named = FileFinder.find([odd, odd, folder.path + "/none.json"])
        #expect(named.files.map(\.isNamed) == [true])
        #expect(named.failures.map(\.error) == [.cannotOpen(code: 2)])
    }

    @Test("a folder that links to itself is searched once")
    func loops() throws {
        let folder = try ScratchFolder()
        try folder.write("a.json", "{}".bytes)
        #expect(symlink(folder.path, folder.path + "/loop") == 0)
        #expect(FileFinder.find([folder.path]).files.count == 1)
    }

    @Test("an archive that is cut short is named, and its whole members are still there")
    func survey() throws {
        let folder = try ScratchFolder()
        let whole = Packing.tar([("d/a.json", "{}".bytes), ("d/read.me", "x".bytes), ("d/b.ndjson", "{}".bytes)])
        try folder.write("whole.tgz", Packing.gzip(whole))
        try folder.write("short.tar", Array(whole.dropLast(1024)))
        let survey = FileSurvey(FileFinder.find([folder.path]).files, limits: ReadingLimits())
        let members = LoadFile.Shape.archive([.init(index: 0, name: "d/a.json"), .init(index: 2, name: "d/b.ndjson")])
        #expect(survey.files.map(\.shape) == [members, members])
        #expect(survey.failures.map(\.error) == [.truncated(.tar)])
        #expect(survey.ignored == 2)
    }
}

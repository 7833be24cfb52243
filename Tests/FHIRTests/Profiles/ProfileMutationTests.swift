import FHIR
import Testing

/// Every example of US Core, broken by one rule of its profile at a time.
@Suite("Broken examples of US Core", .enabled(if: ProfilePackage.arePresent, "needs ../shared/data"))
struct ProfileMutationTests {
    private struct Corpus {
        let set: ProfileSet
        let definitions: [String: JSONNode]
        let examples: [(name: String, root: JSONNode, profiles: [JSONNode])]

        init() throws {
            let package = try ProfilePackage.usCore.files()
            set = ProfileSet(files: package.definitions)
            var definitions: [String: JSONNode] = [:]
            for file in package.definitions where file.name.hasPrefix("StructureDefinition") {
                let root = try JSONDocument.parse(file.bytes).root
                if let url = root["url"]?.string { definitions[url] = root }
            }
            self.definitions = definitions
            examples = try package.examples.map { file in
                let root = try JSONDocument.parse(file.bytes).root
                let urls = root["meta"]?.elements("profile").compactMap(\.string) ?? []
                return (file.name, root, urls.compactMap { definitions[$0] })
            }
        }

        /// How many mutants there are, and those that went unnoticed.
        func judge(
            _ mutants: (ProfileMutator) throws -> [ProfileMutant]
        ) throws -> (count: Int, missed: [String], unchecked: Int) {
            var count = 0
            var missed: [String] = []
            var unchecked = 0
            for example in examples {
                for profile in example.profiles {
                    for mutant in try mutants(ProfileMutator(profile, example.root)) {
                        count += 1
                        let issues =
                            ShapeValidator.validate(mutant.document).issues + set.validate(mutant.document.root)
                        let isFound = issues.contains { issue in
                            issue.isError && issue.expression.map { mutant.places.contains($0) } == true
                        }
                        if isFound { continue }
                        // A value set that is not in the package cannot tell.
                        if issues.contains(where: { $0.diagnostics.contains("was not checked") }),
                            mutant.what.contains("code")
                        {
                            unchecked += 1
                            continue
                        }
                        missed.append("\(example.name): \(mutant.what)")
                    }
                }
            }
            return (count, missed, unchecked)
        }
    }

    @Test("every element that must be there is missed")
    func required() throws {
        let result = try Corpus().judge { try $0.withoutRequired() }
        #expect(result.count > 700)
        #expect(result.missed == [])
    }

    @Test("every value too many is found")
    func tooMany() throws {
        let result = try Corpus().judge { try $0.withTooMany() }
        #expect(result.count > 10)
        #expect(result.missed == [])
    }

    @Test("every wrong code in a required binding is found where the value set is known")
    func wrongCodes() throws {
        let result = try Corpus().judge { try $0.withWrongCodes() }
        #expect(result.count > 200)
        #expect(result.missed == [])
        #expect(result.unchecked < result.count / 10)
    }

    @Test("every other value than the fixed one is found")
    func otherValues() throws {
        let result = try Corpus().judge { try $0.withOtherValues() }
        #expect(result.count > 10)
        #expect(result.missed == [])
    }

    @Test("every slice that must be there is missed")
    func slices() throws {
        let result = try Corpus().judge { try $0.withoutSlices() }
        #expect(result.count > 100)
        #expect(result.missed == [])
    }

    @Test("without snapshots the definitions judge the same, whole or broken")
    func differentialsAlone() throws {
        let corpus = try Corpus()
        var files: [(name: String, bytes: [UInt8])] = []
        var stripped = 0
        for file in try ProfilePackage.usCore.files().definitions {
            let root = try JSONDocument.parse(file.bytes).root
            let base = root["baseDefinition"]?.string ?? ""
            let isKnown =
                corpus.definitions[base] != nil
                || R4.table.type(base.split(separator: "/").last.map(String.init) ?? "") != nil
            var edits = JSONEdits()
            if isKnown, let snapshot = root["snapshot"] {
                edits.drop(snapshot.index)
                stripped += 1
            }
            files.append((file.name, JSONWriter.compact(root, edits: edits)))
        }
        // vitalsigns and sdc-questionnaireresponse are in other packages: of what stands over them the snapshot stays.
        #expect(stripped == 57)
        let set = ProfileSet(files: files)
        #expect(set.problems == [])
        var compared = 0
        for example in corpus.examples {
            var documents = [example.root.document]
            for profile in example.profiles {
                let mutator = ProfileMutator(profile, example.root)
                documents += try
                    (mutator.withoutRequired() + mutator.withTooMany() + mutator.withWrongCodes()
                    + mutator.withOtherValues() + mutator.withoutSlices()).map(\.document)
            }
            for document in documents {
                compared += 1
                let whole = corpus.set.validate(document.root).map(\.brief)
                let bare = set.validate(document.root).map(\.brief)
                #expect(whole == bare, "\(example.name)")
            }
        }
        #expect(compared > 1_200)
    }
}

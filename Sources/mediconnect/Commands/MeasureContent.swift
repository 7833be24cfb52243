import ArgumentParser
import FHIR
import Foundation
import Glibc

/// `mediconnect measure-content`: how fast FHIR content is read and judged, on one thread. A part of the benchmarks
/// (`Benchmarks/bench/content.py`); prints `<bytes> <resources> <seconds> <resident bytes>`.
struct MeasureContentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-content", abstract: "Measure how fast FHIR content is read, judged and written.",
        shouldDisplay: false)

    /// What is done with each document.
    enum Work: String, ExpressibleByArgument {
        /// Foundation's JSONSerialization, which knows nothing of FHIR: what the others are compared with.
        case foundation
        case parse
        /// Parse, and judge by R4 with all invariants.
        case validate
        /// What a write costs before it reaches the database: parse, judge, find the search terms, write compact bytes.
        case write
        /// Parse, and write as XML.
        case toXML = "to-xml"
        /// Read XML, which was made beforehand, to JSON.
        case fromXML = "from-xml"
        /// Parse, and judge by R4 and by the profiles of --package.
        case profiles
        /// Nothing but making the table of facts ready; the first use of it in the process.
        case facts
    }

    @Argument(help: "Files and folders of JSON.")
    var paths: [String] = []

    @Option(help: "What is done.")
    var work = Work.parse

    @Option(help: "How long.")
    var seconds = 4.0

    @Option(name: .customLong("package"), help: "Profiles for the work profiles.")
    var packages: [String] = []

    @Flag(help: "Take the sender's white space away first.")
    var compact = false

    func run() throws {
        if work == .facts { return measureFacts() }
        let texts = try self.texts()
        let profiles = work == .profiles ? ProfileSet(files: ProfileFiles(packages).files) : ProfileSet(files: [])
        let resources = try texts.reduce(0) { $0 + Self.resources(in: try JSONDocument.parse($1).root).count }
        let inputs = try work == .fromXML ? texts.map { try FHIRXML.write(JSONDocument.parse($0).root) } : texts
        let size = inputs.reduce(0) { $0 + $1.count }
        // What is made at the first use is not measured.
        var found = try carryOut(inputs[0], profiles)
        let start = ContinuousClock.now
        var rounds = 0
        repeat {
            for input in inputs { found &+= try carryOut(input, profiles) }
            rounds += 1
        } while start.duration(to: .now) < .seconds(seconds)
        let elapsed = start.duration(to: .now) / .seconds(1)
        // What was found is used, so that nothing of the work can be left out.
        guard found != 0 else { throw ValidationError("There is nothing in these files.") }
        print(size * rounds, resources * rounds, elapsed, Self.residentBytes)
    }

    private func texts() throws -> [[UInt8]] {
        var texts: [[UInt8]] = []
        for file in FileFinder.find(paths).files {
            ContentReader().read(path: file.path, name: file.name, isNamed: false) { item in
                guard case .success(let document) = item.document else { return }
                texts.append(compact ? JSONWriter.compact(document.root) : document.bytes)
            }
        }
        guard !texts.isEmpty else { throw ValidationError("There is no FHIR JSON in these files.") }
        return texts
    }

    /// The resources that are written: the entries of a bundle, or the document itself.
    private static func resources(in root: JSONNode) -> [JSONNode] {
        guard root["resourceType"]?.equals("Bundle") == true else { return [root] }
        return root.elements("entry").compactMap { $0["resource"] }
    }

    private func carryOut(_ text: [UInt8], _ profiles: ProfileSet) throws -> Int {
        switch work {
        case .foundation: return try JSONSerialization.jsonObject(with: Data(text)) is NSNull ? 0 : 1
        case .parse: return try JSONDocument.parse(text).root.count
        case .validate: return ResourceValidator().validate(try JSONDocument.parse(text)).issues.count + 1
        case .write: return try Self.prepare(text)
        case .toXML: return try FHIRXML.write(JSONDocument.parse(text).root).count
        case .fromXML: return try FHIRXML.json(from: text).count
        case .profiles:
            return ResourceValidator(judge: ProfileJudge(profiles)).validate(try JSONDocument.parse(text)).issues.count
                + 1
        case .facts: return 1
        }
    }

    private static func prepare(_ text: [UInt8]) throws -> Int {
        let document = try JSONDocument.parse(text)
        var found = ResourceValidator().validate(document).issues.count
        for resource in resources(in: document.root) {
            guard let type = resource["resourceType"]?.string.flatMap({ ResourceType($0) }) else { continue }
            found += SearchExtractor.r4.entries(of: resource, type: type).count
            found += JSONWriter.compact(resource).count
        }
        return found
    }

    /// How long it takes until the table can be asked, and what the process holds of memory then.
    private func measureFacts() {
        let before = Self.residentBytes
        let start = ContinuousClock.now
        let known = R4.table.types.reduce(0) { $0 + $1.elements.count } + R4.table.searchParameters.count
        let elapsed = start.duration(to: .now) / .seconds(1)
        print(Self.residentBytes - before, known, elapsed, Self.residentBytes)
    }

    private static var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}

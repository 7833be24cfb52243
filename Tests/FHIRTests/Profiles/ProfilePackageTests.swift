import FHIR
import Testing

/// US Core 6.1.0, IPA 1.0.0 and IPS 1.1.0 as they are published, and their own examples.
@Suite("Published packages", .enabled(if: ProfilePackage.arePresent, "needs ../shared/data"))
struct ProfilePackageTests {
    /// IPS's rule "component is required if valueString is empty" is no FHIRPath: there the element is called value
    /// (R4 fhirpath.html §2.9.1.5.1), so it would break on every radiology result that has a string.
    private static let doubtful =
        "The rule hasComponentifValueStringEmpty of http://hl7.org/fhir/uv/ips/StructureDefinition/Observation-results-radiology-uv-ips finds only warnings: its expression names valueString, which FHIRPath does not know."

    private func errors(
        _ set: ProfileSet, _ examples: [(name: String, bytes: [UInt8])], _ profiles: [String: String] = [:]
    ) throws -> [String] {
        var errors: [String] = []
        for example in examples {
            let root = try JSONDocument.parse(example.bytes).root
            let name = "\(root["resourceType"]?.string ?? "")/\(root["id"]?.string ?? "")"
            let issues = set.validate(root, against: profiles[name].map { [$0] } ?? [])
            for issue in issues where issue.isError {
                errors.append("\(name): \(issue.brief): \(issue.diagnostics)")
            }
        }
        return errors
    }

    @Test("US Core loads whole and finds no error in its examples")
    func usCore() throws {
        let package = try ProfilePackage.usCore.files()
        let set = ProfileSet(files: package.definitions)
        #expect(set.profiles.count == 60)
        #expect(set.problems == [])
        #expect(package.examples.count > 180)
        #expect(try errors(set, package.examples) == [])
    }

    @Test("IPA loads whole and finds no error in its examples")
    func ipa() throws {
        let package = try ProfilePackage.ipa.files()
        let set = ProfileSet(files: package.definitions)
        #expect(set.profiles.count == 13)
        #expect(set.problems == [])
        #expect(package.examples.count == 15)
        #expect(try errors(set, package.examples) == [])
    }

    @Test("IPS loads whole and finds no error in its examples, each judged by the profile its guide names")
    func ips() throws {
        let package = try ProfilePackage.ips.files()
        let set = ProfileSet(files: package.definitions)
        #expect(set.profiles.count == 37)
        #expect(set.problems.map(\.diagnostics) == [Self.doubtful])
        let guide = try #require(package.definitions.first { $0.name.hasPrefix("ImplementationGuide") })
        var profiles: [String: String] = [:]
        for entry in try JSONDocument.parse(guide.bytes).root["definition"]?.elements("resource").map({ $0 }) ?? [] {
            guard let name = entry["reference"]?["reference"]?.string else { continue }
            profiles[name] = entry["exampleCanonical"]?.string
        }
        #expect(profiles.count == 40)
        #expect(try errors(set, package.examples, profiles) == [])
    }

    @Test("all three load together")
    func together() throws {
        var definitions: [(name: String, bytes: [UInt8])] = []
        for package in [ProfilePackage.usCore, .ipa, .ips] { definitions += try package.files().definitions }
        let set = ProfileSet(files: definitions)
        #expect(set.profiles.count == 108)
        #expect(set.problems.map(\.diagnostics) == [Self.doubtful])
    }
}

import Foundation
import Testing

@testable import FHIR

@Suite("Search parameters that find all that others find")
struct SearchCoverageTests {
    private func covered(_ type: ResourceType, _ code: String) throws -> [String] {
        let parameter = try #require(R4.table.searchParameter(type, code))
        let all = R4.table.searchParameters
        return SearchExtractor.r4.coverage(of: type).covered(by: parameter.id).map { all[Int($0)].code }.sorted()
    }

    @Test(
        "filters, unions and the parts of names and addresses",
        arguments: [
            (ResourceType.observation, "subject", ["patient"]),
            (.observation, "combo-code", ["code", "component-code"]),
            (.observation, "combo-value-quantity", ["component-value-quantity", "value-quantity"]),
            (.observation, "code", []),
            (.observation, "status", []),
            (.patient, "name", ["family", "given"]),
            (.patient, "phonetic", ["family", "given", "name"]),
            (.patient, "telecom", ["email", "phone"]),
            (
                .patient, "address",
                ["address-city", "address-country", "address-postalcode", "address-state"]
            ),
            // A code, not a string: another kind.
            (.patient, "address-use", []),
            (.patient, "identifier", []),
        ])
    func known(type: ResourceType, code: String, expected: [String]) throws {
        #expect(try covered(type, code) == expected)
    }

    @Test("what is essential of a patient")
    func essential() throws {
        let document = try JSONDocument.parse(
            text: """
                {"resourceType":"Patient","name":[{"family":"Núñez","given":["Ana"],"prefix":["Dr"]}],
                 "address":[{"line":["High Street 1"],"city":"Ely"}],"telecom":[{"system":"phone","value":"1"},{"value":"2"}]}
                """)
        let entries = SearchExtractor.r4.entries(of: document, type: .patient)
        let all = R4.table.searchParameters
        let said = SearchExtractor.r4.coverage(of: .patient).essential(entries).compactMap { entry -> String? in
            let code = all[Int(entry.parameter)].code
            return switch entry.value {
            case .string(let text): "\(code) \(text)"
            case .token(_, let text): "\(code) \(text)"
            default: nil
            }
        }
        #expect(
            said.sorted() == [
                "address High Street 1", "address-city Ely", "deceased false", "family Núñez", "given Ana", "name Dr",
                "phone 1", "telecom 2",
            ])
    }

    @Test("identifiers stand under their own parameter, by which feeds find them")
    func identifiers() throws {
        for type in ResourceType.all {
            guard let parameter = R4.table.searchParameter(type, "identifier") else { continue }
            let narrower = SearchExtractor.r4.coverage(of: type).covered(by: parameter.id)
            #expect(narrower.isEmpty, "\(type)")
        }
    }

    @Test("no two parameters cover each other, and what is covered by what is covered is covered")
    func order() throws {
        for type in ResourceType.all {
            let coverage = SearchExtractor.r4.coverage(of: type)
            for parameter in R4.table.searchParameters(for: type) {
                let narrower = coverage.covered(by: parameter.id)
                #expect(!narrower.contains(parameter.id))
                for id in narrower {
                    let inner = coverage.covered(by: id)
                    #expect(!inner.contains(parameter.id), "\(type) \(parameter.code)")
                    #expect(Set(inner).isSubset(of: narrower), "\(type) \(parameter.code)")
                }
            }
        }
    }

    @Test(
        "on the official examples each parameter finds by itself and those it covers what it says, and nothing else",
        .enabled(if: SearchTestData.isPresent, "needs ../shared/data"))
    func examples() throws {
        var (entryCount, essentialCount) = (0, 0)
        try SearchTestData.unpack("examples/spec-pairs.tar.gz") { folder in
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "json").path)
            for file in files.sorted() {
                let data = try Data(contentsOf: folder.appending(path: "json/\(file)"))
                let document = try JSONDocument.parse(Array(data))
                guard let type = ResourceType(document.root["resourceType"]?.string ?? "") else { continue }
                let coverage = SearchExtractor.r4.coverage(of: type)
                let complete = Set(SearchExtractor.r4.entries(of: document, type: type))
                let kept = Set(coverage.essential(Array(complete)))
                for parameter in R4.table.searchParameters(for: type) {
                    let family = Set([parameter.id] + coverage.covered(by: parameter.id))
                    let found = Set(kept.filter { family.contains($0.parameter) }.map(\.value))
                    let said = Set(complete.filter { $0.parameter == parameter.id }.map(\.value))
                    #expect(found == said, "\(file) \(parameter.code)")
                }
                entryCount += complete.count
                essentialCount += kept.count
            }
        }
        print("coverage: \(essentialCount) of \(entryCount) entries are essential")
        #expect(essentialCount < entryCount)
    }
}

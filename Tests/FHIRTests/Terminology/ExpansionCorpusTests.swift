import FHIR
import Foundation
import Testing

/// R4's own value sets, against the expansions that HL7 made of them.
@Suite("R4's value sets", .enabled(if: ReferenceArchive.expansions.exists, "needs ../shared/data"))
struct ExpansionCorpusTests {
    @Test("their expansions are HL7's, as far as they can be made of what R4 holds")
    func expansions() throws {
        var same = 0
        var different: Set<String> = []
        var refused: [String] = []
        for file in try ReferenceArchive.expansions.files() where file.name.contains("ValueSet-") {
            let root = try JSONDocument.parse(file.bytes).root
            guard let url = root["url"]?.string else { continue }
            guard let set = TerminologySet.r4.valueSet(url) else {
                refused.append("\(url): not in R4")
                continue
            }
            var pending = root["expansion"]?.elements("contains").map { $0 } ?? []
            var expected: Set<String> = []
            while let entry = pending.popLast() {
                pending += entry.elements("contains")
                if entry["abstract"]?.bool == true { continue }
                expected.insert("\(entry["system"]?.string ?? "")|\(entry["code"]?.string ?? "")")
            }
            var evaluation = ValueSetEvaluation(.r4)
            do throws(TerminologyProblem) {
                let found = Set(
                    try evaluation.codes(of: set).filter { !$0.isAbstract }.map { "\($0.system ?? "")|\($0.code)" })
                if found == expected {
                    same += 1
                } else {
                    #expect(expected.subtracting(found).isEmpty, "\(url)")
                    let more = found.subtracting(expected)
                    #expect(
                        expected.count == 1000 || Self.deeper.contains(url) || more.allSatisfy(Self.isOutOfUse),
                        "\(url)")
                    different.insert(url)
                }
            } catch {
                refused.append("\(url): \(error.issue.diagnostics)")
            }
        }
        #expect(same >= 479)
        #expect(different == Self.larger)
        let reasons = ["is not loaded", "not all codes are loaded", "not in R4"]
        for refusal in refused {
            #expect(reasons.contains { refusal.contains($0) }, "\(refusal)")
        }
    }

    /// By `system|code`.
    private static func isOutOfUse(_ name: String) -> Bool {
        let parts = name.split(separator: "|").map(String.init)
        guard parts.count == 2, let system = TerminologySet.r4.codeSystem(parts[0]),
            let found = CodeLookup(parts[1], in: system, properties: ["status"], language: nil)
        else { return false }
        let status = String(decoding: found.json(), as: UTF8.self)
        return status.contains(#""valueCode":"deprecated""#) || status.contains(#""valueCode":"retired""#)
    }

    /// Here HL7's expansions do not go down to what stands below a concept that has its place by a `child` property, as
    /// v3-ActCode says it of FFS (FFCS, FFPS, TFS are nested in it).
    private static let deeper: Set<String> = [
        "http://hl7.org/fhir/ValueSet/detectedissue-category",
        "http://terminology.hl7.org/ValueSet/v3-ActPharmacySupplyType",
    ]

    /// More than HL7's expansions have, and nothing less: those leave out deprecated and retired codes, of which the
    /// definitions say nothing, or end after a thousand, or do not go down as far.
    private static let larger: Set<String> = [
        "http://hl7.org/fhir/ValueSet/c80-doc-typecodes", "http://hl7.org/fhir/ValueSet/detectedissue-category",
        "http://hl7.org/fhir/ValueSet/diagnostic-service-sections",
        "http://hl7.org/fhir/ValueSet/observation-interpretation",
        "http://hl7.org/fhir/ValueSet/patient-contactrelationship",
        "http://hl7.org/fhir/ValueSet/relatedperson-relationshiptype",
        "http://hl7.org/fhir/ValueSet/security-labels", "http://terminology.hl7.org/ValueSet/v2-0487",
        "http://terminology.hl7.org/ValueSet/v2-0916", "http://terminology.hl7.org/ValueSet/v3-ActCode",
        "http://terminology.hl7.org/ValueSet/v3-ActPharmacySupplyType",
    ]

    @Test("every definition of the table can be read")
    func table() {
        for map in TerminologySet.r4.conceptMaps { #expect(map.url != nil) }
        #expect(TerminologySet.r4.conceptMaps.count == 80)
        let gender = TerminologySet.r4.codeSystem("http://hl7.org/fhir/administrative-gender")
        #expect(gender?.display(of: "male") == "Male")
    }
}

extension ReferenceArchive {
    fileprivate static let expansions = ReferenceArchive("definitions/expansions.tar.gz")
}

import FHIR
import Testing

/// Full validation of resources that others published.
@Suite("Full validation on published resources")
struct ContentCorpusTests {
    struct Findings {
        var files = 0
        /// `file: code expression` of all errors.
        var errors: [String] = []
        var wrongFiles: Set<String> = []
        /// Keys of the rules that did not hold, with the number of findings, warnings included.
        var rules: [String: Int] = [:]
    }

    private func findings(in archive: ReferenceArchive) throws -> Findings {
        var findings = Findings()
        for file in try archive.files() {
            findings.files += 1
            let name = String(file.name.split(separator: "/").last ?? "")
            let result = ResourceValidator().validate(try JSONDocument.parse(file.bytes))
            for issue in result.issues where issue.isError {
                findings.errors.append("\(name): \(issue.brief)")
                findings.wrongFiles.insert(name)
            }
            #expect((result.specificationErrors == 0) == result.isValid)
        }
        return findings
    }

    /// The faults of the official examples, each with its reason.
    static let faults: [(error: String, reason: String)] =
        [
            (
                "medicationrequest0301.json: value MedicationRequest.dispenseRequest.performer.reference",
                "a Practitioner, where R4 has Reference(Organization)"
            ),
            (
                "observation-example-clinical-gender.json: value Observation.performer[0].reference",
                "an Encounter, which observes nothing; R4 has no such target"
            ),
            (
                "plandefinition-example-cardiology-os.json: invariant PlanDefinition.contained[11].item[0].answerValueSet",
                "#CardiologyReferralReasonValues is nowhere in the resource"
            ),
            (
                "plandefinition-example-cardiology-os.json: invariant PlanDefinition.action[0].action[1].action[1].action[2].definition",
                "#amlodipinePrescription is nowhere in the resource"
            ),
        ]
        + (1...16).map {
            (
                "diagnosticreport-example-lri.json: value Bundle.entry[\($0)].fullUrl",
                "the fullUrl ends with Observation/lri-x where the resource has the id x (R4 2.36.4: they SHALL NOT disagree)"
            )
        }

    @Test(
        "the 601 official examples have no error but those that have a reason",
        .enabled(if: ReferenceArchive.specificationExamples.exists, "needs ../shared/data"))
    func officialExamples() throws {
        let found = try findings(in: .specificationExamples)
        #expect(found.files == 601)
        #expect(found.errors.sorted() == Self.faults.map(\.error).sorted())
    }

    @Test(
        "the self-contained patients have no error",
        .enabled(if: ReferenceArchive.selfContained.exists, "needs ../shared/data"))
    func selfContained() throws {
        let found = try findings(in: .selfContained)
        #expect(found.files == 45)
        #expect(found.errors == [])
    }

    @Test(
        "the patients with conditional references have no error",
        .enabled(if: ReferenceArchive.conditionalReferences.exists, "needs ../shared/data"))
    func conditionalReferences() throws {
        let found = try findings(in: .conditionalReferences)
        #expect(found.files == 42)
        #expect(found.errors == [])
    }
}

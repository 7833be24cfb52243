import FHIR
import Testing

@Suite("Facts about value sets and code systems")
struct FactsTerminologyTests {
    let table = R4.table

    @Test("value sets are found by their urls, with a version or without")
    func valueSets() throws {
        let gender = try #require(table.valueSet("http://hl7.org/fhir/ValueSet/administrative-gender"))
        #expect(gender.codes.map(\.code) == ["male", "female", "other", "unknown"])
        #expect(table.valueSet("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1")?.codes == gender.codes)
        #expect(table.valueSet("http://hl7.org/fhir/ValueSet/no-such-set") == nil)
        #expect(table.valueSet("") == nil)
    }

    @Test("value sets that no element is bound to are there too")
    func unbound() throws {
        let set = try #require(table.valueSet("http://terminology.hl7.org/ValueSet/v2-0001"))
        #expect(set.isEnumerated)
        #expect(set.contains("F", system: "http://terminology.hl7.org/CodeSystem/v2-0001"))
    }

    @Test("a set made by a filter holds what is below the concept, and nothing that only groups others")
    func filters() throws {
        let encounters = try #require(table.valueSet("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode"))
        let system = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
        #expect(encounters.contains("AMB", system: system))
        #expect(!encounters.contains("MVA", system: system))
        #expect(!encounters.contains("_ActEncounterCode", system: system))
        #expect(table.codeSystem(system)?.contains("_ActEncounterCode") == true)
    }

    @Test("sets over systems outside R4 are not taken for whole, even where a part of them is published")
    func partial() throws {
        for name in ["encounter-reason", "report-codes", "body-site", "ucum-units", "mimetypes"] {
            let set = table.valueSet("http://hl7.org/fhir/ValueSet/" + name)
            #expect(set.map { !$0.isEnumerated && $0.codes.isEmpty } ?? true, "\(name)")
        }
        // Named one by one, they are whole.
        let severity = try #require(table.valueSet("http://hl7.org/fhir/ValueSet/condition-severity"))
        #expect(severity.codes.map(\.code) == ["24484000", "6736007", "255604002"])
    }

    @Test("code systems are there as a whole or not at all")
    func codeSystems() throws {
        let status = try #require(table.codeSystem("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"))
        #expect(status.url == "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus")
        #expect(status.contains("M"))
        #expect(!status.contains("m"))
        #expect(status.codes.allSatisfy { $0.system == status.url && status.contains($0.code) })
        for url in ["http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org", ""] {
            #expect(table.codeSystem(url) == nil)
        }
    }

    @Test("each set contains each of its codes")
    func contents() {
        var codes = 0
        for element in table.types.flatMap({ Array($0.elements) }) {
            guard let set = element.binding?.valueSet, let first = set.codes.first, let last = set.codes.last else {
                continue
            }
            codes += set.codes.count
            #expect(set.contains(first.code, system: first.system) && set.contains(last.code, system: last.system))
        }
        #expect(codes > 30_000)
    }
}

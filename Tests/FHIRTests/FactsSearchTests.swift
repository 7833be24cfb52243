import FHIR
import Testing

@Suite("Facts about search and compartments")
struct FactsSearchTests {
    let table = R4.table

    @Test("search parameters are numbered by url")
    func numbers() {
        let all = table.searchParameters
        #expect(all.count == 1400)
        #expect(all.map(\.id) == Array(0..<1400))
        #expect(
            all.map { Array($0.url.utf8) }.elementsEqual(
                all.map { Array($0.url.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }))
        #expect(all.filter(\.expression.isEmpty).count == 16)
        #expect(all.filter(\.bases.isEmpty).count == 10)
        #expect(all.filter { $0.kind == .composite }.allSatisfy { $0.components.count >= 2 })
    }

    @Test("numbers that stand in databases stay what they are")
    func pinned() {
        #expect(table.searchParameter(.patient, "identifier")?.id == 972)
        #expect(table.searchParameter(.observation, "code")?.id == 1335)
    }

    @Test("a type is searched by its own parameters and those it inherits")
    func inheritance() throws {
        let patient = table.searchParameters(for: .patient).map(\.code)
        #expect(patient == patient.sorted())
        for code in ["_id", "_lastUpdated", "_text", "birthdate", "name", "identifier"] {
            #expect(patient.contains(code))
        }
        // Binary is no DomainResource.
        let binary = table.searchParameters(for: .binary).map(\.code)
        #expect(binary.contains("_id") && !binary.contains("_text"))
        for type in ResourceType.all {
            for parameter in table.searchParameters(for: type) {
                #expect(table.searchParameter(type, parameter.code) == parameter)
            }
        }
        #expect(table.searchParameter(.patient, "nothing") == nil)
    }

    @Test("where two define a word, it is not the specification's example that counts")
    func duplicates() {
        #expect(
            table.searchParameter(.condition, "subject")?.url
                == "http://hl7.org/fhir/SearchParameter/Condition-subject")
        #expect(table.searchParameter(.patient, "_id")?.url == "http://hl7.org/fhir/SearchParameter/Resource-id")
        for type in ResourceType.all { #expect(!table.searchParameters(for: type).contains { $0.isExample }) }
    }

    @Test("a parameter has kind, expression, targets and components")
    func facts() throws {
        let birthDate = try #require(table.searchParameter(.patient, "birthdate"))
        #expect(birthDate.kind == .date)
        #expect(birthDate.expression == "Patient.birthDate | Person.birthDate | RelatedPerson.birthDate")
        #expect(birthDate.bases.map(\.name) == ["Patient", "Person", "RelatedPerson"])
        let subject = try #require(table.searchParameter(.observation, "subject"))
        #expect(subject.kind == .reference)
        #expect(Set(subject.targets) == [.group, .device, .patient, .location])
        let composite = try #require(table.searchParameter(.observation, "code-value-quantity"))
        #expect(composite.kind == .composite)
        #expect(
            composite.components.map { table.searchParameters[Int($0.parameter)].code } == ["code", "value-quantity"])
        #expect(composite.components.map(\.expression) == ["code", "value.as(Quantity)"])
        #expect(!composite.allowsAlternatives && birthDate.allowsAlternatives)
    }

    @Test("compartments say by which parameters a resource belongs to them")
    func compartments() {
        #expect(table.compartmentParameters(.patient, for: .observation).map(\.code) == ["subject", "performer"])
        #expect(table.compartmentParameters(.patient, for: .organization).isEmpty)
        #expect(!table.compartment(.patient, mayContain: .organization))
        #expect(table.compartmentParameters(.encounter, for: .observation).map(\.code) == ["encounter"])
        #expect(table.compartment(.encounter, mayContain: .encounter))
        #expect(Compartment(.device) == .device)
        #expect(Compartment(.observation) == nil)
    }
}

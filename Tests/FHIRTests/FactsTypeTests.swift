import FHIR
import Testing

@Suite("Facts about types and elements")
struct FactsTypeTests {
    let table = R4.table

    @Test("there are 146 resource types, by name, whose codes never change")
    func resourceTypes() throws {
        let all = ResourceType.all
        #expect(all.count == 146)
        #expect(all.map(\.name) == all.map(\.name).sorted())
        #expect(all.map(\.code) == Array(1...146))
        for type in all {
            #expect(ResourceType(type.name) == type)
            #expect(ResourceType(code: type.code) == type)
            #expect(table.type(type).name == type.name)
        }
        // These stand in databases.
        let pinned: [(ResourceType, String, Int16)] = [
            (.account, "Account", 1), (.auditEvent, "AuditEvent", 7), (.bundle, "Bundle", 12),
            (.encounter, "Encounter", 44), (.observation, "Observation", 96), (.patient, "Patient", 103),
            (.visionPrescription, "VisionPrescription", 146),
        ]
        for (type, name, code) in pinned {
            #expect(type.name == name)
            #expect(type.code == code)
        }
    }

    @Test("abstract types, data types and strangers are no resource types")
    func noResourceTypes() {
        for name in ["Resource", "DomainResource", "HumanName", "string", "patient", "Patient.contact", ""] {
            #expect(ResourceType(name) == nil)
        }
        #expect(ResourceType(code: 0) == nil)
        #expect(ResourceType(code: 147) == nil)
    }

    @Test("the shorthands name their types")
    func shorthands() {
        #expect(ResourceType.patient.name == "Patient")
        #expect(ResourceType.list.name == "List")
        #expect(ResourceType.operationOutcome.name == "OperationOutcome")
    }

    @Test("all kinds of types are there")
    func kinds() {
        let types = table.types
        #expect(types.filter { $0.kind == .resource && !$0.isAbstract }.count == 146)
        #expect(types.filter(\.isAbstract).map(\.name) == ["BackboneElement", "DomainResource", "Element", "Resource"])
        #expect(types.filter { $0.kind == .complex }.count == 41)
        #expect(types.filter { $0.kind == .primitive }.map(\.primitive) == PrimitiveKind.allCases)
        #expect(types.allSatisfy { table.type($0.name) == $0 })
    }

    @Test("a type knows what it specialises")
    func lineage() throws {
        let patient = table.type(.patient)
        #expect(patient.base?.name == "DomainResource")
        #expect(patient.isKind(of: try #require(table.type("Resource"))))
        #expect(!patient.isKind(of: try #require(table.type("Element"))))
        #expect(table.type(.bundle).base?.name == "Resource")
        #expect(table.type("Age")?.base?.name == "Quantity")
        #expect(table.type("code")?.base?.name == "string")
        #expect(table.type("Patient.contact")?.base?.name == "BackboneElement")
        #expect(table.type("Timing.repeat")?.base?.name == "Element")
    }

    @Test("elements stand in R4's order")
    func order() {
        #expect(
            table.type(.patient).elements.map(\.name) == [
                "id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension",
                "identifier", "active", "name", "telecom", "gender", "birthDate", "deceased", "address",
                "maritalStatus", "multipleBirth", "photo", "contact", "communication", "generalPractitioner",
                "managingOrganization", "link",
            ])
    }

    @Test("elements have cardinality, types and flags")
    func elements() throws {
        let link = try #require(table.type("Patient.link")?.element("other"))
        #expect(link.path == "Patient.link.other")
        #expect((link.minimum, link.maximum) == (1, 1))
        #expect(link.types.map(\.type.name) == ["Reference"])
        #expect(link.referenceTargets == [.patient, .relatedPerson])
        let name = try #require(table.type(.patient).element("name"))
        #expect((name.minimum, name.maximum) == (0, .max))
        #expect(name.isList && name.isSummary && !name.isModifier && !name.isChoice)
        #expect(table.type(.patient).element("active")?.isModifier == true)
        #expect(table.type(.patient).element("id")?.types.first?.type.primitive == .id)
        let url = try #require(table.type("Extension")?.element("url"))
        #expect(url.isXMLAttribute && url.types.first?.type.primitive == .uri)
        #expect(table.type("Patient.nothing") == nil)
        #expect(table.type(.patient).element("nothing") == nil)
        #expect(table.type(.provenance).element("target")?.referenceTargets == [])
    }

    @Test("a choice is one element with a key for each type")
    func choices() throws {
        let observation = table.type(.observation)
        let value = try #require(observation.element("value"))
        #expect(value.isChoice)
        #expect(value.path == "Observation.value[x]")
        #expect(value.keys.count == 11)
        let key = try #require(observation.key("valueQuantity"))
        #expect(key.element == value)
        #expect(key.type.name == "Quantity")
        #expect(observation.key("valueDateTime")?.element == value)
        #expect(observation.key("value") == nil)
        #expect(observation.key("valueMoney") == nil)
        #expect(table.type("Extension")?.element("value")?.types.count == 50)
        for type in table.types {
            for element in type.elements {
                for (key, reference) in zip(element.keys, element.types) {
                    #expect(type.key(key)?.element == element && type.key(key)?.reference == reference)
                }
            }
        }
    }

    @Test("an element may have the type of another")
    func contentReferences() throws {
        let item = try #require(table.type("Questionnaire.item"))
        #expect(item.element("item")?.types.first?.type == item)
        #expect(item.element("item")?.isContentReference == true)
        #expect(table.type("Bundle.entry")?.element("link")?.types.first?.type.name == "Bundle.link")
    }

    @Test("a type may be narrowed by a profile")
    func profiles() throws {
        let dose = try #require(table.type("Dosage.doseAndRate")?.key("doseQuantity"))
        #expect(dose.reference.profile == "http://hl7.org/fhir/StructureDefinition/SimpleQuantity")
    }

    @Test("invariants stand on types and on elements")
    func invariants() throws {
        let contact = try #require(table.type(.patient).element("contact"))
        let rule = try #require(contact.invariants.first { $0.key == "pat-1" })
        #expect(rule.expression == "name.exists() or telecom.exists() or address.exists() or organization.exists()")
        #expect(rule.severity == .error)
        #expect(table.type(.patient).invariants.map(\.key).contains("dom-2"))
    }

    @Test("required bindings carry their codes with systems")
    func bindings() throws {
        let gender = try #require(table.type(.patient).element("gender")?.binding)
        #expect(gender.strength == .required)
        #expect(gender.valueSet.url == "http://hl7.org/fhir/ValueSet/administrative-gender")
        #expect(gender.valueSet.version == "4.0.1")
        #expect(gender.valueSet.codes.map(\.code) == ["male", "female", "other", "unknown"])
        #expect(gender.valueSet.contains("male"))
        #expect(gender.valueSet.contains("male", system: "http://hl7.org/fhir/administrative-gender"))
        #expect(!gender.valueSet.contains("male", system: "http://example.org"))
        #expect(!gender.valueSet.contains("Male"))
        let marital = try #require(table.type(.patient).element("maritalStatus")?.binding)
        #expect(marital.strength == .extensible)
        #expect(marital.valueSet.contains("M", system: "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"))
        let media = try #require(table.type(.binary).element("contentType")?.binding)
        #expect(media.strength == .required)
        #expect(!media.valueSet.isEnumerated)
    }

    @Test("of 224 required value sets, three are open")
    func requiredBindings() {
        var sets: [ValueSetFact: Bool] = [:]
        for element in table.types.flatMap({ Array($0.elements) }) {
            if let binding = element.binding, binding.strength == .required {
                sets[binding.valueSet] = binding.valueSet.isEnumerated
                let codes = binding.valueSet.codes
                #expect(codes.allSatisfy { binding.valueSet.contains($0.code, system: $0.system) })
            }
        }
        #expect(sets.count == 224)
        #expect(
            Set(sets.filter { !$0.value }.map(\.key.url)) == [
                "http://hl7.org/fhir/ValueSet/mimetypes", "http://hl7.org/fhir/ValueSet/ucum-units",
                "http://loinc.org/vs/LL379-9",
            ])
    }

    @Test("the table is ready in five milliseconds")
    func readiness() {
        let clock = ContinuousClock()
        #expect(clock.measure { _ = R4.table.type("Patient")?.element("name") } < .milliseconds(5))
    }
}

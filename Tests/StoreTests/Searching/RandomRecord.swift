import FHIR
import TestSupport

/// Resources of a few types with few words, so that searches meet them.
enum RandomRecord {
    struct Written {
        let type: ResourceType
        let id: String
        let json: String
    }

    static func make(_ random: inout SeededRandom) -> [Written] {
        var written: [Written] = []
        func add(_ type: String, _ count: Int, _ make: (inout SeededRandom) -> [String]) {
            for number in 0..<count {
                let id = "\(type.prefix(3).lowercased())\(number)"
                let members = [#""resourceType":"\#(type)""#, #""id":"\#(id)""#] + make(&random)
                guard let type = ResourceType(type) else { continue }
                written.append(Written(type: type, id: id, json: "{\(members.joined(separator: ","))}"))
            }
        }
        add("Organization", 6, organization)
        add("Practitioner", 6) { random in name(&random) }
        add("Location", 8, location)
        add("Patient", 16, patient)
        add("Encounter", 12, encounter)
        add("Observation", 40, observation)
        add("ValueSet", 8, valueSet)
        add("RiskAssessment", 8, riskAssessment)
        return written
    }

    private static func maybe(_ percent: Int, _ text: @autoclosure () -> String, _ random: inout SeededRandom)
        -> [String]
    {
        random.chance(percent) ? [text()] : []
    }

    private static let words = [
        "Anna", "anna", "ANNA", "Annabel", "Müller", "MULLER", "mull", "O'Neil", "Rose Marie", "Smith", "smi_th%",
    ]

    private static func word(_ random: inout SeededRandom) -> String { random.pick(words) }

    private static func reference(_ type: String, _ count: Int, _ random: inout SeededRandom) -> String {
        let id = "\(type.prefix(3).lowercased())\(Int.random(in: 0..<count + 1, using: &random))"
        let version = random.chance(10) ? "/_history/2" : ""
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return #"{"reference":"http://other.example/\#(type)/\#(id)"}"#
        case 1:
            return
                #"{"identifier":{"system":"urn:s\#(Int.random(in: 0..<2, using: &random))","value":"V1"},"display":"x"}"#
        default: return #"{"reference":"\#(type)/\#(id)\#(version)"}"#
        }
    }

    private static func date(_ random: inout SeededRandom) -> String {
        let year = 2018 + Int.random(in: 0..<4, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "\(year)"
        case 1: return "\(year)-0\(1 + Int.random(in: 0..<3, using: &random))"
        case 2: return "\(year)-01-0\(1 + Int.random(in: 0..<3, using: &random))"
        default: return "\(year)-01-01T0\(Int.random(in: 0..<3, using: &random)):00:00Z"
        }
    }

    private static func day(_ random: inout SeededRandom) -> String { String(date(&random).prefix(10)) }

    private static func coding(_ random: inout SeededRandom) -> String {
        let system = random.pick([#""system":"http://loinc.org","#, #""system":"http://hl7.org/fhir/x","#, ""])
        let display = random.chance(50) ? #","display":"\#(word(&random))""# : ""
        return #"{\#(system)"code":"\#(random.pick(["a", "A", "b", "c"]))"\#(display)}"#
    }

    private static func concept(_ random: inout SeededRandom) -> String {
        var parts: [String] = []
        let codings = (0..<Int.random(in: 0..<3, using: &random)).map { _ in coding(&random) }
        if !codings.isEmpty { parts.append(#""coding":[\#(codings.joined(separator: ","))]"#) }
        if random.chance(40) || codings.isEmpty { parts.append(#""text":"\#(word(&random))""#) }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func number(_ random: inout SeededRandom) -> String {
        random.pick(["0", "1", "5", "5.4", "5.40", "-3", "10", "10.5", "100", "1e2", "99.5"])
    }

    private static func quantity(_ random: inout SeededRandom) -> String {
        let unit = random.pick([
            #","unit":"mg""#, #","unit":"mg","system":"http://unitsofmeasure.org","code":"mg""#,
            #","unit":"grams","system":"http://unitsofmeasure.org","code":"g""#, "",
        ])
        let comparator = random.chance(10) ? #","comparator":"\#(random.pick(["<", ">", "<=", ">="]))""# : ""
        return #"{"value":\#(number(&random))\#(comparator)\#(unit)}"#
    }

    private static func identifier(_ random: inout SeededRandom) -> String {
        let system = random.pick([#""system":"urn:s0","#, #""system":"urn:s1","#, ""])
        let type =
            random.chance(40)
            ? #""type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}],"text":"\#(word(&random))"},"#
            : ""
        return #"{\#(type)\#(system)"value":"\#(random.pick(["V1", "v1", "V2", "V3"]))"}"#
    }

    private static func name(_ random: inout SeededRandom) -> [String] {
        let names = (0..<Int.random(in: 0..<3, using: &random)).map { _ in
            #"{"family":"\#(word(&random))","given":["\#(word(&random))","\#(word(&random))"]}"#
        }
        return names.isEmpty ? [] : [#""name":[\#(names.joined(separator: ","))]"#]
    }

    private static func organization(_ random: inout SeededRandom) -> [String] {
        maybe(70, #""name":"\#(word(&random))""#, &random)
            + maybe(50, #""partOf":\#(reference("Organization", 6, &random))"#, &random)
            + maybe(50, #""type":[\#(concept(&random))]"#, &random)
    }

    private static func location(_ random: inout SeededRandom) -> [String] {
        let (a, b) = (Int.random(in: 0..<5, using: &random), Int.random(in: 0..<5, using: &random))
        return maybe(70, #""position":{"latitude":48.\#(a),"longitude":2.\#(b)}"#, &random)
            + maybe(50, #""partOf":\#(reference("Location", 8, &random))"#, &random)
            + maybe(50, #""name":"\#(word(&random))""#, &random)
            + maybe(30, #""managingOrganization":\#(reference("Organization", 6, &random))"#, &random)
    }

    private static func patient(_ random: inout SeededRandom) -> [String] {
        let identifiers = (0..<Int.random(in: 0..<3, using: &random)).map { _ in identifier(&random) }
        return name(&random)
            + (identifiers.isEmpty ? [] : [#""identifier":[\#(identifiers.joined(separator: ","))]"#])
            + maybe(70, #""gender":"\#(random.pick(["male", "female", "other"]))""#, &random)
            + maybe(60, #""active":\#(random.chance(50))"#, &random)
            + maybe(70, #""birthDate":"\#(day(&random))""#, &random)
            + maybe(30, #""deceasedDateTime":"\#(date(&random))""#, &random)
            + maybe(60, #""managingOrganization":\#(reference("Organization", 6, &random))"#, &random)
            + maybe(
                60,
                #""generalPractitioner":[\#(reference("Practitioner", 6, &random)),\#(reference("Organization", 6, &random))]"#,
                &random)
            + maybe(
                40,
                #""address":[{"city":"\#(word(&random))","line":["\#(word(&random))"],"postalCode":"\#(number(&random))"}]"#,
                &random)
            + maybe(30, #""telecom":[{"system":"phone","value":"\#(number(&random))"}]"#, &random)
            + maybe(
                20, #""meta":{"profile":["http://acme.org/p|1"],"tag":[\#(coding(&random))],"source":"urn:x"}"#, &random
            )
    }

    private static func period(_ random: inout SeededRandom) -> String {
        let ends = [#""start":"\#(date(&random))""#, #""end":"\#(date(&random))""#].filter { _ in random.chance(70) }
        return "{\(ends.joined(separator: ","))}"
    }

    private static func encounter(_ random: inout SeededRandom) -> [String] {
        [#""status":"\#(random.pick(["planned", "finished"]))""#, #""class":\#(coding(&random))"#]
            + maybe(80, #""subject":\#(reference("Patient", 16, &random))"#, &random)
            + maybe(70, #""period":\#(period(&random))"#, &random)
            + maybe(50, #""location":[{"location":\#(reference("Location", 8, &random))}]"#, &random)
            + maybe(40, #""length":\#(quantity(&random))"#, &random)
            + maybe(40, #""type":[\#(concept(&random)),\#(concept(&random))]"#, &random)
    }

    private static func value(_ random: inout SeededRandom) -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1: #""valueQuantity":\#(quantity(&random))"#
        case 2: #""valueCodeableConcept":\#(concept(&random))"#
        case 3: #""valueString":"\#(word(&random))""#
        default: #""valueDateTime":"\#(date(&random))""#
        }
    }

    private static func observation(_ random: inout SeededRandom) -> [String] {
        let components = (0..<Int.random(in: 0..<3, using: &random)).map { _ in
            #"{"code":\#(concept(&random)),\#(value(&random))}"#
        }
        return [#""status":"\#(random.pick(["final", "amended"]))""#, #""code":\#(concept(&random))"#]
            + maybe(70, value(&random), &random)
            + maybe(80, #""subject":\#(reference(random.pick(["Patient", "Location"]), 8, &random))"#, &random)
            + maybe(50, #""encounter":\#(reference("Encounter", 12, &random))"#, &random)
            + maybe(
                50,
                #""performer":[\#(reference("Practitioner", 6, &random)),\#(reference("Organization", 6, &random))]"#,
                &random)
            + maybe(40, #""effectiveDateTime":"\#(date(&random))""#, &random)
            + maybe(60, #""category":[\#(concept(&random))]"#, &random)
            + (components.isEmpty ? [] : [#""component":[\#(components.joined(separator: ","))]"#])
    }

    private static func valueSet(_ random: inout SeededRandom) -> [String] {
        let url = random.pick([
            "http://acme.org/fhir", "http://acme.org/fhir/ValueSet", "http://acme.org/fhir/ValueSet/1",
            "http://acme.org/fhirs", "urn:oid:1.2",
        ])
        return [#""status":"\#(random.pick(["draft", "active"]))""#]
            + maybe(80, #""url":"\#(url)""#, &random)
            + maybe(50, #""version":"\#(number(&random))""#, &random)
            + maybe(50, #""title":"\#(word(&random))""#, &random)
            + maybe(
                50,
                #""useContext":[{"code":\#(coding(&random)),"valueQuantity":\#(quantity(&random))},{"code":\#(coding(&random)),"valueCodeableConcept":\#(concept(&random))}]"#,
                &random)
    }

    private static func riskAssessment(_ random: inout SeededRandom) -> [String] {
        [#""status":"final""#, #""subject":\#(reference("Patient", 16, &random))"#]
            + maybe(
                80,
                #""prediction":[{"probabilityDecimal":0.\#(Int.random(in: 1..<5, using: &random))},{"probabilityDecimal":0.5}]"#,
                &random)
    }
}

import FHIR
import TestSupport

/// A generator that may be asked in the middle of a text.
final class Dice {
    private var random: SeededRandom

    init(_ seed: Int) { random = SeededRandom(state: UInt64(seed) &* 0x9FB2_1C65_1E98_DF25) }

    func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
    func chance(_ percent: Int) -> Bool { random.chance(percent) }
    func pick<Element>(_ elements: [Element]) -> Element { random.pick(elements) }
}

/// Resources of a few types with few words, so that searches meet them.
enum RandomRecord {
    struct Written {
        let type: ResourceType
        let id: String
        let json: String
    }

    static func make(_ random: Dice) -> [Written] {
        var written: [Written] = []
        func add(_ type: String, _ count: Int, _ make: (Dice) -> [String]) {
            for number in 0..<count {
                let id = "\(type.prefix(3).lowercased())\(number)"
                let members = [#""resourceType":"\#(type)""#, #""id":"\#(id)""#] + make(random)
                guard let type = ResourceType(type) else { continue }
                written.append(Written(type: type, id: id, json: "{\(members.joined(separator: ","))}"))
            }
        }
        add("Organization", 6, organization)
        add("Practitioner", 6) { random in name(random) }
        add("Location", 8, location)
        add("Patient", 16, patient)
        add("Encounter", 12, encounter)
        add("Observation", 40, observation)
        add("ValueSet", 8, valueSet)
        add("RiskAssessment", 8, riskAssessment)
        return written
    }

    private static func maybe(_ percent: Int, _ text: @autoclosure () -> String, _ random: Dice)
        -> [String]
    {
        random.chance(percent) ? [text()] : []
    }

    private static let words = [
        "Anna", "anna", "ANNA", "Annabel", "Müller", "MULLER", "mull", "O'Neil", "Rose Marie", "Smith", "smi_th%",
    ]

    private static func word(_ random: Dice) -> String { random.pick(words) }

    private static func reference(_ type: String, _ count: Int, _ random: Dice) -> String {
        let id = "\(type.prefix(3).lowercased())\(random.below(count + 1))"
        let version = random.chance(10) ? "/_history/2" : ""
        switch random.below(10) {
        case 0: return #"{"reference":"http://other.example/\#(type)/\#(id)"}"#
        case 1:
            return
                #"{"identifier":{"system":"urn:s\#(random.below(2))","value":"V1"},"display":"x"}"#
        default: return #"{"reference":"\#(type)/\#(id)\#(version)"}"#
        }
    }

    private static func date(_ random: Dice) -> String {
        let year = 2018 + random.below(4)
        switch random.below(4) {
        case 0: return "\(year)"
        case 1: return "\(year)-0\(1 + random.below(3))"
        case 2: return "\(year)-01-0\(1 + random.below(3))"
        default: return "\(year)-01-01T0\(random.below(3)):00:00Z"
        }
    }

    private static func day(_ random: Dice) -> String { String(date(random).prefix(10)) }

    private static func coding(_ random: Dice) -> String {
        let system = random.pick([#""system":"http://loinc.org","#, #""system":"http://hl7.org/fhir/x","#, ""])
        let display = random.chance(50) ? #","display":"\#(word(random))""# : ""
        return #"{\#(system)"code":"\#(random.pick(["a", "A", "b", "c"]))"\#(display)}"#
    }

    private static func concept(_ random: Dice) -> String {
        var parts: [String] = []
        let codings = (0..<random.below(3)).map { _ in coding(random) }
        if !codings.isEmpty { parts.append(#""coding":[\#(codings.joined(separator: ","))]"#) }
        if random.chance(40) || codings.isEmpty { parts.append(#""text":"\#(word(random))""#) }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func number(_ random: Dice) -> String {
        random.pick(["0", "1", "5", "5.4", "5.40", "-3", "10", "10.5", "100", "1e2", "99.5"])
    }

    private static func quantity(_ random: Dice) -> String {
        let unit = random.pick([
            #","unit":"mg""#, #","unit":"mg","system":"http://unitsofmeasure.org","code":"mg""#,
            #","unit":"grams","system":"http://unitsofmeasure.org","code":"g""#, "",
        ])
        let comparator = random.chance(10) ? #","comparator":"\#(random.pick(["<", ">", "<=", ">="]))""# : ""
        return #"{"value":\#(number(random))\#(comparator)\#(unit)}"#
    }

    private static func identifier(_ random: Dice) -> String {
        let system = random.pick([#""system":"urn:s0","#, #""system":"urn:s1","#, ""])
        let type =
            random.chance(40)
            ? #""type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}],"text":"\#(word(random))"},"#
            : ""
        return #"{\#(type)\#(system)"value":"\#(random.pick(["V1", "v1", "V2", "V3"]))"}"#
    }

    private static func name(_ random: Dice) -> [String] {
        let names = (0..<random.below(3)).map { _ in
            #"{"family":"\#(word(random))","given":["\#(word(random))","\#(word(random))"]}"#
        }
        return names.isEmpty ? [] : [#""name":[\#(names.joined(separator: ","))]"#]
    }

    private static func organization(_ random: Dice) -> [String] {
        let parts: [[String]] = [
            maybe(70, #""name":"\#(word(random))""#, random),
            maybe(50, #""partOf":\#(reference("Organization", 6, random))"#, random),
            maybe(50, #""type":[\#(concept(random))]"#, random),
        ]
        return parts.flatMap(\.self)
    }

    private static func location(_ random: Dice) -> [String] {
        let (a, b) = (random.below(5), random.below(5))
        let parts: [[String]] = [
            maybe(70, #""position":{"latitude":48.\#(a),"longitude":2.\#(b)}"#, random),
            maybe(50, #""partOf":\#(reference("Location", 8, random))"#, random),
            maybe(50, #""name":"\#(word(random))""#, random),
            maybe(30, #""managingOrganization":\#(reference("Organization", 6, random))"#, random),
        ]
        return parts.flatMap(\.self)
    }

    private static func patient(_ random: Dice) -> [String] {
        let identifiers = (0..<random.below(3)).map { _ in identifier(random) }
        let parts: [[String]] = [
            name(random),
            (identifiers.isEmpty ? [] : [#""identifier":[\#(identifiers.joined(separator: ","))]"#]),
            maybe(70, #""gender":"\#(random.pick(["male", "female", "other"]))""#, random),
            maybe(60, #""active":\#(random.chance(50))"#, random),
            maybe(70, #""birthDate":"\#(day(random))""#, random),
            maybe(30, #""deceasedDateTime":"\#(date(random))""#, random),
            maybe(60, #""managingOrganization":\#(reference("Organization", 6, random))"#, random),
            maybe(
                60,
                #""generalPractitioner":[\#(reference("Practitioner", 6, random)),\#(reference("Organization", 6, random))]"#,
                random),
            maybe(
                40,
                #""address":[{"city":"\#(word(random))","line":["\#(word(random))"],"postalCode":"\#(number(random))"}]"#,
                random),
            maybe(30, #""telecom":[{"system":"phone","value":"\#(number(random))"}]"#, random),
            maybe(
                20, #""meta":{"profile":["http://acme.org/p|1"],"tag":[\#(coding(random))],"source":"urn:x"}"#, random
            ),
        ]
        return parts.flatMap(\.self)
    }

    private static func period(_ random: Dice) -> String {
        let ends = [#""start":"\#(date(random))""#, #""end":"\#(date(random))""#].filter { _ in random.chance(70) }
        return "{\(ends.joined(separator: ","))}"
    }

    private static func encounter(_ random: Dice) -> [String] {
        let parts: [[String]] = [
            [#""status":"\#(random.pick(["planned", "finished"]))""#, #""class":\#(coding(random))"#],
            maybe(80, #""subject":\#(reference("Patient", 16, random))"#, random),
            maybe(70, #""period":\#(period(random))"#, random),
            maybe(50, #""location":[{"location":\#(reference("Location", 8, random))}]"#, random),
            maybe(40, #""length":\#(quantity(random))"#, random),
            maybe(40, #""type":[\#(concept(random)),\#(concept(random))]"#, random),
        ]
        return parts.flatMap(\.self)
    }

    private static func value(_ random: Dice) -> String {
        switch random.below(5) {
        case 0, 1: #""valueQuantity":\#(quantity(random))"#
        case 2: #""valueCodeableConcept":\#(concept(random))"#
        case 3: #""valueString":"\#(word(random))""#
        default: #""valueDateTime":"\#(date(random))""#
        }
    }

    private static func observation(_ random: Dice) -> [String] {
        let components = (0..<random.below(3)).map { _ in
            #"{"code":\#(concept(random)),\#(value(random))}"#
        }
        let parts: [[String]] = [
            [#""status":"\#(random.pick(["final", "amended"]))""#, #""code":\#(concept(random))"#],
            maybe(70, value(random), random),
            maybe(80, #""subject":\#(reference(random.pick(["Patient", "Location"]), 8, random))"#, random),
            maybe(50, #""encounter":\#(reference("Encounter", 12, random))"#, random),
            maybe(
                50,
                #""performer":[\#(reference("Practitioner", 6, random)),\#(reference("Organization", 6, random))]"#,
                random),
            maybe(40, #""effectiveDateTime":"\#(date(random))""#, random),
            maybe(60, #""category":[\#(concept(random))]"#, random),
            (components.isEmpty ? [] : [#""component":[\#(components.joined(separator: ","))]"#]),
        ]
        return parts.flatMap(\.self)
    }

    private static func valueSet(_ random: Dice) -> [String] {
        let url = random.pick([
            "http://acme.org/fhir", "http://acme.org/fhir/ValueSet", "http://acme.org/fhir/ValueSet/1",
            "http://acme.org/fhirs", "urn:oid:1.2",
        ])
        let parts: [[String]] = [
            [#""status":"\#(random.pick(["draft", "active"]))""#],
            maybe(80, #""url":"\#(url)""#, random),
            maybe(50, #""version":"\#(number(random))""#, random),
            maybe(50, #""title":"\#(word(random))""#, random),
            maybe(
                50,
                #""useContext":[{"code":\#(coding(random)),"valueQuantity":\#(quantity(random))},{"code":\#(coding(random)),"valueCodeableConcept":\#(concept(random))}]"#,
                random),
        ]
        return parts.flatMap(\.self)
    }

    private static func riskAssessment(_ random: Dice) -> [String] {
        let parts: [[String]] = [
            [#""status":"final""#, #""subject":\#(reference("Patient", 16, random))"#],
            maybe(
                80,
                #""prediction":[{"probabilityDecimal":0.\#((1 + random.below(4)))},{"probabilityDecimal":0.5}]"#,
                random),
        ]
        return parts.flatMap(\.self)
    }
}

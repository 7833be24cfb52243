import FHIR
import Testing

@testable import Store

@Suite("Rules for references")
struct ReferenceRuleTests {
    @Test("a path that leads to a reference which a search parameter finds is a rule")
    func usable() throws {
        for (name, code) in [
            ("Encounter.subject", "subject"), ("Encounter.location.location", "location"),
            ("Appointment.participant.actor", "actor"), ("Appointment.slot", "slot"), ("Slot.schedule", "schedule"),
            ("Task.focus", "focus"), ("Observation.subject", "subject"),
        ] {
            let rule = try ReferenceRule(name)
            #expect(rule.parameter.code == code)
            #expect(rule.name == name)
        }
    }

    @Test("what is no type, no path, no reference, or found by nothing is none, and says why")
    func unusable() {
        for (name, word) in [
            ("Ward.bed", "type"), ("Encounter.nobody", "nobody"), ("Encounter.status", "no reference"),
            ("Encounter", "no reference"), ("", "type"), ("Encounter.hospitalization.origin", "search parameter"),
        ] {
            let error = #expect(throws: ReferenceRule.Unusable.self, "\(name)") { try ReferenceRule(name) }
            #expect(error?.reason.contains(word) == true, "\(name): \(error?.reason ?? "")")
        }
    }

    @Test("the references of a rule are found in lists and lists of lists")
    func references() throws {
        let encounter = """
            {"resourceType":"Encounter","location":[{"location":{"reference":"Location/1"}},{"status":"active"},
            {"location":{"reference":"Location/2"}}],"subject":{"display":"nobody"}}
            """
        let root = try JSONDocument.parse(Array(encounter.utf8)).root
        #expect(try ReferenceRule("Encounter.location.location").references(in: root) == ["Location/1", "Location/2"])
        #expect(try ReferenceRule("Encounter.subject").references(in: root) == [])
    }
}

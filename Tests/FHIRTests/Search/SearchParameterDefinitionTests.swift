import Testing

@testable import FHIR

@Suite("Search parameters that somebody defines")
struct SearchParameterDefinitionTests {
    private func fact(
        _ members: String, known: [SearchParameterFact] = []
    ) throws -> SearchParameterFact {
        let json = """
            {"resourceType":"SearchParameter","url":"http://a.example/SearchParameter/x","status":"active",\(members)}
            """
        return try SearchParameterDefinition.fact(of: JSONDocument.parse(text: json).root, id: 2_000, known: known)
    }

    private func refusal(_ members: String, known: [SearchParameterFact] = []) -> String {
        do {
            _ = try fact(members, known: known)
            return ""
        } catch let refusal as SearchRefusal {
            return refusal.issues.map { "\($0.expression ?? "") \($0.diagnostics)" }.joined(separator: "\n")
        } catch {
            return "\(error)"
        }
    }

    private static let race = """
        "code":"race","type":"token","base":["Patient"],
        "expression":"Patient.extension.where(url='http://a.example/race').extension.where(url='c').value"
        """

    @Test("what it says becomes a parameter that is extracted and searched by")
    func use() throws {
        let race = try fact(Self.race)
        let set = SearchParameterSet(adding: [race])
        let patient = try JSONDocument.parse(
            text: """
                {"resourceType":"Patient","extension":[{"url":"http://a.example/race","extension":[
                {"url":"c","valueCoding":{"system":"http://s","code":"2106-3","display":"White"}}]}]}
                """)
        let subject = SearchSubject(of: patient, type: .patient, id: "1", parameters: set)
        for (query, expected) in [("race=2106-3", true), ("race:text=wh", true), ("race:missing=true", false)] {
            let search = try Asked.parse(query, parameters: set)
            #expect(try search.expression.holds(for: subject, now: 0) == expected)
        }
        #expect(Asked.refusal("race=1").contains("http.race"))
        #expect(throws: SearchRefusal.self) { try Asked.parse("race=1", [.observation], parameters: set) }
    }

    @Test("until its index is complete a search by it is refused")
    func unfinished() throws {
        let race = try fact(Self.race)
        let set = SearchParameterSet(adding: [race], unfinished: [race.id])
        let error = #expect(throws: SearchRefusal.self) { try Asked.parse("race=1", parameters: set) }
        #expect(error?.issues.first?.diagnostics.contains("still being made") == true)
    }

    @Test(
        "what keeps it from being searched by is named",
        arguments: [
            (#""type":"token","base":["Patient"],"expression":"Patient.active""#, "SearchParameter.code"),
            (#""code":"_x","type":"token","base":["Patient"],"expression":"Patient.active""#, "no word of a query"),
            (#""code":"x","type":"tokn","base":["Patient"],"expression":"Patient.active""#, "no type"),
            (#""code":"x","type":"special","base":["Patient"],"expression":"Patient.active""#, "no type"),
            (#""code":"x","type":"token","base":["Patent"],"expression":"Patient.active""#, "Patient?"),
            (#""code":"x","type":"token","expression":"Patient.active""#, "belongs to no type"),
            (#""code":"x","type":"token","base":["Patient"]"#, "SearchParameter.expression"),
            (#""code":"x","type":"token","base":["Patient"],"expression":"Patient.actve""#, "actve"),
            (#""code":"x","type":"token","base":["Patient"],"expression":"Patient.(""#, "SearchParameter.expression"),
            (#""code":"x","type":"date","base":["Patient"],"expression":"Patient.active""#, "leads to nothing"),
            (#""code":"x","type":"token","base":["Patient"],"expression":"Observation.code""#, "leads to nothing"),
            (#""code":"name","type":"token","base":["Patient"],"expression":"Patient.active""#, "already searched by"),
            (#""code":"x","type":"composite","base":["Patient"],"expression":"Patient.contact""#, "two components"),
            (
                #""code":"x","type":"composite","base":["Patient"],"expression":"Patient.contact","component":[{"definition":"http://unknown","expression":"gender"}]"#,
                "not known"
            ),
            (
                #""code":"x","type":"reference","base":["Patient"],"expression":"Patient.link.other","target":["Patent"]"#,
                "SearchParameter.target"
            ),
        ])
    func refused(members: String, expected: String) {
        #expect(refusal(members).contains(expected), "\(refusal(members))")
    }

    @Test("a word that another one has is refused, the same definition again is not")
    func clash() throws {
        let race = try fact(Self.race)
        #expect(refusal(Self.race, known: [race]).isEmpty)
        let other = SearchParameterFact(
            id: 2_001, code: "race", kind: .token, expression: "Patient.active", base: R4.table.type(.patient))
        #expect(refusal(Self.race, known: [other]).contains("already searched by 'race'"))
    }
}

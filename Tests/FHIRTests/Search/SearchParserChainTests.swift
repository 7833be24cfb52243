import Testing

@testable import FHIR

@Suite("Chains and _has")
struct SearchParserChainTests {
    private static let doe = SearchTest.string("Doe")

    @Test("with and without type, of any depth")
    func chains() throws {
        let subject = try Asked.fact(.observation, "subject")
        let name = try Asked.fact(.patient, "name")
        let typed = SearchExpression.chain(subject, .patient, .value(name, Self.doe))
        #expect(try Asked.expression("subject:Patient.name=Doe", [.observation]) == typed)
        guard case .or(let links) = try Asked.expression("subject.name=Doe", [.observation]) else {
            Issue.record("several types have a name")
            return
        }
        #expect(links.contains(typed))
        let types = links.compactMap { if case .chain(_, let type, _) = $0 { type } else { nil } }
        // A Group and a Device have no parameter of that name.
        #expect(types.sorted() == [.location, .patient])
        let deep = try Asked.expression(
            "encounter.service-provider.partof:Organization.name:exact=X", [.observation])
        guard case .chain(_, .encounter, .chain(_, .organization, .chain(_, .organization, .value(_, let test)))) = deep
        else {
            Issue.record("\(deep)")
            return
        }
        #expect(test == .stringExact("X"))
    }

    @Test("_has nested, and combined with chains")
    func reverse() throws {
        let patient = try Asked.fact(.observation, "patient")
        let entity = try Asked.fact(.auditEvent, "entity")
        #expect(
            try Asked.expression("_has:Observation:patient:_has:AuditEvent:entity:action=R")
                == .has(
                    .observation, patient,
                    .has(
                        .auditEvent, entity,
                        .value(Asked.fact(.auditEvent, "action"), .token(.init(system: .any, code: "R"))))))
        let inChain = try Asked.expression("patient._has:Group:member:_id=102", [.encounter])
        #expect(
            inChain
                == .chain(
                    try Asked.fact(.encounter, "patient"), .patient,
                    .has(.group, try Asked.fact(.group, "member"), .id(["102"]))))
        guard
            case .has(.observation, _, .chain(_, _, _)) = try Asked.expression(
                "_has:Observation:patient:encounter.status=x")
        else {
            Issue.record("a chain inside _has")
            return
        }
        #expect(Asked.refusal("_has:Observation:code:status=x").contains("refers to nothing"))
        #expect(Asked.refusal("_has:Observation:encounter:status=x").contains("does not refer to Patient"))
        #expect(Asked.refusal("_has:Observation=x").contains("_has:Type:reference:parameter"))
        #expect(Asked.refusal("_has:Observatoin:patient:code=x").contains("Observation?"))
    }

    @Test("a chain that no type knows says what the types know")
    func unknown() {
        let refusal = Asked.refusal("subject.nmae=Doe", [.observation])
        #expect(refusal.contains("None of the types") && refusal.contains("name?"))
        #expect(Asked.refusal("code.name=x", [.observation]).contains("no other resource"))
        #expect(Asked.refusal("subject:Organization.name=x", [.observation]).contains("does not refer"))
    }

    @Test("what would come to too much is refused")
    func limits() {
        let long = String(repeating: "subject.", count: 10_000) + "name=x"
        #expect(Asked.refusal(long, [.observation]).contains("bytes"))
        let deep = String(repeating: "partof:Organization.", count: 20) + "name=x"
        #expect(Asked.refusal(deep, [.organization]).contains("links"))
        let reverse = String(repeating: "_has:Organization:partof:", count: 20) + "name=x"
        #expect(Asked.refusal(reverse, [.organization]).contains("links"))
        // Every type refers to every type: 146 to the power of the links.
        let wide = String(repeating: "focus.", count: 10) + "_id=x"
        #expect(!Asked.refusal(wide, [.observation]).isEmpty)
        let brackets = "_filter=" + String(repeating: "(", count: 100_000) + "name eq x"
        #expect(Asked.refusal(brackets).contains("_filter"))
        let some = "_filter=" + String(repeating: "not(", count: 1_000) + "name eq x"
        #expect(Asked.refusal(some).contains("brackets"))
        let many = "_id=" + Array(repeating: "x", count: 30_000).joined(separator: ",")
        #expect(Asked.refusal(many).contains("tests"))
        #expect(Asked.refusal(Array(repeating: "_id=1", count: 2_000).joined(separator: "&")).contains("1000"))
    }
}

import Testing

@testable import FHIR

@Suite("FHIRPath: the specification's own expressions")
struct FHIRPathSpecificationTests {
    @Test("all invariants of R4 compile, each for every type and element that carries it")
    func invariants() throws {
        var count = 0
        for type in R4.table.types {
            for invariant in type.invariants {
                _ = try FHIRPath(invariant.expression, dialect: .specification, context: type)
                count += 1
            }
            for element in type.elements {
                for invariant in element.invariants {
                    for reference in element.types {
                        _ = try FHIRPath(invariant.expression, dialect: .specification, context: reference.type)
                        count += 1
                    }
                }
            }
        }
        #expect(count > 500)
    }

    @Test("all search parameters of R4 compile for each of their types, and so do the parts of composites")
    func searchParameters() throws {
        var count = 0
        for parameter in R4.table.searchParameters where !parameter.expression.isEmpty {
            for base in parameter.bases {
                _ = try FHIRPath(parameter.expression, dialect: .specification, context: base)
                count += 1
            }
            for component in parameter.components {
                _ = try FHIRPath(component.expression, dialect: .specification)
            }
        }
        #expect(count > 1_300)
    }

    @Test("the rule that an element must have a value or children")
    func elementRule() throws {
        let document = try JSONDocument.parse(
            text: #"{"resourceType":"Patient","id":"1","name":[{"family":"A"},{"id":"x"}],"_birthDate":{"id":"y"}}"#)
        let rule = try FHIRPath("hasValue() or (children().count() > id.count())", dialect: .specification)
        let names = try FHIRPath("name | birthDate").evaluate(FHIRPathNode(resource: document.root), in: .default)
        let results = try names.map { item in
            guard case .node(let node) = item else { return nil as Bool? }
            return try rule.holds(node, in: .default)
        }
        #expect(results == [true, false, false])
    }

    @Test("contained resources must be referred to, or refer to their container")
    func containedRule() throws {
        let rule = try #require(R4.table.type("DomainResource")?.invariants.first { $0.key == "dom-3" })
        let path = try FHIRPath(rule.expression, dialect: .specification)
        func holds(_ text: String) throws -> Bool? {
            try path.holds(FHIRPathNode(resource: JSONDocument.parse(text: text).root), in: .default)
        }
        let contained = #""contained":[{"resourceType":"Organization","id":"o","name":"A"}]"#
        #expect(
            try holds(##"{"resourceType":"Patient",\##(contained),"managingOrganization":{"reference":"#o"}}"##) == true
        )
        #expect(
            try holds(##"{"resourceType":"Patient",\##(contained),"managingOrganization":{"reference":"#p"}}"##)
                == false)
        #expect(try holds(#"{"resourceType":"Patient"}"#) == true)
    }

    @Test("hasExtension() of one search parameter is known here, and to no one else")
    func hasExtension() throws {
        let document = try JSONDocument.parse(
            text: #"{"resourceType":"Patient","extension":[{"url":"http://a.example/x","valueString":"1"}]}"#)
        let node = FHIRPathNode(resource: document.root)
        let path = try FHIRPath("hasExtension('http://a.example/x')", dialect: .specification)
        #expect(try path.holds(node, in: .default) == true)
        #expect(throws: FHIRPathError.unknownFunction("hasExtension")) { try FHIRPath("hasExtension('x')") }
    }
}

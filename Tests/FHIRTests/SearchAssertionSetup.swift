import Foundation
import Testing

@testable import FHIR

/// A configuration of the assertions: its own search parameters, a fixture, and a Composition that refers to it.
struct SearchAssertionSetup {
    private let parameters: SearchParameterSet
    private let basic: SearchSubject
    private let composition: SearchSubject
    private let hierarchy: CodeSystemCodes

    /// - Parameter hierarchy: ``hierarchy()``.
    init(_ config: String, _ fixture: String, _ hierarchy: CodeSystemCodes) throws {
        self.hierarchy = hierarchy
        let bundle = try SearchTestData.document("search/config/\(config)/extension-search-parameters.json")
        let facts = try Self.facts(bundle.root["entry"]?.elements.compactMap { $0["resource"] } ?? [])
        parameters = SearchParameterSet(
            adding: facts, defaultOffset: SearchAssertionTests.zone, bases: SearchAssertionTests.bases)
        basic = SearchSubject(
            of: try SearchTestData.document("search/fixtures/\(fixture)"), type: .basic, id: "fixture",
            parameters: parameters)
        composition = SearchSubject(
            of: try JSONDocument.parse(
                text: """
                    {"resourceType":"Composition","status":"preliminary","title":"TEST",
                    "subject":{"reference":"Basic/fixture"}}
                    """), type: .composition, id: "composition", parameters: parameters)
    }

    private static func facts(_ resources: [JSONNode]) throws -> [SearchParameterFact] {
        var facts: [SearchParameterFact] = []
        // Composites name others.
        for resource in resources.filter({ $0["component"] == nil }) + resources.filter({ $0["component"] != nil }) {
            if let fact = try fact(resource, facts) { facts.append(fact) }
        }
        return facts
    }

    /// nil where its word is one of R4's own for the type, or it is composed of such a one: the server does not take it
    /// either.
    private static func fact(_ resource: JSONNode, _ known: [SearchParameterFact]) throws -> SearchParameterFact? {
        do throws(SearchRefusal) {
            return try SearchParameterDefinition.fact(
                of: resource, id: SearchParameterSet.firstAdditional + Int32(known.count), known: known)
        } catch {
            guard error.issues.allSatisfy({ $0.code == .duplicate || $0.code == .notFound }) else { throw error }
            return nil
        }
    }

    /// The one code system of the assertions that has a hierarchy.
    static func hierarchy() throws -> CodeSystemCodes {
        var codes: CodeSystemCodes?
        try SearchTestData.unpack("definitions/hl7.fhir.r4.core-4.0.1.tar.gz") { folder in
            let path = folder.appending(
                path: "hl7.fhir.r4.core-4.0.1/CodeSystem-v3-ObservationInterpretation.json")
            codes = CodeSystemCodes(try JSONDocument.parse([UInt8](Data(contentsOf: path))).root)
        }
        return try #require(codes)
    }

    func finds(_ parameter: SearchQuery.Parameter, _ type: ResourceType) throws(SearchRefusal) -> Bool {
        let parser = SearchParser(
            parameters: parameters, bases: SearchAssertionTests.bases, defaultOffset: SearchAssertionTests.zone,
            ignored: [], isLenient: false)
        let search = try parser.parse([parameter], types: [type])
        return try holds(search.expression, type == .basic ? basic : composition)
    }

    private func holds(_ expression: SearchExpression, _ subject: SearchSubject) throws(SearchRefusal) -> Bool {
        try expression.holds(for: subject, now: SearchAssertionTests.now) { part, subject throws(SearchRefusal) in
            switch part {
            case .chain(_, .basic, let inner): try holds(inner, basic)
            case .has(.composition, _, let inner): try holds(inner, composition)
            case .codes(let parameter, .inValueSet(let url)):
                tokens(subject, parameter).contains {
                    // A boolean has the system that its binding implies; whatever else has none is in no value set.
                    ($0.system != nil || ["true", "false"].contains($0.code))
                        && R4.table.valueSet(url)?.contains($0.code, system: $0.system) == true
                }
            case .codes(let parameter, .below(let query)):
                try related(subject, parameter, query) { isA($0, query.code) }
            case .codes(let parameter, .above(let query)):
                try related(subject, parameter, query) { isA(query.code, $0) }
            default: false
            }
        }
    }

    private func tokens(_ subject: SearchSubject, _ parameter: SearchParameterFact) -> [(system: String?, code: String)]
    {
        subject.values(parameter).compactMap {
            if case .token(let system, let code) = $0 { (system, code) } else { nil }
        }
    }

    /// Whether the subject has a code of the asked system to which the relation applies.
    private func related(
        _ subject: SearchSubject, _ parameter: SearchParameterFact, _ query: SearchQueryValue.TokenQuery,
        _ relation: (String?) -> Bool
    ) throws(SearchRefusal) -> Bool {
        for (_, code) in tokens(subject, parameter) where relation(code) {
            let token = SearchExpression.token(parameter, .init(system: query.system, code: code))
            if try token.holds(for: subject, now: SearchAssertionTests.now) { return true }
        }
        return false
    }

    private func isA(_ code: String?, _ ancestor: String?) -> Bool {
        guard let code, let ancestor else { return false }
        return code == ancestor || code.withUTF8Buffer { hierarchy.isA($0, ancestor) }
    }
}

@testable import FHIR

/// Searches as tests write them.
enum Asked {
    static func parse(
        _ query: String, _ types: [ResourceType] = [.patient], parameters: SearchParameterSet = .r4,
        isLenient: Bool = false
    ) throws(SearchRefusal) -> ParsedSearch {
        let parser = SearchParser(
            parameters: parameters, bases: ["https://hospital.example/fhir"], defaultOffset: 0,
            ignored: ["_dc", "_cacheBust"], isLenient: isLenient)
        return try parser.parse(SearchQuery(query: query).parameters, types: types)
    }

    static func expression(_ query: String, _ types: [ResourceType] = [.patient]) throws -> SearchExpression {
        try parse(query, types).expression
    }

    /// The diagnostics of a refusal; empty if there is none.
    static func refusal(_ query: String, _ types: [ResourceType] = [.patient], isLenient: Bool = false) -> String {
        do {
            _ = try parse(query, types, isLenient: isLenient)
            return ""
        } catch {
            return error.issues.map { "\($0.expression ?? "") \($0.diagnostics)" }.joined(separator: "\n")
        }
    }

    static func fact(_ type: ResourceType, _ code: String) throws -> SearchParameterFact {
        guard let fact = R4.table.searchParameter(type, code) else { throw Unknown(code: code) }
        return fact
    }

    struct Unknown: Error { let code: String }
}

import FHIR
import Testing

@testable import Store

extension SearchRequest {
    /// A search as it is written: `Patient?name=x&_sort=birthdate`, or `?_type=…` for the whole system.
    init(_ text: String, count: Int = 50) throws {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let types = parts[0].isEmpty ? [] : [try #require(ResourceType(String(parts[0])))]
        let query = parts.count > 1 ? SearchQuery(query: parts[1]).parameters : []
        let parser = SearchParser(parameters: .r4, bases: [], defaultOffset: 0, ignored: [], isLenient: false)
        let parsed: ParsedSearch
        do {
            parsed = try parser.parse(query, types: types)
        } catch {
            throw TestRefusal(text: text, reasons: error.issues.compactMap(\.diagnostics))
        }
        self.init(
            types: parsed.types, expression: parsed.expression, sort: parsed.sort, includes: parsed.includes,
            count: parsed.count ?? count)
        contained = parsed.contained
    }
}

struct TestRefusal: Error, CustomStringConvertible {
    let text: String
    let reasons: [String]
    var description: String { "\(text): \(reasons.joined(separator: "; "))" }
}

extension Record {
    /// `Type/id` of the matches in their order.
    func find(_ text: String, count: Int = 50) async throws -> [String] {
        try await store.search(SearchRequest(text, count: count)).matches.map { "\($0.type)/\($0.id)" }
    }

    /// The ids of what is found.
    func names(_ text: String) async throws -> String {
        try await store.search(SearchRequest(text)).matches.map(\.id).joined(separator: " ")
    }

    func put(all resources: [String]) async throws {
        _ = try await store.write(try resources.map { try Self.draft($0) }, origin: Self.origin)
    }

    /// A few people and what was found of them.
    func fill() async throws {
        try await put(all: [
            """
            {"resourceType":"Practitioner","id":"dr","name":[{"family":"House"}]}
            """,
            """
            {"resourceType":"Organization","id":"clinic","name":"Clinic","partOf":{"reference":"Organization/trust"}}
            """,
            """
            {"resourceType":"Organization","id":"trust","name":"Trust"}
            """,
            """
            {"resourceType":"Patient","id":"anna","active":true,"gender":"female","birthDate":"1970-05-01",
            "identifier":[{"system":"urn:mrn","value":"A1"}],"name":[{"family":"Smith","given":["Anna","Rose"]}],
            "generalPractitioner":[{"reference":"Practitioner/dr"}],"managingOrganization":{"reference":"Organization/clinic"}}
            """,
            """
            {"resourceType":"Patient","id":"bert","gender":"male","birthDate":"1980","name":[{"family":"SMITHERS"}],
            "managingOrganization":{"reference":"Organization/trust"}}
            """,
            """
            {"resourceType":"Patient","id":"carl","gender":"male","name":[{"family":"Müller"}]}
            """,
            Self.observation("o1", of: "anna", code: "8480-6", value: 120, date: "2020-01-01"),
            Self.observation("o2", of: "anna", code: "8480-6", value: 140, date: "2021-01-01"),
            Self.observation("o3", of: "bert", code: "8480-6", value: 110, date: "2022-01-01"),
            Self.observation("o4", of: "bert", code: "3141-9", value: 80, date: "2019-01-01"),
            """
            {"resourceType":"Observation","id":"o5","status":"amended","code":{"text":"free"},
            "subject":{"reference":"Group/g"},"valueString":"Trust me"}
            """,
            """
            {"resourceType":"ValueSet","id":"v1","status":"active","url":"http://acme.org/fhir/ValueSet/1"}
            """,
            """
            {"resourceType":"ValueSet","id":"v2","status":"draft","url":"http://acme.org/fhir"}
            """,
        ])
    }

    static func observation(_ id: String, of patient: String, code: String, value: Int, date: String) -> String {
        """
        {"resourceType":"Observation","id":"\(id)","status":"final",
        "code":{"coding":[{"system":"http://loinc.org","code":"\(code)","display":"Pressure \(code)"}]},
        "subject":{"reference":"Patient/\(patient)"},"performer":[{"reference":"Practitioner/dr"}],
        "effectiveDateTime":"\(date)","valueQuantity":{"value":\(value),"unit":"mm[Hg]",
        "system":"http://unitsofmeasure.org","code":"mm[Hg]"}}
        """
    }
}

import Testing

@testable import FHIR

@Suite("What steers the answer of a search")
struct SearchParserControlTests {
    @Test("each of them")
    func controls() throws {
        let search = try Asked.parse(
            "_count=20&_summary=data&_total=accurate&_page=abc&_asOf=2024-05-01T10:00:00Z&_explain=true&_format=json"
                + "&_pretty=true&_contained=false&_sort=family,-birthdate,_lastUpdated,-_id")
        #expect(search.count == 20)
        #expect(search.view == .data)
        #expect(search.total == .accurate)
        #expect(search.page == "abc")
        #expect(search.asOf == DateRange(fhir: "2024-05-01T10:00:00Z")?.lower)
        #expect(search.explains)
        #expect(!search.hasCriteria)
        #expect(
            search.sort == [
                SearchSort(.parameter(try Asked.fact(.patient, "family"))),
                SearchSort(.parameter(try Asked.fact(.patient, "birthdate")), isDescending: true),
                SearchSort(.lastUpdated), SearchSort(.id, isDescending: true),
            ])
        #expect(search.applied.count == 10)
    }

    @Test("contained resources, and what of them is told")
    func contained() throws {
        let cases: [(String, SearchContained?)] = [
            ("name=x", nil), ("_contained=false", nil), ("_containedType=contained", nil),
            ("_contained=true", SearchContained(isBeside: false, isItself: false)),
            ("_contained=both&_containedType=container", SearchContained(isBeside: true, isItself: false)),
            ("_containedType=contained&_contained=true", SearchContained(isBeside: false, isItself: true)),
        ]
        for (query, contained) in cases { #expect(try Asked.parse(query).contained == contained, "\(query)") }
        #expect(try Asked.parse("_containedType=contained").warnings.count == 1)
    }

    @Test("the forms of a summary, and a count of nothing")
    func views() throws {
        for (query, view) in [
            ("_summary=true", SearchView.summary), ("_summary=text", .text), ("_summary=count", .count),
            ("_summary=false", .whole), ("_count=0", .count),
            ("_elements=name,Patient.gender", .elements(["name", "Patient.gender"])),
            ("_count=0&_elements=name", .count), ("_elements=name&_count=0", .count),
        ] { #expect(try Asked.parse(query).view == view, "\(query)") }
    }

    @Test(
        "what is wrong with them is named",
        arguments: [
            ("_count=-1", "number of entries"), ("_count=many", "number of entries"), ("_count=1&_count=2", "twice"),
            ("_summary=some", "true, text, data, count, false"), ("_total=all", "none, estimate, accurate"),
            ("_contained=yes", "true, false, both"), ("_containedType=both", "container, contained"),
            ("_contained=true&_sort=family", "_sort"), ("_contained=both&_include=*", "_include"),
            ("_contained=both&organization.name=x", "chain"), ("_contained=true&_list=1", "_list"),
            ("_asOf=2024", "instant"), ("_asOf=gt2024-05-01T10:00:00Z", "instant"), ("_explain=yes", "true, false"),
            ("_elements=nme", "name?"), ("_elements=name,", "empty"), ("_elements=name.given", "first level"),
            ("_summary=text&_elements=name", "together"), ("_query=x", "named queries"), ("_sort=nmae", "name?"),
            ("_sort=_score", "sorted by _score"),
            ("_sort=name,", "empty"), ("_count:exact=1", "modifier"), ("_filterr=1", "_filter?"),
        ])
    func wrong(query: String, expected: String) {
        #expect(Asked.refusal(query).contains(expected), "\(query): \(Asked.refusal(query))")
    }

    @Test("includes in their forms")
    func includes() throws {
        let subject = try Asked.fact(.observation, "subject")
        let target = try Asked.fact(.provenance, "target")
        let cases: [(String, SearchInclude)] = [
            ("_include=Observation:subject", SearchInclude(source: .observation, parameter: subject)),
            (
                "_include=Observation:subject:Patient",
                SearchInclude(source: .observation, parameter: subject, target: .patient)
            ),
            ("_include=*", SearchInclude(source: nil, parameter: nil)),
            ("_include=Observation:*", SearchInclude(source: .observation, parameter: nil)),
            (
                "_include:iterate=Observation:subject",
                SearchInclude(source: .observation, parameter: subject, iterates: true)
            ),
            (
                "_include:recurse=Observation:subject",
                SearchInclude(source: .observation, parameter: subject, iterates: true)
            ),
            ("_revinclude=Provenance:target", SearchInclude(source: .provenance, parameter: target, isReverse: true)),
            ("_revinclude=*", SearchInclude(source: nil, parameter: nil, isReverse: true)),
        ]
        for (query, expected) in cases {
            let search = try Asked.parse(query, [.observation])
            #expect(search.includes == [expected], "\(query)")
            #expect(search.warnings.isEmpty)
        }
        #expect(try Asked.parse("_include=Patient:organization", [.observation]).warnings.count == 1)
        for (query, expected) in [
            ("_include=Observation:subjct", "subject?"), ("_include=Observation:code", "refers to nothing"),
            ("_include=Observation", "Type:parameter"), ("_include=Obs:subject", "no resource type"),
            ("_include=Observation:subject:Medication", "does not refer"),
            ("_include:exact=Observation:subject", ":iterate"),
        ] { #expect(Asked.refusal(query, [.observation]).contains(expected), "\(query)") }
    }
}

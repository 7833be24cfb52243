import FHIR
import Testing

@testable import Store

@Suite("Searching through canonical urls")
struct CanonicalSearchTests {
    /// Two versions of a questionnaire, another one, and what was answered: with the version, and without.
    private func filled(_ body: (Record) async throws -> Void) async throws {
        try await Record.with { record in
            for (id, version, title) in [("one", "1.0", "old"), ("two", "2.0", "new")] {
                try await record.put(
                    """
                    {"resourceType":"Questionnaire","id":"\(id)","url":"http://x.example/q","version":"\(version)",
                    "status":"active","title":"\(title)"}
                    """)
            }
            try await record.put(
                #"{"resourceType":"Questionnaire","id":"other","url":"http://x.example/other","status":"draft","title":"other"}"#
            )
            for (id, questionnaire, status) in [
                ("a", "http://x.example/q|1.0", "completed"), ("b", "http://x.example/q|2.0", "in-progress"),
                ("c", "http://x.example/q", "amended"), ("d", "http://x.example/other|7", "completed"),
                ("e", "http://x.example/other", "completed"), ("f", "http://x.example/nobody", "completed"),
            ] {
                try await record.put(
                    #"{"resourceType":"QuestionnaireResponse","id":"\#(id)","questionnaire":"\#(questionnaire)","status":"\#(status)"}"#
                )
            }
            try await record.put(#"{"resourceType":"QuestionnaireResponse","id":"g","status":"completed"}"#)
            try await body(record)
        }
    }

    private func expect(
        _ query: String, _ record: Record, finds ids: [String], at place: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await record.store.search(SearchRequest(query)).matches.map(\.id)
        #expect(found.sorted() == ids, "\(query)", sourceLocation: place)
    }

    @Test("a chain finds what names the definition: by url and version, or by the url alone")
    func chains() async throws {
        try await filled { record in
            try await expect("QuestionnaireResponse?questionnaire.title=old", record, finds: ["a", "c"])
            try await expect("QuestionnaireResponse?questionnaire:Questionnaire.title=new", record, finds: ["b", "c"])
            try await expect("QuestionnaireResponse?questionnaire.status=active", record, finds: ["a", "b", "c"])
            // Its url with a version that it does not have leads nowhere.
            try await expect("QuestionnaireResponse?questionnaire.title=other", record, finds: ["e"])
            try await expect("QuestionnaireResponse?questionnaire.title=nothing", record, finds: [])
            try await expect(
                "QuestionnaireResponse?questionnaire.title=old&status=completed", record, finds: ["a"])
            try await expect(
                "QuestionnaireResponse?_filter=questionnaire.title%20eq%20old%20or%20status%20eq%20in-progress", record,
                finds: ["a", "b", "c"])
        }
    }

    @Test("_has finds the definitions that are named so, also within a chain")
    func reverseChains() async throws {
        try await filled { record in
            let query = "Questionnaire?_has:QuestionnaireResponse:questionnaire:"
            try await expect("\(query)status=completed", record, finds: ["one", "other"])
            try await expect("\(query)status=in-progress", record, finds: ["two"])
            try await expect("\(query)status=amended", record, finds: ["one", "two"])
            try await expect("\(query)_id=d", record, finds: [])
            try await expect("\(query)questionnaire.title=new", record, finds: ["one", "two"])
            try await expect(
                "QuestionnaireResponse?questionnaire._has:QuestionnaireResponse:questionnaire:_id=b", record,
                finds: ["b", "c"])
        }
    }

    @Test("_include and _revinclude follow them, too")
    func includes() async throws {
        try await filled { record in
            func included(_ query: String) async throws -> [String] {
                try await record.store.search(SearchRequest(query)).included.map(\.id).sorted()
            }
            let include = "_include=QuestionnaireResponse:questionnaire"
            #expect(try await included("QuestionnaireResponse?_id=a&\(include)") == ["one"])
            #expect(try await included("QuestionnaireResponse?_id=c&\(include)") == ["one", "two"])
            #expect(try await included("QuestionnaireResponse?_id=d,f,g&\(include)") == [])
            let reverse = "_revinclude=QuestionnaireResponse:questionnaire"
            #expect(try await included("Questionnaire?_id=two&\(reverse)") == ["b", "c"])
            #expect(try await included("Questionnaire?_id=other&\(reverse)") == ["e"])
            #expect(
                try await included(
                    "QuestionnaireResponse?_id=b&\(include)&_revinclude:iterate=QuestionnaireResponse:questionnaire")
                    == ["c", "two"])
            var request = try SearchRequest("Questionnaire?_id=one&\(reverse)")
            request.includedLimit = 1
            let page = try await record.store.search(request)
            #expect(page.included.count == 1 && page.omitted.first?.count == 1)
        }
    }

    @Test("later pages follow the definitions as they were when the walk began")
    func pages() async throws {
        try await filled { record in
            var request = try SearchRequest("QuestionnaireResponse?questionnaire.title=old", count: 1)
            request.page = try await record.store.search(request).next
            try await record.put(
                #"{"resourceType":"Questionnaire","id":"one","url":"http://x.example/q","version":"1.0","status":"active"}"#
            )
            #expect(try await record.store.search(request).matches.map(\.id) == ["c"])
            try await expect("QuestionnaireResponse?questionnaire.title=old", record, finds: [])
        }
    }

    @Test("more definitions, or urls, than are followed one by one are refused; what narrows them is not")
    func limit() async throws {
        try await Record.with { record in
            let numbers = 0...Store.canonicalLimit
            try await record.put(
                all: numbers.map {
                    #"{"resourceType":"Questionnaire","id":"q\#($0)","url":"http://x.example/\#($0)","status":"active"}"#
                })
            try await record.put(
                all: numbers.map {
                    #"{"resourceType":"QuestionnaireResponse","id":"r\#($0)","questionnaire":"http://x.example/\#($0)","status":"completed"}"#
                })
            for query in [
                "QuestionnaireResponse?questionnaire.status=active",
                "Questionnaire?_has:QuestionnaireResponse:questionnaire:status=completed",
            ] {
                await #expect {
                    _ = try await record.store.search(SearchRequest(query))
                } throws: { error in
                    if case StoreError.tooManyCanonicals(limit: Store.canonicalLimit) = error { true } else { false }
                }
            }
            try await expect("QuestionnaireResponse?questionnaire.url=http://x.example/7", record, finds: ["r7"])
            try await expect(
                "Questionnaire?_has:QuestionnaireResponse:questionnaire:_id=r1000", record, finds: ["q1000"])
        }
    }

    @Test("_sort by references: by Type/id of what is there, by the urls of canonicals; missing ones last")
    func sorting() async throws {
        try await filled { record in
            for (id, patient) in [("o1", "pb"), ("o2", "none"), ("o3", "pa"), ("o4", "pc")] {
                try await record.put(
                    #"{"resourceType":"Observation","id":"\#(id)","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/\#(patient)"}}"#
                )
            }
            for id in ["pa", "pb", "pc"] { try await record.put(#"{"resourceType":"Patient","id":"\#(id)"}"#) }
            let up = try await record.find("Observation?_sort=subject")
            #expect(up == ["Observation/o3", "Observation/o1", "Observation/o4", "Observation/o2"])
            let down = try await record.find("Observation?_sort=-subject", count: 4)
            #expect(down == ["Observation/o4", "Observation/o1", "Observation/o3", "Observation/o2"])
            var request = try SearchRequest("Observation?_sort=subject", count: 2)
            request.page = try await record.store.search(request).next
            #expect(try await record.store.search(request).matches.map(\.id) == ["o4", "o2"])
            let canonicals = try await record.find("QuestionnaireResponse?_sort=questionnaire")
            #expect(canonicals.map { $0.suffix(1) } == ["f", "d", "e", "a", "b", "c", "g"])
        }
    }
}

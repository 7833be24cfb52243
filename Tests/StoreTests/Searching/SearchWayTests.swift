import FHIR
import Postgres
import Testing

@testable import Store

@Suite("Ways of searches", .serialized)
struct SearchWayTests {
    private func rows(of text: String, in record: Record) async throws -> [SearchPredicate.RowTest] {
        try await record.store.prepare(SearchRequest(text)).predicate.conjuncts.compactMap { part in
            if case .row(let test) = part { test } else { nil }
        }
    }

    @Test("both bounds of a value that does not repeat are asked of one row, those of one that repeats of any")
    func bounds() async throws {
        let searches = [
            ("Observation?date=ge2020&date=lt2021", 1), ("Observation?date=ge2020&date=lt2021&date=ne2020-05", 1),
            ("Observation?value-quantity=gt1||g&value-quantity=lt2||g", 1),
            ("Observation?value-quantity=gt1||g&value-quantity=lt2||mg", 2),
            ("Observation?component-value-quantity=gt1&component-value-quantity=lt2", 2),
            ("CarePlan?activity-date=ge2020&activity-date=lt2021", 2),
        ]
        try await Record.with { record in
            for (text, count) in searches {
                let rows = try await rows(of: text, in: record)
                #expect(rows.count == count, "\(text)")
            }
        }
    }

    @Test("what repeats may fulfil one bound by one value and the other by another")
    func repeating() async throws {
        try await Record.with { record in
            try await record.put(
                #"{"resourceType":"Observation","id":"o","status":"final","code":{"text":"c"},"component":["#
                    + #"{"code":{"text":"a"},"valueQuantity":{"value":1}},{"code":{"text":"b"},"valueQuantity":{"value":9}}]}"#
            )
            try await record.put(
                #"{"resourceType":"Observation","id":"p","status":"final","code":{"text":"c"},"valueQuantity":{"value":9}}"#
            )
            let found = try await record.names(
                "Observation?component-value-quantity=gt5&component-value-quantity=lt2")
            #expect(found == "o")
            let found1 = try await record.names("Observation?value-quantity=gt5&value-quantity=lt2")
            #expect(found1 == "")
            let found2 = try await record.names("Observation?value-quantity=gt5&value-quantity=lt20")
            #expect(found2 == "p")
        }
    }

    @Test("more rows than a probe takes are not taken for all")
    func over() async throws {
        try await Record.with { record in
            for lot in 0..<11 {
                try await record.put(
                    all: (0..<100).map {
                        #"{"resourceType":"Patient","id":"p\#(lot)-\#($0)","birthDate":"19\#(40 + lot)-01-02","name":[{"family":"Muster"}]}"#
                    })
            }
            let searches = [
                ("Patient?family=muster", false), ("Patient?family=muster&birthdate=1941-01-02", true),
                ("Patient?birthdate=ge1941&birthdate=lt1943", true), ("Patient?birthdate=ge1940", false),
            ]
            for (text, isFew) in searches {
                let search = try await record.store.prepare(SearchRequest(text))
                let found = try await record.store.probed(search, .probed, 2000)
                #expect((found != nil) == isFew, "\(text)")
                let all = try await record.store.search(SearchRequest(text, count: 2000)).matches.count
                let counted = try await record.store.count(SearchRequest(text))
                #expect(counted == all)
                if let found { #expect(found.versions.count == all) }
                let far = try await record.store.probed(search, .probedFar, 2000)
                #expect(far?.versions.count == all, "\(text)")
            }
        }
    }

    @Test("what is denied of nearly all is found by the other codes, and what has none is found, too")
    func denied() async throws {
        try await Record.with { record in
            for lot in 0..<6 {
                try await record.put(
                    all: (0..<100).map {
                        #"{"resourceType":"Observation","id":"o\#(lot)-\#($0)","status":"final","code":{"text":"c"}}"#
                    })
            }
            try await record.put(#"{"resourceType":"Observation","id":"a","status":"amended","code":{"text":"c"}}"#)
            try await record.put(#"{"resourceType":"Observation","id":"n","code":{"text":"c"}}"#)
            _ = try await record.sql("analyze search")
            let request = try SearchRequest("Observation?status:not=final")
            let search = try await record.store.prepare(request)
            #expect(search.isRare)
            let found3 = try await record.names("Observation?status:not=final")
            #expect(found3 == "a n")
            let found4 = try await record.names("Observation?status:not=final,amended")
            #expect(found4 == "n")
            let count = try await record.store.count(request)
            #expect(count == 2)
        }
    }

    @Test("what was written is entered into the index of terms, and then no more is done")
    func settling() async throws {
        try await Record.with { record in
            try await record.put(#"{"resourceType":"Patient","id":"p","gender":"male"}"#)
            let hasSettled = try await record.store.settleTerms()
            #expect(hasSettled)
            let left = try await record.sql("select gin_clean_pending_list('search_terms')")
            let pages = try left.first?.int8(0)
            #expect(pages == 0)
            // A write that was noted and not yet committed the first time is met by the second.
            let settlesAgain = try await record.store.settleTerms()
            #expect(settlesAgain)
            let settlesForEver = try await record.store.settleTerms()
            #expect(!settlesForEver)
            let found5 = try await record.names("Patient?gender=male")
            #expect(found5 == "p")
        }
    }
}

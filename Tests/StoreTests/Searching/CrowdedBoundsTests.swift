import FHIR
import Testing

@testable import Store

@Suite("Bounds that are known to find much")
struct CrowdedBoundsTests {
    private func dates(_ condition: DateCondition) throws -> OneSidedTest {
        try #require(OneSidedTest(.init(table: .dates, parameters: [7], tests: [.date(condition)])))
    }

    private func number(_ text: String, _ comparison: NumberCondition.Comparison = .greater) throws -> OneSidedTest {
        let bound = NumberBound.value(try #require(FHIRDecimal(text)))
        let test = SearchPredicate.Value.number(.upper(comparison, bound), unit: 1, code: nil)
        return try #require(OneSidedTest(.init(table: .numbers, parameters: [7], tests: [test])))
    }

    @Test("what lies beyond a wider bound is no less")
    func wider() throws {
        let known = CrowdedBounds()
        known.note(try dates(.upper(.greater, 100)), limit: 500)
        for (bound, isCrowded) in [(Int64(99), true), (100, true), (101, false)] {
            #expect(known.areCrowded(try dates(.upper(.greater, bound)), limit: 500) == isCrowded)
        }
        // `≥ 100` has no less than `> 100`, which says nothing of `> 100` when `≥ 100` is known.
        #expect(known.areCrowded(try dates(.upper(.greaterOrEqual, 100)), limit: 500))
        let other = CrowdedBounds()
        other.note(try dates(.upper(.greaterOrEqual, 100)), limit: 500)
        #expect(!other.areCrowded(try dates(.upper(.greater, 100)), limit: 500))
    }

    @Test("from above it is the other way round")
    func below() throws {
        let known = CrowdedBounds()
        known.note(try dates(.lower(.less, 100)), limit: 500)
        for (bound, isCrowded) in [(Int64(99), false), (100, true), (101, true)] {
            #expect(known.areCrowded(try dates(.lower(.less, bound)), limit: 500) == isCrowded)
        }
    }

    @Test("the tightest bound is kept, and one side says nothing of the other, nor one limit of another")
    func sides() throws {
        let known = CrowdedBounds()
        known.note(try number("70.5"), limit: 500)
        known.note(try number("60"), limit: 500)
        #expect(known.areCrowded(try number("70.50"), limit: 500))
        #expect(!known.areCrowded(try number("70.51"), limit: 500))
        #expect(!known.areCrowded(try number("70"), limit: 5000))
        let low = SearchPredicate.Value.number(.lower(.greater, .value(.zero)), unit: 1, code: nil)
        let test = try #require(OneSidedTest(.init(table: .numbers, parameters: [7], tests: [low])))
        #expect(!known.areCrowded(test, limit: 500))
    }

    @Test("any row at all is a bound, too")
    func unbounded() throws {
        let known = CrowdedBounds()
        let any = try #require(OneSidedTest(.init(table: .dates, parameters: [7], tests: [])))
        #expect(!known.areCrowded(any, limit: 500))
        known.note(any, limit: 500)
        #expect(known.areCrowded(any, limit: 500))
        #expect(!known.areCrowded(try dates(.upper(.greater, .min)), limit: 500))
    }

    @Test("rows may go: after a minute it is seen again")
    func lifetime() throws {
        let (known, now) = (CrowdedBounds(), ContinuousClock.now)
        let test = try dates(.upper(.greater, 100))
        known.note(test, limit: 500, at: now)
        #expect(known.areCrowded(test, limit: 500, at: now + .seconds(59)))
        #expect(!known.areCrowded(test, limit: 500, at: now + .seconds(61)))
        // A looser bound that was seen later counts more than a tighter one that is over.
        let looser = try dates(.upper(.greater, 50))
        known.note(looser, limit: 500, at: now + .seconds(61))
        #expect(known.areCrowded(looser, limit: 500, at: now + .seconds(62)))
        #expect(!known.areCrowded(test, limit: 500, at: now + .seconds(62)))
    }

    @Test("what is bounded on both sides, or by a text, is of another kind")
    func otherKinds() {
        let tests: [SearchPredicate.Value] = [
            .date(.and([.lower(.greaterOrEqual, 1), .upper(.lessOrEqual, 2)])), .date(.or([.lower(.less, 1)])),
            .prefix("a"), .near(latitude: 1, longitude: 2, metres: 3),
        ]
        for value in tests {
            #expect(OneSidedTest(.init(table: .dates, parameters: [7], tests: [value])) == nil)
        }
    }

    @Test("a search by a bound that was seen to find much goes on at once, and finds the same")
    func search() async throws {
        try await Record.with { record in
            for number in 0..<700 {
                try await record.put(
                    #"{"resourceType":"Observation","id":"o\#(number)","status":"final","code":{"text":"c"},"#
                        + #""effectiveDateTime":"2020-01-01"}"#)
            }
            let request = try SearchRequest("Observation?date=ge2019", count: 20)
            let search = try await record.store.prepare(request)
            #expect(search.isProbable)
            // Alone, dates are read twice as far.
            let (test, rows) = try #require(search.probe(of: 100))
            #expect(rows == 200)
            #expect(!record.store.crowded.areCrowded(test, limit: rows))
            let first = try await record.store.search(request)
            #expect(first.matches.count == 20)
            let far = try await record.store.probed(search, .probed(limit: 100), 21)
            #expect(far == nil)
            #expect(record.store.crowded.areCrowded(test, limit: rows))
            let again = try await record.store.search(request)
            #expect(again.matches.map(\.id) == first.matches.map(\.id))
        }
    }
}

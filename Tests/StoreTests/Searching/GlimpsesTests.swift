import Testing

@testable import Store

@Suite("What is kept for a moment")
struct GlimpsesTests {
    @Test("is asked once, and again after it was forgotten")
    func forgotten() async throws {
        let kept = Glimpses<Int, Int>()
        let first = await kept.value(1) { 10 }
        let second = await kept.value(1) { 11 }
        let other = await kept.value(2) { 20 }
        #expect((first, second, other) == (10, 10, 20))
        kept.forget()
        let third = await kept.value(1) { 12 }
        #expect(third == 12)
    }

    @Test("is not kept if something was written while it was asked")
    func overtaken() async throws {
        let kept = Glimpses<Int, Int>()
        let first = await kept.value(1) {
            kept.forget()
            return 10
        }
        let second = await kept.value(1) { 11 }
        #expect((first, second) == (10, 11))
    }

    @Test("a unit and a container that are new are found at once")
    func written() async throws {
        try await Record.with { record in
            func quantity(_ id: String, _ value: String, _ code: String) async throws {
                try await record.put(
                    #"{"resourceType":"Observation","id":"\#(id)","status":"final","code":{"text":"c"},"valueQuantity":{"#
                        + #""value":\#(value),"system":"http://unitsofmeasure.org","code":"\#(code)"}}"#)
            }
            func found(_ text: String) async throws -> [String] {
                try await record.store.search(SearchRequest(text)).matches.map(\.id).sorted()
            }
            let heavy = "Observation?value-quantity=gt1|http://unitsofmeasure.org|kg"
            try await quantity("a", "2", "kg")
            let one = try await found(heavy)
            try await quantity("b", "2000", "g")
            let two = try await found(heavy)
            #expect(one == ["a"] && two == ["a", "b"])
            let chain = "MedicationRequest?medication.code=7"
            let before = try await found(chain)
            try await record.put(
                #"{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","subject":{"display":"p"},"#
                    + #""contained":[{"resourceType":"Medication","id":"c","code":{"coding":[{"code":"7"}]}}],"#
                    + ##""medicationReference":{"reference":"#c"}}"##)
            let after = try await found(chain)
            #expect(before.isEmpty && after == ["m"])
        }
    }
}

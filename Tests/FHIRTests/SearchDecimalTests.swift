import TestSupport
import Testing

@testable import FHIR

@Suite("Exact decimals")
struct SearchDecimalTests {
    @Test(
        "numbers that mean the same are equal, hash the same and have one text",
        arguments: [
            (["100", "1e2", "100.00", "0.1E3", "+100", "0100"], "100"),
            (["5.4", "5.40", "54e-1", "0.054e2"], "5.4"),
            (["0", "-0", "0.000", "0e10"], "0"),
            (["-0.001", "-1e-3", "-00.0010"], "-0.001"),
            (["123456789012345678901234567890.123456789"], "123456789012345678901234567890.123456789"),
        ])
    func sameValue(texts: [String], canonical: String) throws {
        let values = try texts.map { try #require(FHIRDecimal($0)) }
        #expect(Set(values).count == 1)
        #expect(values.allSatisfy { $0.description == canonical })
    }

    @Test(
        "what is no number is told from what is too large",
        arguments: [
            ("", WrittenDecimal.Failure.notANumber), ("-", .notANumber), ("1.", .notANumber), (".5", .notANumber),
            ("1e", .notANumber), ("1e+", .notANumber), ("12a", .notANumber), ("NaN", .notANumber), ("1 ", .notANumber),
            ("1e1000000", .outOfBounds), ("1e-1000000", .outOfBounds), ("1e99999999999999999999", .outOfBounds),
            (String(repeating: "9", count: 1_200), .outOfBounds),
        ])
    func refused(text: String, failure: WrittenDecimal.Failure) {
        #expect(throws: failure) { try WrittenDecimal(text) }
    }

    @Test(
        "a written value stands for what rounds to it",
        arguments: [
            ("100", "99.5", "100.5"), ("100.00", "99.995", "100.005"), ("1e2", "50", "150"),
            ("5.40", "5.395", "5.405"), ("-5", "-5.5", "-4.5"), ("0", "-0.5", "0.5"), ("0.0", "-0.05", "0.05"),
            ("1.2e1", "11.5", "12.5"), ("9999e-2", "99.985", "99.995"),
        ])
    func implicitRange(text: String, low: String, high: String) throws {
        let range = try WrittenDecimal(text).implicitRange
        #expect(range.low.description == low)
        #expect(range.high.description == high)
    }

    @Test("arithmetic and order agree with integers, whatever the scale")
    func model() throws {
        var random = SeededRandom(state: 42)
        for _ in 0..<5_000 {
            let left = Int(random.next() % 2_000_001) - 1_000_000
            let right = Int(random.next() % 2_000_001) - 1_000_000
            let scale = Int32(random.next() % 41) - 20
            let one = FHIRDecimal(left).scaled(by: scale)
            let other = FHIRDecimal(right).scaled(by: scale)
            #expect(one + other == FHIRDecimal(left + right).scaled(by: scale))
            #expect(one - other == FHIRDecimal(left - right).scaled(by: scale))
            #expect(one * other == FHIRDecimal(left * right).scaled(by: 2 * scale))
            #expect((one < other) == (left < right))
            #expect((one == other) == (left == right))
            #expect(FHIRDecimal(one.description) == one)
        }
    }
}

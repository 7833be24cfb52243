import Foundation
import TestSupport
import Testing

@testable import FHIR

@Suite("Dates as ranges of time")
struct SearchDateTests {
    private static let second: Int64 = 1_000_000
    private static let day: Int64 = 86_400 * second

    @Test("a date is as wide as its last written place")
    func widths() throws {
        let widths: [(String, Int64)] = [
            ("1970", 365 * Self.day), ("2024", 366 * Self.day), ("2024-02", 29 * Self.day), ("1900-02", 28 * Self.day),
            ("2024-02-29", Self.day), ("2024-02-29T10:00", 60 * Self.second), ("2024-02-29T10:00:00Z", Self.second),
            ("2024-02-29T10:00:00.1Z", 100_000), ("2024-02-29T10:00:00.123456Z", 1),
            ("2024-02-29T10:00:00.123456789+02:00", 1),
        ]
        for (text, width) in widths {
            let range = try #require(DateRange(fhir: text), "\(text)")
            #expect(range.upper - range.lower == width, "\(text)")
        }
    }

    @Test(
        "a value begins where the calendar and its zone say",
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0)), ("1970", 0), ("1969-12-31T23:59:59.5Z", -500_000),
            ("2024-02-29T10:00:00+02:00", 1_709_193_600_000_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
            ("0001-01-01", -62_135_596_800_000_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
            ("2000-01-01T00:00:00.1234569Z", 946_684_800_123_456),
        ])
    func lower(text: String, expected: Int64) throws {
        #expect(try #require(DateRange(fhir: text)).lower == expected)
    }

    @Test("a value without a zone is in the default one; one with a zone is not")
    func zones() throws {
        let west = try #require(DateRange(fhir: "2024-01-01", defaultOffset: -4 * 3600))
        let utc = try #require(DateRange(fhir: "2024-01-01"))
        #expect(west.lower - utc.lower == 4 * 3600 * Self.second)
        let named = try #require(DateRange(fhir: "2024-01-01T00:00:00Z", defaultOffset: -4 * 3600))
        #expect(named.lower == utc.lower)
    }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "24", "0000", "2024-", "2024-13", "2024-00", "2023-02-29", "2024-01-32", "2024-01-00", "2024-01-01T",
            "2024-01-01T10", "2024-01-01T24:00", "2024-01-01T10:60", "2024-01-01T10:00:61", "2024-01-01T10:00:00.",
            "2024-01-01T10:00:00+15:00", "2024-01-01T10:00:00+2", "2024-01-01T10:00:00Zx", "2024-1-1",
            "2024-01-01 10:00",
            "2024-01-01Z", "-024-01-01", "20240101",
        ])
    func refused(text: String) {
        #expect(DateRange(fhir: text) == nil)
    }

    @Test("days agree with another calendar from year 1 to 9999")
    func calendar() throws {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        var random = SeededRandom(state: 7)
        for _ in 0..<500 {
            let (year, month) = (Int(random.next() % 8_416) + 1_584, Int(random.next() % 12) + 1)
            let number = Int(random.next() % UInt64(CalendarDay.count(year: year, month: month))) + 1
            let date = try #require(calendar.date(from: DateComponents(year: year, month: month, day: number)))
            let days = Int64(date.timeIntervalSince1970) / 86_400
            #expect(CalendarDay.number(year: year, month: month, day: number) == days)
        }
        var expected = CalendarDay.number(year: 1, month: 1, day: 1)
        #expect(expected == -719_162)
        for year in 1...1_600 {
            for month in 1...12 {
                #expect(CalendarDay.number(year: year, month: month, day: 1) == expected)
                expected += CalendarDay.count(year: year, month: month)
            }
        }
    }

    /// A model: time is a line of eight points, a range a set of them that hang together.
    @Test("every prefix means what R4 says of it, for every pair of small ranges")
    func algebra() {
        let ranges = (0..<8).flatMap { low in (low + 1...8).map { DateRange(lower: Int64(low), upper: Int64($0)) } }
        for stored in ranges {
            let resource = Set(stored.lower..<stored.upper)
            for search in ranges {
                let wanted = Set(search.lower..<search.upper)
                let isLater = resource.contains { $0 >= search.upper }
                let isEarlier = resource.contains { $0 < search.lower }
                let overlaps = !resource.isDisjoint(with: wanted)
                let expected: [SearchPrefix: Bool] = [
                    .equal: resource.isSubset(of: wanted), .notEqual: !resource.isSubset(of: wanted),
                    .greater: isLater, .less: isEarlier,
                    .greaterOrEqual: isLater || overlaps, .lessOrEqual: isEarlier || overlaps,
                    .startsAfter: isLater && !isEarlier && !overlaps, .endsBefore: isEarlier && !isLater && !overlaps,
                    // Now lies within every search that reaches it; elsewhere the slack of a few points is none.
                    .approximate: overlaps,
                ]
                for (prefix, holds) in expected {
                    let answer = DateCondition(prefix, search, now: 4).holds(stored)
                    #expect(answer == holds, "\(prefix) \(search) \(stored)")
                }
            }
        }
    }

    @Test("about a date means within a tenth of its distance from now")
    func approximate() throws {
        let now = try #require(DateRange(fhir: "2024-01-01T00:00:00Z")).lower
        let search = try #require(DateRange(fhir: "2014-01-01"))
        func holds(_ text: String) throws -> Bool {
            DateCondition(.approximate, search, now: now).holds(try #require(DateRange(fhir: text)))
        }
        #expect(try holds("2014-12-01"))
        #expect(try holds("2013-02-01"))
        #expect(try !holds("2015-02-01"))
        #expect(try !holds("2012-12-01"))
    }

    @Test("an open end lies beyond every date")
    func openEnds() throws {
        let open = DateRange(lower: 0, upper: DateRange.openUpper)
        let search = try #require(DateRange(fhir: "9999"))
        #expect(DateCondition(.greater, search, now: 0).holds(open))
        #expect(!DateCondition(.equal, search, now: 0).holds(open))
        #expect(DateCondition(.approximate, open, now: -5).holds(search))
    }
}

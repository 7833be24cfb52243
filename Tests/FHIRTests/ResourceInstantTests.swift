import FHIR
import Foundation
import Testing

@Suite("Points in time as text")
struct ResourceInstantTests {
    @Test(
        "instants are UTC with milliseconds, cut off and never rounded",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"),
            (999, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_194_000_000_000, "2026-11-20T17:00:00.000Z"),
            (951_782_400_123_999, "2000-02-29T00:00:00.123Z"),
            (4_107_542_399_999_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999Z"),
            (Int64.max, "9999-12-31T23:59:59.999Z"),
            (Int64.min, "0001-01-01T00:00:00.000Z"),
        ])
    func instants(_ microseconds: Int64, _ expected: String) {
        #expect(Instant.format(microseconds: microseconds) == expected)
    }

    @Test(
        "dates of HTTP headers name day and month in English",
        arguments: [
            (784_111_777_000_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
            (1_795_194_000_999_999, "Fri, 20 Nov 2026 17:00:00 GMT"),
        ])
    func httpDates(_ microseconds: Int64, _ expected: String) {
        #expect(Instant.formatHTTPDate(microseconds: microseconds) == expected)
        let second = microseconds - (microseconds % 1_000_000 + 1_000_000) % 1_000_000
        #expect(Instant.parseHTTPDate(expected) == second)
    }

    @Test(
        "what is no date of HTTP's preferred format is none",
        arguments: [
            "", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 XXX 1994 08:49:37 GMT",
        ])
    func noHTTPDates(_ text: String) {
        #expect(Instant.parseHTTPDate(text) == nil)
    }

    @Test("every day of four centuries agrees with Foundation's calendar")
    func calendar() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        var date = try #require(calendar.date(from: DateComponents(year: 1_800, month: 1, day: 1)))
        for _ in 0..<146_097 {
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let seconds = Int64(date.timeIntervalSince1970)
            let text = Instant.format(microseconds: seconds * 1_000_000)
            let fields = text.prefix(10).split(separator: "-").map { Int($0) }
            guard fields == [parts.year, parts.month, parts.day] else {
                Testing.Issue.record("\(text) is not \(parts)")
                return
            }
            date = date.addingTimeInterval(86_400)
        }
    }
}

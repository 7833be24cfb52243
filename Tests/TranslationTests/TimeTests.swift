import HL7v2
import Testing
import Translation

@Suite("Times and zones")
struct TimeTests {
    private func occurred(_ event: String, zone: String = "UTC") throws -> EventTime? {
        var settings = Samples.settings
        settings.zone = try #require(TimeZoneSetting(zone))
        return try Samples.convert(
            Samples.message("ADT^A01", [event, Samples.pid, Samples.pv1]), settings: settings
        ).movements.first?.occurred
    }

    @Test(
        "a time without offset is read in the sender's zone, summer and winter",
        arguments: [
            ("20260301115000", "UTC", "2026-03-01T11:50:00+00:00"),
            ("20260301115000", "Europe/Berlin", "2026-03-01T11:50:00+01:00"),
            ("20260701115000", "Europe/Berlin", "2026-07-01T11:50:00+02:00"),
            ("202607011150", "+05:30", "2026-07-01T11:50:00+05:30"),
            ("20260701115000.1234-0500", "Europe/Berlin", "2026-07-01T11:50:00.1234-05:00"),
            ("20261025023000", "Europe/Berlin", "2026-10-25T02:30:00+02:00"),
            ("20261025013000", "Europe/Berlin", "2026-10-25T01:30:00+02:00"),
            ("20261025033000", "Europe/Berlin", "2026-10-25T03:30:00+01:00"),
            ("20260329013000", "Europe/Berlin", "2026-03-29T01:30:00+01:00"),
            ("20260329033000", "Europe/Berlin", "2026-03-29T03:30:00+02:00"),
            ("20260301", "UTC", "2026-03-01"), ("202603", "UTC", "2026-03"),
            ("20260301115000^D", "UTC", "2026-03-01"),
        ])
    func zones(text: String, zone: String, expected: String) throws {
        #expect(try occurred("EVN|A01|20250101||||\(text)", zone: zone)?.text == expected)
    }

    @Test("EVN-6, else EVN-2, else MSH-7, says when it happened")
    func order() throws {
        #expect(try occurred("EVN|A01|20260201||||20260101")?.text == "2026-01-01")
        #expect(try occurred("EVN|A01|20260201")?.text == "2026-02-01")
        #expect(try occurred("EVN|A01")?.text == "2026-03-01T12:00:00+00:00")
        let berlin = try occurred("EVN|A01|20260301120000", zone: "Europe/Berlin")
        let utc = try occurred("EVN|A01|20260301110000")
        #expect(berlin?.microseconds == utc?.microseconds)
        #expect(utc?.microseconds == 1_772_362_800_000_000)
    }

    @Test("zones are named as IANA names them")
    func names() {
        #expect(TimeZoneSetting("UTC") == .utc)
        #expect(TimeZoneSetting("-03:30") == .fixed(minutes: -210))
        #expect(TimeZoneSetting("Mars/Base") == nil)
        #expect(TimeZoneSetting("CET ") == nil)
        #expect(TimeZoneSetting("+25:00") == nil)
    }

    @Test("a date that is none is left out and reported")
    func impossible() throws {
        let conversion = try Samples.convert(
            Samples.message("ADT^A31", ["PID|1||4711^^^HOSP-MRN||||19800230"]))
        #expect(try Samples.resource(conversion.draft("patient"))["birthDate"] == nil)
        #expect(conversion.report.assumptions.contains { $0.sentence.contains("19800230") })
    }
}

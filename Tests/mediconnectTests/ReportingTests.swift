import Testing

@testable import mediconnect

@Suite("What the user sees")
struct ReportingTests {
    @Test("numbers and times are written for people")
    func figures() {
        #expect(
            [0, 12, 999, 1000, 12952, 1_234_567].map(LoadFigures.number) == [
                "0", "12", "999", "1,000", "12,952", "1,234,567",
            ])
        #expect(LoadFigures.time(.milliseconds(3240)) == "3.2 s")
        #expect(LoadFigures.time(.seconds(75)) == "1:15 min")
        #expect(LoadFigures.time(.seconds(3725)) == "1:02:05 h")
        #expect(LoadFigures.perSecond(12952, in: .seconds(3)) == "4,317")
        #expect(LoadFigures.perSecond(1, in: .zero) == "0")
    }

    @Test("the bar fits the terminal and shows what is left")
    func bar() {
        var snapshot = LoadTally.Snapshot()
        snapshot.files = 20
        snapshot.resources = 6000
        snapshot.bytesRead = 500
        let line = ProgressLine(snapshot: snapshot, files: 45, bytes: 1000, elapsed: .seconds(2))
        #expect(line.plain == "20 of 45 files, 6,000 resources, 3,000/s, 2.0 s left")
        #expect(line.bar(columns: 120) == "███████████████░░░░░░░░░░░░░░░  50%  " + line.plain)
        for columns in [10, 40, 60, 70, 80, 100] {
            #expect(line.bar(columns: columns).count < columns)
        }
    }

    @Test("the summary counts by type and names what failed")
    func summary() {
        let tally = LoadTally()
        for _ in 0..<1200 { tally.count("Observation", .created) }
        tally.count("Patient", .existed)
        for result in [ItemResult.created, .updated] { tally.count("Organization", result) }
        tally.finishFile()
        tally.fail(.init(label: "b.json", reason: "422 birthDate is no date (at Patient.birthDate)", resources: 1))
        tally.doubt(.init(label: "c.json", reason: "connection closed", resources: 300))
        let summary = LoadSummary(snapshot: tally.snapshot, files: 3, elapsed: .seconds(2), ignored: 1)
        #expect(!summary.succeeded)
        #expect(
            summary.text == """
                Loaded 1,203 resources from 1 of 3 files in 2.0 s (602 resources/s)
                  Observation   1,200
                  Organization      2  1 updated
                  Patient           1  there already
                Failed: 1 (1 resource)
                  b.json: 422 birthDate is no date (at Patient.birthDate)
                Not known whether applied: 1 request, sent without an answer. Repeating them may make resources twice; \
                look before, or use --repeat-unanswered.
                  c.json (300 resources): connection closed
                Left out because of their names: 1 file
                """)
    }

    @Test("failures without end are counted, not kept")
    func manyFailures() {
        let tally = LoadTally()
        for number in 0..<5000 { tally.fail(.init(label: "\(number)", reason: "no", resources: 1)) }
        let summary = LoadSummary(snapshot: tally.snapshot, files: 1, elapsed: .seconds(1))
        #expect(summary.text.contains("Failed: 5,000 (5,000 resources)"))
        #expect(summary.text.contains("… and 4,980 more"))
        #expect(summary.text.split(separator: "\n").count == 23)
    }
}

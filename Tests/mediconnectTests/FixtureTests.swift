import Foundation
import Testing

@testable import mediconnect

@Suite("The project's own fixtures")
struct FixtureTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures").path

    @Test("are loaded in the order of their numbers, and loading them twice makes nothing twice")
    func fixtures() async throws {
        let survey = FileSurvey(FileFinder.find([Self.folder]).files, limits: ReadingLimits())
        #expect(survey.failures.isEmpty)
        let plan = LoadPlan(survey.files)
        #expect(plan.stages.count == 6)
        let reader = SourceReader(plan.stages.flatMap(\.parts), limits: ReadingLimits())
        var resources = 0
        while let (item, _) = await reader.next() {
            guard case .unit(let unit) = item else { continue }
            let preparation = try Preparation(unit)
            let submission = try #require(preparation.submission)
            #expect(preparation.rejected.isEmpty)
            #expect(submission.isRepeatable, "\(unit.label)")
            resources += submission.items.count
        }
        #expect(resources == 208)
    }
}

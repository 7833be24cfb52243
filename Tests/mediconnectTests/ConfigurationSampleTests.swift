import Foundation
import Testing
import Translation

@testable import mediconnect

@Suite("The sample configuration")
struct ConfigurationSampleTests {
    private static let sample = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Documentation/configuration.yaml").path

    @Test("can be used as it is, and what it shows as a default is one")
    func asItIs() throws {
        var reader = try SettingsReader(file: Self.sample, environment: [:])
        let settings = try reader.read()
        #expect(settings.senders.count == 1)
        #expect(settings.wards.count == 4)
        let command = try #require(try MediConnect.parseAsRoot(["serve", "--data-dir", "/x"]) as? ServeCommand)
        let (shown, standard) = (command.configuration(settings), command.configuration(Settings()))
        #expect(shown.host == standard.host)
        #expect(shown.port == standard.port)
        #expect(shown.mllpPort == standard.mllpPort)
        #expect(shown.baseURL == standard.baseURL)
        #expect(shown.databaseURL == standard.databaseURL)
        #expect(shown.migrateURL == standard.migrateURL)
        #expect(shown.maximumBody == standard.maximumBody)
        #expect(shown.allowedOrigins == standard.allowedOrigins)
        #expect(shown.conditionalDelete == standard.conditionalDelete)
        #expect(shown.references.enforced == standard.references.enforced)
        #expect(shown.references.reports == standard.references.reports)
        #expect(shown.ignoredParameters == standard.ignoredParameters)
        #expect(shown.wideSearches == standard.wideSearches)
        #expect(shown.includedResources == standard.includedResources)
        #expect(shown.statementTimeout == standard.statementTimeout)
        #expect(shown.readAudit == standard.readAudit)
        #expect(shown.answersBenchmark == standard.answersBenchmark)
        #expect(shown.timeZone == standard.timeZone)
        #expect(shown.validation == standard.validation)
        #expect(settings.profiles == [])
        #expect(settings.searchParameters == [])
        #expect(shown.xmlLimits == standard.xmlLimits)
        #expect(shown.jobs == standard.jobs)
        let sender = try #require(settings.senders.first)
        #expect(sender.defaults == SenderSettings().defaults)
        #expect(sender.refusals == SenderSettings().refusals)
        #expect(sender.controlIDWindow == SenderSettings().controlIDWindow)
        #expect(sender.maps.tables["HL70001"]?.entries["D"]?.code == "other")
    }

    @Test("shows every key that there is and no other, those that are turned off included")
    func complete() throws {
        let text = try String(contentsOfFile: Self.sample, encoding: .utf8)
            .replacing(/(?m)^#([a-z-]+:)/) { "  \($0.output.1)" }
        let folder = try ScratchFolder()
        defer { withExtendedLifetime(folder) {} }
        _ = try folder.write("maps/laboratory.map", [])
        let file = try folder.write("configuration.yaml", Array(text.utf8))
        var reader = try SettingsReader(file: file, environment: [:])
        _ = try reader.read()
        let known = Set(reader.keys)
        let node = try #require(ConfigurationNode.parse(text, file: file, faults: ConfigurationFaults()))
        #expect(Self.shown(node, known) == known.filter { key in !known.contains { $0.hasPrefix(key + ".") } })
    }

    /// The paths of single values, lists and names of the operator's own.
    private static func shown(_ node: ConfigurationNode, _ known: Set<String>, path: [String] = []) -> Set<String> {
        let key = path.joined(separator: ".")
        let isGroup = path.isEmpty || known.contains { $0.hasPrefix(key + ".") }
        switch node.content {
        case .mapping(let entries) where isGroup:
            return entries.reduce(into: []) { $0.formUnion(shown($1.value, known, path: path + [$1.key])) }
        case .list(let nodes) where isGroup:
            return nodes.reduce(into: []) { $0.formUnion(shown($1, known, path: path)) }
        default: return [key]
        }
    }
}

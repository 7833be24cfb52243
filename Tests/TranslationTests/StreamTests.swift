import FHIR
import Foundation
import HL7v2
import Testing
import Translation

@Suite("Conversion of other projects' messages", .enabled(if: Corpus.exists))
struct StreamTests {
    private static let settings = SenderSettings(
        patientAuthorities: ["SIMULATOR MRN"], zone: .utc)

    @Test("a simulated hospital's stream becomes 401 patients, 400 encounters and 3,323 observations")
    func stream() throws {
        var refused: [ErrorCondition: Int] = [:]
        var converted = 0
        var patients: Set<Identity.Identifier> = []
        var encounters: Set<Identity.Identifier> = []
        var observations: Set<Identity.Identifier> = []
        var observationDrafts = 0
        var withoutVisit = 0
        var movements = 0
        var drafts: [String: Int] = [:]
        var valueKinds: [String: Int] = [:]
        var reportLines = 0
        var samples: [String: Int] = [:]
        for bytes in try Corpus.stream() {
            switch Translation.receive(bytes).outcome {
            case .refused(let answer):
                for problem in answer.problems { refused[problem.condition, default: 0] += 1 }
            case .parsed(let message, let route, let report):
                let conversion = try Translation.convert(
                    message, route: route, sender: Self.settings, recorded: Samples.now, report: report)
                converted += 1
                movements += conversion.movements.count
                reportLines +=
                    conversion.report.assumptions.count + conversion.report.unmappedCodes.count
                    + conversion.report.unmappedFields.count
                for line in conversion.report.assumptions {
                    if line.sentence.hasPrefix("There is no visit number") { withoutVisit += 1 }
                    samples["\(line.place?.description ?? "") \(line.sentence)", default: 0] += 1
                }
                for line in conversion.report.unmappedCodes { samples["\(line.table): \(line.code)", default: 0] += 1 }
                for line in conversion.report.unmappedFields {
                    samples["unmapped \(line.place.segment)-\(line.place.field ?? 0)", default: 0] += 1
                }
                var known: Set<DraftName> = []
                for draft in conversion.drafts {
                    drafts[draft.type.name, default: 0] += 1
                    let resource = try Samples.resource(draft)
                    // Said twice, it changes nothing; and it refers to nothing that comes later.
                    #expect(try draft.resource(over: resource) == resource.document.bytes)
                    #expect(known.isSuperset(of: draft.references))
                    known.insert(draft.name)
                    switch draft.type {
                    case .patient: patients.formUnion(draft.identity.identifiers)
                    case .encounter: encounters.formUnion(draft.identity.identifiers)
                    case .observation:
                        observationDrafts += 1
                        observations.formUnion(draft.identity.identifiers)
                        let kind = resource.members.first { $0.key.string.hasPrefix("value") }?.key.string ?? "none"
                        valueKinds[kind, default: 0] += 1
                    default: break
                    }
                }
            }
        }
        print("stream: \(converted) converted, refused \(refused), drafts \(drafts.sorted { $0.key < $1.key })")
        print("stream: values \(valueKinds), \(movements) movements, \(reportLines) report lines")
        for (line, count) in samples.sorted(by: { $0.value > $1.value }).prefix(60) { print("  \(count) \(line)") }
        #expect(converted == 1_010)
        #expect(refused == [.unsupportedMessageType: 2, .unsupportedEvent: 1])
        #expect(patients.count == 401)
        #expect(encounters.count == 400)
        #expect(observationDrafts == 3_323)
        #expect(observations.count == 3_323)
        #expect(withoutVisit == 218)
        #expect(movements == 400)
    }

    @Test("every other message is a conversion or a typed refusal, and every resource has R4's shape")
    func others() throws {
        var converted = 0
        var refused = 0
        var refusals = 0
        var resources = 0
        var failures: [String: Int] = [:]
        var reasons: [String: Int] = [:]
        for bytes in try Corpus.others() {
            guard case .parsed(let message, let route, let report) = Translation.receive(bytes).outcome else {
                refused += 1
                continue
            }
            do throws(ConversionRefusal) {
                let conversion = try Translation.convert(
                    message, route: route, recorded: Samples.now, report: report)
                converted += 1
                var known: Set<DraftName> = []
                for draft in conversion.drafts {
                    if !known.isSuperset(of: draft.references) {
                        failures["\(draft.name) refers forward", default: 0] += 1
                    }
                    known.insert(draft.name)
                    if draft.use == .findOnly { continue }
                    guard let bytes = try? draft.resource(), let document = try? JSONDocument.parse(bytes) else {
                        failures["\(draft.name) is no JSON", default: 0] += 1
                        continue
                    }
                    resources += 1
                    if (try? draft.resource(over: document.root)) != bytes {
                        let again = (try? draft.resource(over: document.root)) ?? []
                        failures[
                            "\(draft.name) changes when it is said again: \(String(decoding: bytes, as: UTF8.self)) \(String(decoding: again, as: UTF8.self))",
                            default: 0] += 1
                    }
                    for issue in ShapeValidator.validate(document, as: draft.type).issues where issue.isError {
                        failures["\(issue.expression ?? "") \(issue.diagnostics)", default: 0] += 1
                    }
                }
            } catch {
                refusals += 1
                reasons[error.message, default: 0] += 1
                #expect(error.acknowledgement().code == .error)
            }
        }
        print(
            "others: \(converted) converted to \(resources) resources, \(refusals) refused by the map, \(refused) before"
        )
        for (line, count) in reasons.sorted(by: { $0.value > $1.value }) { print("  \(count) \(line)") }
        for (line, count) in failures.sorted(by: { $0.value > $1.value }).prefix(25) { print("  \(count) \(line)") }
        #expect(failures.isEmpty)
        #expect(converted > 200)
    }

    /// Time of this thread on the processor: what else the machine does makes no difference to it.
    private static func processorTime() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }

    @Test("how long a message takes")
    func time() throws {
        let messages = try Corpus.stream()
        var drafts = 0
        var bytes = 0
        var parts = [0, 0, 0]
        for message in messages {
            let start = Self.processorTime()
            let received = Translation.receive(message)
            let parsed = Self.processorTime()
            guard case .parsed(let message, let route, let report) = received.outcome else { continue }
            let conversion = try Translation.convert(
                message, route: route, sender: Self.settings, recorded: Samples.now, report: report)
            let converted = Self.processorTime()
            for draft in conversion.drafts { bytes += try draft.resource().count }
            drafts += conversion.drafts.count
            let written = Self.processorTime()
            for (index, time) in [parsed - start, converted - parsed, written - converted].enumerated() {
                parts[index] += time
            }
        }
        let each = parts.map { $0 / messages.count / 1_000 }
        print(
            "time: \(drafts) drafts, \(bytes) bytes; µs per message: receiving \(each[0]), converting \(each[1]), writing \(each[2])"
        )
        #expect(drafts > 5_000)
    }
}

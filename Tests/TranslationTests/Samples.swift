import FHIR
import HL7v2
import Testing
import Translation

/// Messages of this project's own, and what they become.
enum Samples {
    static let now: Int64 = 1_790_000_000_000_000

    static func message(_ type: String, version: String = "2.5.1", time: String = "20260301120000", _ lines: [String])
        -> [UInt8]
    {
        let header = "MSH|^~\\&|ADT|HOSP|MC|HOSP|\(time)||\(type)|C1|P|\(version)||||||UNICODE UTF-8"
        return Array(([header] + lines).joined(separator: "\r").utf8) + [0x0D]
    }

    static let settings = SenderSettings(
        authorities: ["HOSP-MRN": "https://hosp.example/mrn", "HOSP-VISIT": "https://hosp.example/visit"],
        patientAuthorities: ["HOSP-MRN"])

    static func convert(
        _ bytes: [UInt8], settings: SenderSettings = settings, maps: MapSet = .standard
    ) throws -> Conversion {
        var settings = settings
        settings.maps = maps
        let received = Translation.receive(bytes, from: settings.defaults)
        guard case .parsed(let message, let route, let report) = received.outcome else {
            throw TestFailure("The message was refused: \(received.outcome)")
        }
        return try Translation.convert(
            message, route: route, sender: settings, recorded: now, report: report)
    }

    /// The whole of a draft's resource, judged by R4.
    static func resource(_ draft: Draft?, over current: String? = nil) throws -> JSONNode {
        let draft = try #require(draft)
        let stored = try current.map { try JSONDocument.parse(Array($0.utf8)).root }
        let document = try JSONDocument.parse(try draft.resource(over: stored))
        let errors = ShapeValidator.validate(document, as: draft.type).issues.filter(\.isError)
        #expect(errors.isEmpty, "\(draft.name): \(errors.map { "\($0.expression ?? "") \($0.diagnostics)" })")
        return document.root
    }

    static func text(_ draft: Draft?, over current: String? = nil) throws -> String {
        let node = try resource(draft, over: current)
        return String(decoding: JSONWriter.compact(node), as: UTF8.self)
    }

    static let pid =
        "PID|1||4711^^^HOSP-MRN^MR~9434765919^^^NHS&2.16.840.1.113883.2.1.4.1&ISO^NH||Müller^Jörg^Karl^^Dr.^^L||19800102|M|||1 A St^^X^^12345^DE^H"
    static let pv1 = "PV1|1|I|W1^R2^B3^HOSP||||D1^Arzt^Anna^^^Dr.^^^DOCS|||MED|||||||||V1^^^HOSP-VISIT^VN"
}

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

import FHIR
import HL7v2

/// One conversion while it goes on: reads fields, collects drafts, and notes what is lost. Used by one thread, for one
/// message.
struct Converter {
    var fields: MessageFields
    let header: Header
    let route: MessageRoute
    let sender: SenderSettings
    let maps: MapSet
    /// When it is recorded, a FHIR instant: what Provenance says.
    let recordedAt: String

    var report = ConversionReport()
    var drafts: [Draft] = []
    var movements: [Movement] = []

    /// When the event happened, and when the sender wrote it down.
    var occurred: EventTime
    var recorded: EventTime

    /// Drafts by what finds them, so that one person or place is one draft.
    private var namesByIdentity: [Key: DraftName] = [:]
    private var numbers: [String: Int] = [:]
    /// What authorities were found to be called, and coding systems.
    var systems: [(authority: Authority, system: String)] = []
    var codeSystems: [(name: String, system: String)] = []
    private var noted: Set<ConversionReport.Assumption> = []
    private var notedSentences: Set<String> = []

    private struct Key: Hashable {
        var type: ResourceType
        var identifiers: [Identity.Identifier]
    }

    init(
        _ message: Message, _ route: MessageRoute, sender: SenderSettings, recordedAt: String, report: ConversionReport
    ) {
        fields = MessageFields(message)
        header = Header(message)
        self.route = route
        self.sender = sender
        maps = sender.maps
        self.recordedAt = recordedAt
        self.report = report
        let beginning = EventTime(text: "1970-01-01", microseconds: 0)
        occurred = beginning
        recorded = beginning
    }

    /// What MSH-4 calls the sender's facility, or MSH-3 where it is silent: the scope of names that no URI is known for.
    var facility: String {
        header.sendingFacility.isEmpty ? header.sendingApplication : header.sendingFacility
    }

    // MARK: The report

    mutating func assume(_ sentence: String, at place: Place? = nil) {
        let assumption = ConversionReport.Assumption(sentence, at: place)
        if noted.insert(assumption).inserted { report.assumptions.append(assumption) }
    }

    /// For what is true of the message as a whole: said once, at the first place.
    mutating func assumeOnce(_ sentence: String, at place: @autoclosure () -> Place) {
        if notedSentences.insert(sentence).inserted {
            report.assumptions.append(ConversionReport.Assumption(sentence, at: place()))
        }
    }

    mutating func unmapped(_ code: String, table: String, at place: Place) {
        // A code that comes again in the same field of another segment is the same gap in the table.
        let isKnown = report.unmappedCodes.contains { known in
            known.code == code && known.table == table && known.place.segment == place.segment
                && known.place.field == place.field
        }
        if !isKnown {
            report.unmappedCodes.append(ConversionReport.UnmappedCode(place, code: code, table: table))
        }
    }

    // MARK: Drafts

    /// The draft that is found by the same identifiers, if there is one.
    func name(of type: ResourceType, _ identifiers: [Identity.Identifier]) -> DraftName? {
        identifiers.isEmpty ? nil : namesByIdentity[Key(type: type, identifiers: identifiers)]
    }

    /// Adds a draft; its name gets a number if there is one of that name.
    @discardableResult
    mutating func add(
        _ name: String, _ type: ResourceType, _ identity: Identity, use: Draft.Use = .createOrUpdate, edits: [Edit] = []
    ) -> DraftName {
        let number = (numbers[name] ?? 0) + 1
        numbers[name] = number
        let unique = DraftName(number == 1 ? name : "\(name)/\(number)")
        if case .identifiers(let identifiers) = identity {
            namesByIdentity[Key(type: type, identifiers: identifiers)] = unique
        }
        drafts.append(
            Draft(name: unique, type: type, identity: identity, use: use, eventTime: occurred, edits: edits))
        return unique
    }

    func conversion() -> Conversion {
        var report = report
        report.unmappedFields += fields.unread(besides: maps).map { ConversionReport.UnmappedField($0) }
        return Conversion(drafts: drafts, movements: movements, report: report)
    }
}

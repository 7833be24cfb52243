import Exchange
import FHIR
import Store
import Translation
import XML

/// What it takes to run a server: one value, made by the command line from options, environment and file.
public struct ServerConfiguration: Sendable {
    /// The address to listen on; loopback unless told otherwise, because there is no login yet.
    public var host = "127.0.0.1"
    public var port = 8080
    /// The port of MLLP (HL7 v2); nil: none.
    public var mllpPort: Int?
    /// Where the embedded PostgreSQL keeps its cluster; an absolute path.
    public var dataDirectory = "/var/lib/mediconnect"
    /// An external PostgreSQL instead of the embedded one: a libpq URL, TLS parameters included.
    public var databaseURL: String?
    /// The owner's connection for migrations; the same as `databaseURL` unless given.
    public var migrateURL: String?
    /// The FHIR base that clients see, such as `https://fhir.example.org/fhir`; made from the request's headers if nil.
    public var baseURL: String?
    public var readAudit: StoreConfiguration.ReadAudit = .grouped
    /// Bytes of a request's body.
    public var maximumBody = 64 * 1024 * 1024
    /// Origins that browsers may call from; `*` for all.
    public var allowedOrigins = ["*"]
    /// Milliseconds that a statement may take.
    public var statementTimeout = 60_000
    /// Search parameters that are ignored with a warning.
    public var ignoredParameters = ExchangeLimits().ignoredParameters
    /// What `_include` and `_revinclude` may bring to a page.
    public var includedResources = ExchangeLimits().includedResources
    /// Searches at once that look at much of the record; others wait, and too many are told to come back.
    public var wideSearches = ExchangeLimits().wideSearches

    /// What a DELETE by criteria may delete.
    public var conditionalDelete = ConditionalDelete.single
    /// What is asked of the references in resources: those that the domain goes by must lead somewhere.
    public var references = ReferencePolicy(enforced: ServerConfiguration.domainReferences)
    /// What an XML body may ask of the server; its size is bounded by `maximumBody` besides.
    public var xmlLimits = XMLLimits.default
    /// What is done about content that is not valid.
    public var validation = ValidationMode.enforce
    /// The profiles, value sets and code systems that resources are judged by, beside R4 and what is in the record.
    public var profiles = ProfileSet(files: [])
    /// SearchParameters by which resources can be searched beside R4's and those in the record, as JSON.
    public var searchParameters: [(name: String, bytes: [UInt8])] = []
    /// How long after its definition the record is looked at once more for a search parameter, because another server
    /// may have written without knowing of it: longer than the seconds in which servers notice, and than a write takes.
    public var searchParameterSettling = Duration.seconds(90)

    /// What is known about the senders of HL7 v2 messages beside what they say.
    public var senders: [SenderSettings] = []
    /// How times without an offset are read that come from other senders.
    public var timeZone = TimeZoneSetting.utc
    /// What the beds of wards become when their last occupant has left.
    public var wards: [WardRule] = []

    /// Exports and asynchronous searches.
    public var jobs = JobSettings()

    /// Whether `/benchmark/memory` answers 1.5 KB from memory: the floor that benchmarks compare with.
    public var answersBenchmark = false

    public init() {}

    /// What resources are indexed by from the start: R4's search parameters. Dates in FHIR that name no zone are read in
    /// the configured one where that has one offset, and in UTC where its offset changes with the season.
    var indexedParameters: SearchParameterSet {
        guard case .fixed(let minutes) = timeZone else { return .r4 }
        return SearchParameterSet(defaultOffset: minutes * 60)
    }

    /// What the domain decides on; a path that is none would be a defect, and is left out.
    public static let domainReferences = [
        "Encounter.subject", "Encounter.location.location", "Appointment.participant.actor", "Appointment.slot",
        "Slot.schedule", "Task.focus",
    ].compactMap { try? ReferenceRule($0) }

    /// Whether only this machine can reach the server.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

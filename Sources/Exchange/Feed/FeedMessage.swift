import Domain
import FHIR
import Store

/// A message of a feed, as the write path takes it: what it says of which resources, and where it says patients went.
public struct FeedMessage: Sendable {
    /// Its number in the message log.
    public var number: Int64
    /// In an order in which each refers only to those before it.
    public var drafts: [FeedDraft]
    public var movements: [FeedMovement]
    /// When it happened, microseconds since 1970 UTC.
    public var occurred: Int64
    /// What a claim on a bed that another party claims comes to.
    public var policy: OccupancyPolicy
    /// What a person should know about the message before it is applied; kept with what its application adds.
    public var warnings: [String] = []

    public init(
        number: Int64, drafts: [FeedDraft], movements: [FeedMovement], occurred: Int64, policy: OccupancyPolicy
    ) {
        self.number = number
        self.drafts = drafts
        self.movements = movements
        self.occurred = occurred
        self.policy = policy
    }
}

/// One resource to find or make, and what a message says about it.
public struct FeedDraft: Sendable {
    /// How the resource is found.
    public enum Finding: Sendable {
        /// By any of these identifiers, system and value.
        case identifiers([(system: String, value: String)])
        /// The encounter, going on now, of the patient that another draft names.
        case currentEncounter(ofPatient: String)
        /// Always made anew.
        case none
    }

    public enum Use: Sendable {
        case createOrUpdate
        case updateOnly
        /// Only referred to.
        case findOnly
    }

    /// What other drafts call it.
    public var name: String
    public var type: ResourceType
    public var finding: Finding
    public var use: Use
    /// What it says of a bed's operational status (A20, table 0116); nil where it says only which bed it is.
    public var reportedStatus: String?
    /// When it was so, microseconds since 1970 UTC: what is older than the newest that was applied changes nothing.
    public var occurred: Int64
    /// The resource that comes of what is stored and what the message says, complete JSON, with `Type/id` in place of
    /// drafts' names; and the drafts it refers to that have no id, those references left out.
    public var resource: Making

    public typealias Making =
        @Sendable (_ current: JSONNode?, _ targets: [String: String]) throws -> (resource: [UInt8], missing: [String])

    public init(
        name: String, type: ResourceType, finding: Finding, use: Use, reportedStatus: String? = nil, occurred: Int64,
        resource: @escaping Making
    ) {
        self.name = name
        self.type = type
        self.finding = finding
        self.use = use
        self.reportedStatus = reportedStatus
        self.occurred = occurred
        self.resource = resource
    }
}

/// Where a message says that a patient went; places and encounters by the names of drafts.
public struct FeedMovement: Sendable {
    /// The trigger event, table 0003: `A01`.
    public var event: String
    /// The same however often the message comes.
    public var identity: String
    /// Microseconds since 1970 UTC, and how many microseconds wide that is.
    public var occurred: Int64
    public var width: Int64
    public var recorded: Int64
    public var encounter: String
    public var location: String?
    public var prior: String?

    public init(
        event: String, identity: String, occurred: Int64, width: Int64, recorded: Int64, encounter: String,
        location: String?, prior: String?
    ) {
        self.event = event
        self.identity = identity
        self.occurred = occurred
        self.width = width
        self.recorded = recorded
        self.encounter = encounter
        self.location = location
        self.prior = prior
    }
}

/// What became of a message.
public struct FeedOutcome: Sendable {
    /// It had been applied before; nothing was written now.
    public var isRepeat = false
    /// What a person should know, a sentence each; those of the message first.
    public var warnings: [String] = []
    /// How many of the warnings tell of a bed that two parties claim.
    public var bedConflicts = 0
    /// What it changed not, and why; less than a warning.
    public var remarks: [String] = []
    /// `Type/id/_history/version` of what it made.
    public var wrote: [String] = []
    /// The id of its patient.
    public var patient: String?
}

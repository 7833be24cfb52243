import Domain
import FHIR
import Facade
import Store

/// One message on its way into the record, within one transaction.
struct FeedApplication {
    let message: FeedMessage
    private let transaction: StoreTransaction
    private let exchange: Exchange
    private(set) var outcome = FeedOutcome()

    /// The identifiers by which each draft is found.
    private let places: [[Identity]]
    /// What is in the record, by the position of the draft.
    private var found: [Int: FeedMatch] = [:]
    /// `Type/id` by the name of the draft.
    private var targets: [String: String] = [:]
    private var ids: [Int: String] = [:]
    private var writes: [WriteDraft] = []
    private var times: [FeedTime] = []
    /// Beds whose operational status the message reports, and when it was so.
    private var reports: [String: Int64] = [:]
    private var movements: [StoredMovement] = []
    private var stays = StayChange()
    /// The places whose stays were looked at.
    private var beds: Set<String> = []

    init(_ message: FeedMessage, in transaction: StoreTransaction, of exchange: Exchange) {
        self.message = message
        self.transaction = transaction
        self.exchange = exchange
        places = message.drafts.indices.map { Self.identities(of: message.drafts[$0]) }
    }

    /// Takes what is in the record for the ``identities``.
    mutating func resolve(_ rows: [[FeedMatch]]) throws(Problem) {
        try resolve(rows, Array(message.drafts.indices))
    }

    /// Takes what is in the record for the ``missing`` now that nobody else makes it.
    mutating func resolveMissing(_ rows: [[FeedMatch]]) throws(Problem) {
        try resolve(rows, missingDrafts)
    }

    /// Decides what is to be written, after everything has been looked for.
    mutating func decide() async throws {
        try await findCurrentEncounters()
        nameTargets()
        for index in message.drafts.indices { try write(index) }
        try await move()
    }

    /// The beds that it moves somebody to or from, as far as they are known by now.
    var bedsToLock: [String] {
        let names = Set(message.movements.flatMap { [$0.location, $0.prior] }.compactMap(\.self))
        return found.filter { names.contains(message.drafts[$0.key].name) }.values.map(\.version)
            .filter(BedArrangement.holdsOneParty).map(\.id)
    }

    /// The encounters that are there already.
    var encounters: [String] { found.values.map(\.version).filter { $0.type == .encounter }.map(\.id) }

    /// What the message leaves, for the commit.
    var change: FeedChange { FeedChange(writes: writes, stays: stays, movements: movements, times: times) }

    // MARK: Finding

    /// All that the message names something by, draft by draft.
    var identities: [Identity] { places.flatMap(\.self) }

    /// Those of what is one patient's. It is looked for under its lock at once: most of it is new, and messages about one
    /// patient rarely come on two connections. Places and people that many messages name are locked only where they are
    /// missing.
    var locked: [Identity] { message.drafts.indices.filter(isLockedFirst).flatMap { places[$0] } }

    /// Those of what the message will make, if nobody else has made it when they are locked too.
    var missing: [Identity] { missingDrafts.flatMap { places[$0] } }

    private static func identities(of draft: FeedDraft) -> [Identity] {
        guard case .identifiers(let list) = draft.finding else { return [] }
        return list.map { Identity(type: draft.type, system: $0.system, value: $0.value) }
    }

    private mutating func resolve(_ rows: [[FeedMatch]], _ positions: [Int]) throws(Problem) {
        var next = 0
        for index in positions {
            let count = places[index].count
            let matches = rows[next..<next + count].joined()
            next += count
            guard let first = matches.first else { continue }
            guard matches.allSatisfy({ $0.version.id == first.version.id }) else {
                let type = message.drafts[index].type
                let all = Set(matches.map(\.version.id)).sorted().map { "\(type)/\($0)" }.joined(separator: ", ")
                throw Problem(
                    .unprocessable, .multipleMatches,
                    "The message names one \(type), but its identifiers are those of several: \(all). Find out which is "
                        + "right, then send it again.")
            }
            found[index] = first
        }
    }

    private func isLockedFirst(_ index: Int) -> Bool {
        let draft = message.drafts[index]
        switch draft.type {
        case .patient, .encounter, .serviceRequest, .diagnosticReport, .observation:
            return draft.use == .createOrUpdate
        default: return false
        }
    }

    private var missingDrafts: [Int] {
        message.drafts.indices.filter {
            found[$0] == nil && message.drafts[$0].use == .createOrUpdate && !isLockedFirst($0) && !places[$0].isEmpty
        }
    }

    private mutating func findCurrentEncounters() async throws {
        for (index, draft) in message.drafts.enumerated() {
            guard case .currentEncounter(let name) = draft.finding,
                let patient = message.drafts.firstIndex(where: { $0.name == name }), let id = found[patient]?.version.id
            else { continue }
            let criteria = "patient=Patient/\(id)&status=arrived,triaged,in-progress,onleave"
            let request = try await exchange.conditional(.encounter, criteria, at: nil).request
            let page = try await transaction.look(locking: [], [request])[0]
            if page.matches.count == 1 { found[index] = FeedMatch(version: page.matches[0], occurred: nil) }
        }
    }

    /// Ids for what is there and what will be made; two drafts of one identity are one resource.
    private mutating func nameTargets() {
        var made: [Identity: String] = [:]
        for (index, draft) in message.drafts.enumerated() {
            let identities = places[index]
            let id: String
            if let match = found[index] {
                id = match.version.id
            } else if let twin = identities.lazy.compactMap({ made[$0] }).first {
                id = twin
            } else if draft.use == .createOrUpdate {
                id = exchange.makeID()
            } else {
                continue
            }
            for identity in identities { made[identity] = id }
            ids[index] = id
            targets[draft.name] = "\(draft.type)/\(id)"
            if draft.type == .patient, outcome.patient == nil { outcome.patient = id }
        }
    }

    // MARK: Writing

    private mutating func write(_ index: Int) throws {
        let draft = message.drafts[index]
        guard draft.use != .findOnly, let id = ids[index] else { return }
        let match = found[index]
        // Of a bed's status the domain knows what is history.
        if let newest = match?.occurred, newest > draft.occurred, draft.reportedStatus == nil {
            outcome.remarks.append(
                "\(draft.type)/\(id) keeps what a newer message said (\(Instant.format(microseconds: newest))).")
            return
        }
        let earlier = writes.firstIndex { $0.type == draft.type && $0.id == id }
        let current = earlier.flatMap { writes[$0].content } ?? match?.version.content
        let root = try current.map { try JSONDocument.parse($0, limits: JSONLimits(maximumBytes: .max)).root }
        let (made, missing) = try draft.resource(root, targets)
        for name in missing {
            outcome.remarks.append("\(draft.type)/\(id) refers to \(name), which is not known; that was left out.")
        }
        if let status = draft.reportedStatus {
            reports[id] = draft.occurred
            times.append(FeedTime(type: draft.type, id: id, occurred: draft.occurred, status: status))
        }
        // What a place or a person is called says nothing new most of the time.
        if made == current { return note(unchanged: draft, id, match) }
        let whole = try JSONDocument.parse(made, limits: JSONLimits(maximumBytes: .max))
        remark(faultsOf: whole, "\(draft.type)/\(id)")
        let content = StoredResource(whole, type: draft.type).content
        if content == current { return note(unchanged: draft, id, match) }
        if let earlier {
            writes[earlier] = writes[earlier].holding(content)
        } else if let match {
            writes.append(
                WriteDraft(
                    type: draft.type, id: id, method: .update, expectation: .version(match.version.version),
                    content: content, interaction: .update, occurred: draft.occurred))
        } else {
            writes.append(
                WriteDraft(
                    type: draft.type, id: id, method: .create, isFresh: true, content: content, interaction: .create,
                    occurred: draft.occurred))
        }
    }

    /// A message is never refused for what FHIR validation says: a hospital's queue would stand still. What is not valid
    /// is written as the message has it, and stands in its conversion report.
    private mutating func remark(faultsOf resource: JSONDocument, _ name: String) {
        guard exchange.limits.judgesFeeds else { return }
        var validator = ResourceValidator()
        validator.tellsRemarks = false
        let result = validator.validate(resource)
        guard !result.isValid else { return }
        for fault in result.issues where fault.isError {
            outcome.remarks.append("\(name) is not valid FHIR: \(fault.expression ?? ""): \(fault.diagnostics)")
        }
    }

    /// A newer message that says nothing new still keeps older ones from saying otherwise.
    private mutating func note(unchanged draft: FeedDraft, _ id: String, _ match: FeedMatch?) {
        guard draft.type == .patient || draft.type == .encounter, draft.occurred > match?.occurred ?? .min,
            !writes.contains(where: { $0.type == draft.type && $0.id == id })
        else { return }
        times.append(FeedTime(type: draft.type, id: id, occurred: draft.occurred))
    }

    // MARK: Movements and beds

    /// Where patients are follows from all movements of their encounters, this message's with them.
    private mutating func move() async throws {
        for movement in message.movements {
            guard let encounter = id(movement.encounter) else { continue }
            movements.append(
                StoredMovement(
                    encounter: encounter, identity: movement.identity, kind: movement.event,
                    occurred: movement.occurred, width: movement.width, recorded: movement.recorded,
                    location: movement.location.flatMap(id), prior: movement.prior.flatMap(id)))
        }
        var encounters = Set(movements.map(\.encounter))
        encounters.formUnion(writes.filter { $0.type == .encounter }.map(\.id))
        // An encounter that is made only now has no movements but this message's.
        let stored = Set(found.values.map(\.version.id))
        let known = try await transaction.movements(ofEncounters: encounters.filter(stored.contains).sorted())
        var journeys: [String: EncounterStays] = [:]
        for encounter in encounters.sorted() {
            let all = known.filter { $0.encounter == encounter } + movements.filter { $0.encounter == encounter }
            guard !all.isEmpty else { continue }
            let journey = Journey(try all.map(Movement.init))
            for oddity in journey.oddities where movements.contains(where: { $0.identity == oddity.movement.rawValue })
            {
                outcome.remarks.append("Encounter/\(encounter): \(oddity.kind.rawValue)")
            }
            if let stays = try follow(journey, encounter) { journeys[encounter] = stays }
        }
        guard writes.contains(where: { $0.type == .encounter || ($0.type == .location && !$0.isFresh) }) else { return }
        var arrangement = BedArrangement(
            writes, in: transaction, by: message.policy, wards: exchange.limits.wards,
            places: found.values.map(\.version).filter { $0.type == .location }, reports: reports,
            now: exchange.clock(),
            makeID: exchange.makeID)
        try await arrangement.decide(journeys: journeys, origins: writes.map { _ in nil })
        try await arrangement.openTasks()
        beds = arrangement.looked
        writes = arrangement.drafts
        stays = arrangement.stays
        outcome.warnings += arrangement.conflicts.map(Facade.sentence)
        outcome.bedConflicts = arrangement.conflicts.count
        outcome.remarks += arrangement.overlaps.map {
            "Encounter/\($0.later.rawValue) and Encounter/\($0.earlier.rawValue) overlap in Location/\($0.bed.rawValue)."
        }
    }

    private func id(_ name: String) -> String? {
        targets[name].map { String($0.drop { $0 != "/" }.dropFirst()) }
    }

    /// Writes the journey into its encounter and says which beds it claims.
    private mutating func follow(_ journey: Journey, _ id: String) throws -> EncounterStays? {
        let index = writes.firstIndex { $0.type == .encounter && $0.id == id }
        let match = found.first { message.drafts[$0.key].type == .encounter && $0.value.version.id == id }?.value
        guard let content = index.flatMap({ writes[$0].content }) ?? match?.version.content else { return nil }
        let root = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
        let made = try JSONDocument.parse(Facade.following(journey, in: root), limits: JSONLimits(maximumBytes: .max))
        let moved = StoredResource(made, type: .encounter).content
        if let index {
            writes[index] = writes[index].holding(moved)
        } else if moved != content, let match {
            writes.append(
                WriteDraft(
                    type: .encounter, id: id, method: .update, expectation: .version(match.version.version),
                    content: moved, interaction: .update))
        }
        guard case .recordEncounter(let encounter) = Facade.command(for: made.root, type: .encounter, id: id) else {
            return nil
        }
        return journey.bedStays(
            of: Claim(encounter: encounter.id, patient: encounter.patient, partOf: encounter.partOf))
    }
}

extension FeedApplication {
    /// What messages of one transaction have looked at, or will write, so that another one must not go by what the record
    /// says of it.
    struct Claims {
        private var messages: Set<Int64> = []
        private var resources: Set<String> = []
        private var identities: Set<Identity> = []
        private var beds: Set<String> = []

        /// Whether nothing that the application went by is another message's.
        func allow(_ application: FeedApplication) -> Bool {
            !messages.contains(application.message.number) && resources.isDisjoint(with: application.touched)
                && identities.isDisjoint(with: application.identities) && beds.isDisjoint(with: application.beds)
                && beds.isDisjoint(with: application.bedsToLock)
        }

        mutating func add(_ application: FeedApplication) {
            messages.insert(application.message.number)
            resources.formUnion(application.claimed)
            identities.formUnion(application.locked)
            identities.formUnion(application.missing)
            if application.stays.before != application.stays.after { beds.formUnion(application.beds) }
        }
    }

    /// All resources that it went by or writes, as `Type/id`.
    private var touched: Set<String> {
        Set(found.values.map { "\($0.version.type)/\($0.version.id)" } + writes.map { "\($0.type)/\($0.id)" })
    }

    /// Those that it writes, that it locked, or of which it keeps a time.
    private var claimed: Set<String> {
        let locked = found.filter { isLockedFirst($0.key) }.values.map { "\($0.version.type)/\($0.version.id)" }
        return Set(
            locked + writes.map { "\($0.type)/\($0.id)" } + times.map { "\($0.type)/\($0.id)" })
    }
}

extension Movement {
    init(_ stored: StoredMovement) throws(StoreError) {
        guard let kind = Kind(rawValue: stored.kind) else {
            throw .failed("the record holds an unknown movement \(stored.kind) of Encounter/\(stored.encounter)")
        }
        self.init(
            id: MovementID(stored.identity), kind, occurred: stored.occurred,
            width: stored.width, recorded: stored.recorded, location: stored.location.map { LocationID($0) },
            prior: stored.prior.map { LocationID($0) })
    }
}

import Domain
import FHIR
import Facade
import Store

/// Who is in which bed after a write: what is known is looked up under lock, the domain judges, and what follows for
/// beds, other encounters and open conflicts is written with it.
struct BedArrangement {
    /// The drafts as given, with what the domain changes of them; what else must be written comes behind them.
    private(set) var drafts: [WriteDraft]
    private(set) var stays = StayChange()
    /// Conflicts that a person has to look at, opened by this write.
    private(set) var conflicts: [BedConflict] = []
    private(set) var overlaps: [BedOverlap] = []
    /// The places whose stays were looked at.
    private(set) var looked: Set<String> = []

    private let transaction: StoreTransaction
    private let policy: OccupancyPolicy
    private let wards: [WardRule]
    /// Locations that have been read already, by their ids.
    private let known: [String: StoredVersion]
    /// Locations of this write whose operational status a feed reports (A20), and when it was so, microseconds since 1970.
    private let reports: [String: Int64]
    /// What has been read under lock.
    private var locked: [String: StoredVersion] = [:]
    /// Microseconds since 1970 UTC.
    private let now: Int64
    private let makeID: () -> String

    init(
        _ drafts: [WriteDraft], in transaction: StoreTransaction, by policy: OccupancyPolicy, wards: [WardRule],
        places: [StoredVersion] = [], reports: [String: Int64] = [:], now: Int64, makeID: @escaping () -> String
    ) {
        self.reports = reports
        known = Dictionary(places.map { ($0.id, $0) }) { first, _ in first }
        self.drafts = drafts
        self.transaction = transaction
        self.policy = policy
        self.wards = wards
        self.now = now
        self.makeID = makeID
    }

    /// Whether a write can change who is in which bed, or meet a bed that somebody is in.
    static func concerns(_ type: ResourceType, _ resource: JSONNode?, isNew: Bool) -> Bool {
        switch type {
        case .encounter: !isNew || resource?["location"] != nil
        case .location: !isNew
        default: false
        }
    }

    /// - Parameters:
    ///   - journeys: the stays of encounters whose movements tell more than the resource.
    ///   - origins: where each draft stands in what was sent.
    mutating func decide(journeys: [String: EncounterStays] = [:], origins: [String?]) async throws {
        let written = try drafts.filter { $0.type == .encounter }.map { draft in
            try journeys[draft.id] ?? stays(of: draft)
        }
        let locations = drafts.indices.filter { drafts[$0].type == .location && !drafts[$0].isFresh }
        guard !written.isEmpty || !locations.isEmpty else { return }
        let places = written.flatMap(\.stays).map(\.bed) + written.flatMap(\.vacated.keys)
        let claimed = Set(places.map(\.rawValue)).filter { !$0.contains("/") }
        let wanted = try await beds(among: claimed).union(locations.map { drafts[$0].id })
        let there = drafts.filter { $0.type == .encounter && !$0.isFresh }.map(\.id)
        guard !wanted.isEmpty || !there.isEmpty else { return }
        let known = try await transaction.beds(
            wanted.sorted(), ofEncounters: there,
            since: written.flatMap(\.stays).compactMap(\.start).min() ?? .max)
        for version in known.beds.map(\.version) + known.encounters {
            locked["\(version.type)/\(version.id)"] = version
        }
        looked = wanted.union(known.beds.map(\.version.id)).union(known.stays.map(\.bed))
        let before = occupancies(known.beds, known.stays)
        for index in locations { try meet(index, before[drafts[index].id], at: origins[index]) }
        let place = origins[drafts.firstIndex { $0.type == .encounter } ?? 0]
        do {
            let arrangement = try await arrange(written, in: try withDrafted(before, wanted: wanted))
            keep(arrangement, known.stays)
            for effect in arrangement.effects { try await carryOut(effect) }
        } catch let refusal as Refusal {
            throw Problem(.unprocessable, [refusal.issue(in: .encounter)]).inside(place)
        }
    }

    /// The domain's judgement. What a ward wants of its beds is looked up only where one of them is released.
    private func arrange(_ written: [EncounterStays], in beds: [Occupancy]) async throws -> Arrangement {
        let element = Domain.ElementPath("location")
        let arrangement = try OccupancyRule.arrange(written, in: beds, by: policy, at: element)
        guard !wards.isEmpty, !arrangement.released.isEmpty else { return arrangement }
        let rules = try await WardSearch(wards, drafts, in: transaction).rules(
            forBeds: arrangement.released.map(\.rawValue))
        guard !rules.isEmpty else { return arrangement }
        let ruled = beds.map { bed in
            var bed = bed
            if let rule = rules[bed.location.id.rawValue] { bed.afterRelease = rule.afterRelease }
            return bed
        }
        return try OccupancyRule.arrange(written, in: ruled, by: policy, at: element)
    }

    // MARK: What is known

    /// Those of some places that hold one party. All others can be left alone: wards and buildings, which everybody
    /// refers to, are not locked.
    private func beds(among places: Set<String>) async throws -> Set<String> {
        var beds: Set<String> = []
        var unknown = places
        for draft in drafts where draft.type == .location && draft.isFresh {
            guard unknown.remove(draft.id) != nil else { continue }
            if Self.holdsOneParty(draft.content, draft.id) { beds.insert(draft.id) }
        }
        var read = unknown.compactMap { known[$0] }
        unknown.subtract(read.map(\.id))
        if !unknown.isEmpty { read += try await transaction.read(.location, unknown.sorted()) }
        for version in read where Self.holdsOneParty(version) { beds.insert(version.id) }
        return beds
    }

    /// Whether a Location is a bed in which one party can be.
    static func holdsOneParty(_ version: StoredVersion) -> Bool {
        version.type == .location && holdsOneParty(version.content, version.id)
    }

    private static func holdsOneParty(_ content: [UInt8]?, _ id: String) -> Bool {
        location(content, id: id).map { Occupancy($0).holdsOneParty } ?? false
    }

    private func stays(of draft: WriteDraft) throws -> EncounterStays {
        let none = EncounterStays(EncounterID(draft.id), [])
        guard let content = draft.content else { return none }
        let root = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
        guard case .recordEncounter(let encounter) = Facade.command(for: root, type: .encounter, id: draft.id) else {
            return none
        }
        return encounter.bedStays(at: now)
    }

    private static func location(_ content: [UInt8]?, id: String) -> Location? {
        guard let content,
            let root = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root,
            case .recordLocation(let location) = Facade.command(for: root, type: .location, id: id)
        else { return nil }
        return location
    }

    private func occupancies(_ beds: [StoredBed], _ stays: [StoredStay]) -> [String: Occupancy] {
        var found: [String: Occupancy] = [:]
        for bed in beds {
            let id = bed.version.id
            guard let location = Self.location(bed.version.content, id: id) else { continue }
            found[id] = Occupancy(
                location, statusReported: bed.statusReported,
                reportedStatus: bed.reportedStatus.flatMap { BedStatus(rawValue: $0) },
                stays: stays.filter { $0.bed == id }.map(BedStay.init))
        }
        return found
    }

    /// The beds as they will be when the locations of this write are written.
    private func withDrafted(_ before: [String: Occupancy], wanted: Set<String>) throws -> [Occupancy] {
        var beds = before
        for draft in drafts where draft.type == .location && (wanted.contains(draft.id) || beds[draft.id] != nil) {
            guard let location = Self.location(draft.content, id: draft.id) else { continue }
            if beds[draft.id] == nil { beds[draft.id] = Occupancy(location) }
            beds[draft.id]?.location = location
        }
        return beds.sorted { $0.key < $1.key }.map(\.value)
    }

    // MARK: What follows

    /// A Location is written or deleted in which somebody may lie.
    private mutating func meet(_ index: Int, _ bed: Occupancy?, at place: String?) throws {
        guard let bed else { return }
        guard let location = Self.location(drafts[index].content, id: drafts[index].id) else {
            if let refusal = OccupancyRule.delete(bed).refusal {
                throw Problem(.conflict, [refusal.issue(in: .location)]).inside(place)
            }
            return
        }
        let decision: Decision
        if let time = reports[drafts[index].id], let status = location.operationalStatus {
            decision = OccupancyRule.report(status, of: bed, at: time)
            // What is history by now, or contradicts who is known to be there, leaves the status as it was.
            if let known = bed.location.operationalStatus { try edit(index) { Facade.status(known, in: $0) } }
        } else {
            decision = OccupancyRule.update(bed, to: location)
        }
        guard case .accepted(let effects) = decision else { return }
        for case .setOperationalStatus(_, let status) in effects { try edit(index) { Facade.status(status, in: $0) } }
        for case .openConflict(let conflict) in effects { conflicts.append(conflict) }
    }

    private mutating func carryOut(_ effect: Effect) async throws {
        switch effect {
        case .claim, .release: break
        case .setOperationalStatus(let bed, let status):
            try await edit(.location, bed.rawValue) { Facade.status(status, in: $0) }
        case .endStay(let bed, let encounter, let start, let end):
            try await edit(.encounter, encounter.rawValue) {
                Facade.stay(in: bed, since: start, endingAt: end, in: $0)
            }
        case .reopenStay(let bed, let encounter, let start):
            try await edit(.encounter, encounter.rawValue) {
                Facade.stay(in: bed, since: start, endingAt: nil, in: $0)
            }
        case .openConflict(let conflict): conflicts.append(conflict)
        case .settleConflict(let conflict): try await settle(conflict)
        case .reportOverlap(let overlap): overlaps.append(overlap)
        }
    }

    /// Changes a resource of this write, or one that is there and becomes part of it.
    private mutating func edit(_ type: ResourceType, _ id: String, _ change: (JSONNode) -> [UInt8]) async throws {
        if let index = drafts.firstIndex(where: { $0.type == type && $0.id == id }) { return try edit(index, change) }
        var stored = locked["\(type)/\(id)"]
        if stored == nil { stored = try await transaction.lock([(type: type, id: id)]).first }
        guard let stored, let content = stored.content else { return }
        drafts.append(
            WriteDraft(
                type: type, id: id, method: .update, expectation: .version(stored.version), content: content,
                interaction: .update))
        try edit(drafts.count - 1, change)
    }

    private mutating func edit(_ index: Int, _ change: (JSONNode) -> [UInt8]) throws {
        guard let content = drafts[index].content else { return }
        let root = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
        let changed = try JSONDocument.parse(change(root), limits: JSONLimits(maximumBytes: .max))
        drafts[index] = drafts[index].holding(StoredResource(changed, type: drafts[index].type).content)
    }

    private mutating func keep(_ arrangement: Arrangement, _ known: [StoredStay]) {
        // What is no bed any more keeps no stays.
        stays = StayChange(
            before: known, after: arrangement.beds.filter(\.holdsOneParty).flatMap(StoredStay.list))
    }

    // MARK: Conflicts

    /// The Tasks of conflicts that are open, as drafts; a conflict that is open already stays one Task.
    mutating func openTasks() async throws {
        guard !conflicts.isEmpty else { return }
        let identities = conflicts.map(\.identity)
        let found = try await transaction.lock(identities)
        for (conflict, there) in zip(conflicts, found) where !there.contains(where: Facade.isOpenTask) {
            let id = makeID()
            let content = Facade.task(for: conflict, at: now)
            let document = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max))
            drafts.append(
                WriteDraft(
                    type: .task, id: id, method: .create, isFresh: true,
                    content: StoredResource(document, type: .task).content, interaction: .create))
        }
    }

    private mutating func settle(_ conflict: BedConflict) async throws {
        for task in try await transaction.lock([conflict.identity]).joined() where Facade.isOpenTask(task) {
            try await edit(.task, task.id) { Facade.settled($0) }
        }
    }
}

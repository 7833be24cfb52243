import Domain
import FHIR
import Facade
import Store

extension Exchange {
    /// What a rebuild of the beds found.
    public struct BedReport: Sendable, Equatable {
        /// Stays of encounters in beds, by the record, and those of them that hold the bed now.
        public var stays = 0
        public var claims = 0
        /// Stays that are kept and should not be, or the other way round.
        public var differences = 0
        /// The first of them, `Location/id Encounter/id`.
        public var examples: [String] = []
    }

    /// Makes the stays in beds again from the encounters of the record and their movements, or compares them. Nothing
    /// else should write meanwhile.
    public func rebuildBeds(checkOnly: Bool) async throws -> BedReport {
        var rebuild = BedRebuild(exchange: self)
        try await rebuild.gather()
        try await rebuild.arrange()
        let report = rebuild.report
        if !checkOnly, report.differences > 0 {
            try await store.replaceStays(inBeds: rebuild.differing.sorted(), with: rebuild.expected)
        }
        return report
    }
}

/// All stays in beds as they should be kept, beside those that are.
///
/// What an encounter's movements tell counts where its resource says the same: then the movements know the exact times
/// and what began each stay. A resource that was written since, over FHIR, says otherwise, and is the record.
private struct BedRebuild {
    let exchange: Exchange
    private var told: [EncounterID: Told] = [:]
    private var kept: [String: [StoredStay]] = [:]
    /// By the beds that hold one party; all other places keep no stays.
    private var arranged: [String: [StoredStay]] = [:]

    /// What is told of one encounter.
    private struct Told {
        let resource: [BedStay]
        /// Nil where it has no movements.
        let journey: [BedStay]?
        var counts: [BedStay] { journey ?? resource }
    }

    init(exchange: Exchange) {
        self.exchange = exchange
    }

    // MARK: What is told

    mutating func gather() async throws {
        var after: Int64 = 0
        while true {
            let page = try await exchange.store.resources(of: .encounter, after: after)
            guard let last = page.last else { break }
            after = last.key
            let movements = Dictionary(
                grouping: try await exchange.store.movements(ofEncounters: page.map(\.version.id)), by: \.encounter)
            for (_, version) in page {
                guard let encounter = try encounter(version) else { continue }
                let journey = try movements[version.id].map { try Journey($0.map(Movement.init)) }
                let claim = Claim(encounter: encounter.id, patient: encounter.patient, partOf: encounter.partOf)
                told[encounter.id] = Told(
                    resource: encounter.bedStays(at: version.updated).stays,
                    journey: journey?.bedStays(of: claim).stays)
            }
        }
        kept = Dictionary(grouping: try await exchange.store.stays(), by: \.bed)
    }

    private func encounter(_ version: StoredVersion) throws -> Domain.Encounter? {
        guard let content = version.content else { return nil }
        let root = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
        guard case .recordEncounter(let encounter) = Facade.command(for: root, type: .encounter, id: version.id) else {
            return nil
        }
        return encounter
    }

    // MARK: What follows

    mutating func arrange() async throws {
        arranged = try await arranged(told)
        var isOtherwise = false
        let found = Dictionary(grouping: arranged.values.joined(), by: \.encounter)
        for (id, encounter) in told where encounter.journey != nil {
            let places = Set(encounter.resource.filter { arranged[$0.bed.rawValue] != nil }.map(\.place))
            guard places != Set((found[id.rawValue] ?? []).map { BedStay($0).place }) else { continue }
            self.told[id] = Told(resource: encounter.resource, journey: nil)
            isOtherwise = true
        }
        if isOtherwise { arranged = try await arranged(told) }
    }

    private func arranged(_ told: [EncounterID: Told]) async throws -> [String: [StoredStay]] {
        let byBed = Dictionary(grouping: told.values.lazy.flatMap(\.counts), by: \.bed)
        var result: [String: [StoredStay]] = [:]
        for (bed, stays) in byBed {
            guard let location = try await location(bed) else { continue }
            // How they are cut now decides between what only resources tell of.
            let before = (kept[bed.rawValue] ?? []).map(BedStay.init).filter { told[$0.claim.encounter] != nil }
            let written = Dictionary(grouping: stays, by: \.claim.encounter).map { EncounterStays($0.key, $0.value) }
            let arrangement = try OccupancyRule.arrange(
                written, in: [Occupancy(location, stays: before)], by: .newerWins)
            for bed in arrangement.beds where bed.holdsOneParty {
                result[bed.location.id.rawValue] = StoredStay.list(bed)
            }
        }
        return result
    }

    private func location(_ id: LocationID) async throws -> Domain.Location? {
        guard let version = try await exchange.store.read(.location, id.rawValue), let content = version.content,
            let root = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root,
            case .recordLocation(let location) = Facade.command(for: root, type: .location, id: version.id)
        else { return nil }
        return location
    }

    // MARK: What differs

    var differing: Set<String> {
        Set(Set(arranged.keys).union(kept.keys).filter { !differences(in: $0).isEmpty })
    }

    /// The stays of the beds that differ.
    var expected: [StoredStay] { differing.sorted().flatMap { arranged[$0] ?? [] } }

    var report: Exchange.BedReport {
        let beds = Set(arranged.keys).union(kept.keys).sorted()
        let found = beds.flatMap { differences(in: $0) }
        return Exchange.BedReport(
            stays: arranged.values.reduce(0) { $0 + $1.count },
            claims: arranged.values.joined().count { $0.party != nil }, differences: found.count,
            examples: Array(found.prefix(10)))
    }

    private func differences(in bed: String) -> [String] {
        Set((arranged[bed] ?? []).map(compared)).symmetricDifference((kept[bed] ?? []).map(compared))
            .map(\.description).sorted()
    }

    private func compared(_ stay: StoredStay) -> ComparedStay {
        var compared = ComparedStay(bed: stay.bed, encounter: stay.encounter, holds: stay.party != nil)
        if told[EncounterID(stay.encounter)]?.journey != nil {
            compared.started = stay.started
            compared.ended = stay.ended ?? stay.cut?.at
        }
        return compared
    }
}

/// What must be the same of a stay. Of one that only a resource tells of, the moment of writing may stand in for times
/// that it does not say; those are not compared.
private struct ComparedStay: Hashable, CustomStringConvertible {
    let bed: String
    let encounter: String
    let holds: Bool
    /// Microseconds since 1970 UTC.
    var started: Int64?
    var ended: Int64?

    var description: String {
        let times = [started, ended].map { time in time.map { Instant.format(microseconds: $0) } ?? "" }
        return "Location/\(bed) Encounter/\(encounter)"
            + (started == nil && ended == nil ? "" : " \(times[0])–\(times[1])") + (holds ? "" : " (over)")
    }
}

extension BedStay {
    /// Where, and whether it holds the bed.
    fileprivate var place: [String] { [bed.rawValue, holds ? "holds" : "over"] }
}

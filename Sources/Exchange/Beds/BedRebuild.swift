import Domain
import FHIR
import Facade
import Store

extension Exchange {
    /// What a rebuild of the beds found.
    public struct BedReport: Sendable, Equatable {
        /// Encounters that hold a bed, by the record.
        public var claims = 0
        /// Claims that are kept and should not be, or the other way round.
        public var differences = 0
        /// The first of them, `Location/id Encounter/id`.
        public var examples: [String] = []
    }

    /// Makes the open claims on beds again from the encounters of the record, or compares them. Nothing else should
    /// write meanwhile.
    public func rebuildBeds(checkOnly: Bool) async throws -> BedReport {
        var claims: [LocationID: [BedStay]] = [:]
        var after: Int64 = 0
        while true {
            let page = try await store.resources(of: .encounter, after: after)
            guard let last = page.last else { break }
            after = last.key
            for (_, version) in page {
                for stay in try stays(of: version) where stay.holds { claims[stay.bed, default: []].append(stay) }
            }
        }
        var expected: [StoredStay] = []
        for (id, stays) in claims {
            guard let version = try await store.read(.location, id.rawValue), let content = version.content,
                let root = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root,
                case .recordLocation(let location) = Facade.command(for: root, type: .location, id: version.id)
            else { continue }
            let bed = Occupancy(location, stays: stays)
            if bed.holdsOneParty { expected += StoredStay.list(bed) }
        }
        let kept = try await store.openStays()
        let difference = Set(expected.map(\.name)).symmetricDifference(kept.map(\.name))
        if !checkOnly, !difference.isEmpty { try await store.replaceStays(expected) }
        return BedReport(
            claims: expected.count, differences: difference.count, examples: Array(difference.sorted().prefix(10)))
    }

    private func stays(of version: StoredVersion) throws -> [BedStay] {
        guard let content = version.content else { return [] }
        let root = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
        guard case .recordEncounter(let encounter) = Facade.command(for: root, type: .encounter, id: version.id) else {
            return []
        }
        return encounter.bedStays(at: clock()).stays
    }
}

extension StoredStay {
    fileprivate var name: String { "Location/\(bed) Encounter/\(encounter)" }
}

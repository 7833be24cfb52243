import Domain
import FHIR
import Facade
import Store

extension Exchange {
    /// Whether the domain wants to know something of the record before it can decide.
    func domainMustLook(_ plan: WritePlan) -> Bool {
        let isAlone = plan.steps.count == 1
        return plan.steps.contains { step in
            if BedArrangement.concerns(step.type, step.resource, isNew: step.isFresh) { return true }
            guard Facade.decides(about: step.type), let resource = step.resource else { return false }
            let command = Facade.command(for: resource, type: step.type, id: step.id)
            return command.map { $0.need(isNew: step.isFresh && isAlone) != .nothing } ?? false
        }
    }

    /// Puts what is to be written before the domain; its refusal is the client's answer. What follows for beds and
    /// encounters is written with it.
    func decide(
        _ drafts: [WriteDraft], places: [String?], in transaction: StoreTransaction?
    ) async throws -> (drafts: [WriteDraft], stays: StayChange) {
        var parents = LocationParents(drafts, transaction)
        for (draft, place) in zip(drafts, places) {
            guard Facade.decides(about: draft.type), let content = draft.content,
                let document = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)),
                let command = Facade.command(for: document.root, type: draft.type, id: draft.id)
            else { continue }
            var state = DomainState()
            // Among entries of one transaction new locations can form a ring, too.
            if case .locationAncestors(let location) = command.need(isNew: draft.isFresh && drafts.count == 1) {
                state.locationAncestors = try await parents.ancestors(of: location)
            }
            if let refusal = command.decide(in: state).refusal {
                throw Problem(.unprocessable, [refusal.issue(in: draft.type)]).inside(place)
            }
        }
        guard let transaction else { return (drafts, StayChange()) }
        var beds = BedArrangement(
            drafts, in: transaction, by: .refuse, wards: limits.wards, now: clock(), makeID: makeID)
        try await beds.decide(origins: places)
        try await beds.openTasks()
        return (beds.drafts, beds.stays)
    }
}

/// The chain of `Location.partOf`, as it will be when the drafts are written.
private struct LocationParents {
    private let transaction: StoreTransaction?
    private var known: [String: String?] = [:]

    init(_ drafts: [WriteDraft], _ transaction: StoreTransaction?) {
        self.transaction = transaction
        for draft in drafts where draft.type == .location {
            known[draft.id] = .some(draft.content.flatMap(Self.parent))
        }
    }

    /// From the parent upwards, ended where the chain ends or comes back to itself. The rows stay locked, so that two
    /// writers cannot close a ring together.
    mutating func ancestors(of location: LocationID) async throws -> [LocationID] {
        var chain: [LocationID] = []
        var seen: Set<String> = []
        var current = try await parent(of: location.rawValue)
        while let id = current, seen.insert(id).inserted {
            chain.append(LocationID(id))
            current = try await parent(of: id)
        }
        return chain
    }

    private mutating func parent(of id: String) async throws -> String? {
        if let parent = known[id] { return parent }
        let stored = try await transaction?.lock([(type: .location, id: id)]).first
        let parent = stored?.content.flatMap(Self.parent)
        known[id] = .some(parent)
        return parent
    }

    /// The id of the Location that `partOf` refers to.
    private static func parent(_ content: [UInt8]) -> String? {
        guard let document = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)),
            let text = document.root["partOf"]?["reference"]?.string
        else { return nil }
        let parts = text.split(separator: "/")
        guard parts.count >= 2, parts[0] == "Location" else { return nil }
        return String(parts[1])
    }
}

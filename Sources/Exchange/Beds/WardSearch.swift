import Domain
import FHIR
import Facade
import Store

/// Finds the wards of beds along `Location.partOf`: bed, room, ward and on upwards. The nearest place with a rule counts.
struct WardSearch {
    private let rules: [WardRule]
    private let transaction: StoreTransaction
    /// What this write makes of locations.
    private let drafted: [String: [UInt8]]

    init(_ rules: [WardRule], _ drafts: [WriteDraft], in transaction: StoreTransaction) {
        self.rules = rules
        self.transaction = transaction
        drafted = Dictionary(
            drafts.compactMap { draft in
                draft.type == .location ? draft.content.map { (draft.id, $0) } : nil
            }, uniquingKeysWith: { $1 })
    }

    /// One look for each level of places, for all beds together.
    func rules(forBeds beds: [String]) async throws -> [String: WardRule] {
        var found: [String: WardRule] = [:]
        var climbers = beds.map { (bed: $0, place: $0) }
        var seen: Set<String> = []
        while !climbers.isEmpty {
            let contents = try await contents(of: Set(climbers.map(\.place)))
            var next: [(bed: String, place: String)] = []
            for (bed, place) in climbers {
                guard seen.insert("\(bed) \(place)").inserted, let content = contents[place],
                    let root = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
                else { continue }
                if let rule = rules.last(where: { $0.isAbout(root, id: place) }) {
                    found[bed] = rule
                } else if case .recordLocation(let location) = Facade.command(for: root, type: .location, id: place),
                    let parent = location.partOf
                {
                    next.append((bed, parent.rawValue))
                }
            }
            climbers = next
        }
        return found
    }

    private func contents(of places: Set<String>) async throws -> [String: [UInt8]] {
        var contents = drafted.filter { places.contains($0.key) }
        let missing = places.subtracting(contents.keys)
        guard !missing.isEmpty else { return contents }
        for version in try await transaction.read(.location, missing.sorted()) {
            if let content = version.content { contents[version.id] = content }
        }
        return contents
    }
}

import FHIR
import Store

// Referential integrity: https://hl7.org/fhir/R4/http.html#delete
extension Exchange {
    /// Whether somebody may have to be asked before a resource is deleted.
    func mustAskReferrers(_ request: WriteRequest) -> Bool {
        guard case .delete = request.kind else { return false }
        return !store.references.rules(protecting: request.type).isEmpty
    }

    /// Refuses to delete what others refer to by references that are enforced. The rows of what is deleted are locked
    /// already: nobody can begin to refer to them.
    func askReferrers(_ plan: WritePlan, in transaction: StoreTransaction) async throws {
        let deleted = plan.steps.filter { mustAskReferrers($0.request) }
        guard !deleted.isEmpty else { return }
        let touched = plan.touched
        var asked: [(rule: ReferenceRule, request: SearchRequest)] = []
        for rule in store.references.enforced {
            let targets = deleted.filter { rule.targets.isEmpty || rule.targets.contains($0.type) }.map(\.name)
            guard !targets.isEmpty else { continue }
            let criteria = "\(rule.parameter.code)=\(targets.joined(separator: ","))"
            var request = try await conditional(rule.type, criteria, at: nil).request
            // With room for those that the same transaction deletes or changes: their references are looked at when they
            // are written.
            request.count += touched.count { $0.hasPrefix("\(rule.type)/") }
            asked.append((rule, request))
        }
        let pages = try await transaction.look(locking: [], asked.map(\.request))
        let places = Dictionary(deleted.map { ($0.name, $0.request.place) }) { first, _ in first }
        for ((rule, _), page) in zip(asked, pages) {
            for match in page.matches where !touched.contains("\(match.type)/\(match.id)") {
                guard let content = match.content,
                    let root = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root,
                    let target = rule.references(in: root).compactMap(Self.unversioned).first(where: {
                        places[$0] != nil
                    })
                else { continue }
                throw Problem(
                    .conflict, .conflict,
                    "\(match.type)/\(match.id) refers to \(target) (\(rule.name)); change or delete that first, or delete "
                        + "both in one transaction."
                ).inside(places[target] ?? nil)
            }
        }
    }

    /// The last two parts of a reference, without a version.
    private static func unversioned(_ reference: String) -> String? {
        let path = reference.firstRange(of: "/_history/").map { reference[..<$0.lowerBound] } ?? reference[...]
        let parts = path.split(separator: "/").suffix(2)
        return parts.count == 2 ? parts.joined(separator: "/") : nil
    }
}

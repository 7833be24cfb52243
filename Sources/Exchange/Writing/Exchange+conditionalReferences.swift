import FHIR
import Store

// Conditional references: https://hl7.org/fhir/R4/http.html#trules
extension Exchange {
    /// What the conditional references of a transaction stand for: each must find exactly one resource. They are resolved
    /// last, against what will be there when all entries are written (R4 §3.1.0.11.2).
    func conditionalReferences(
        of plan: WritePlan, in transaction: StoreTransaction
    ) async throws -> [String: String] {
        guard !plan.conditionals.isEmpty else { return [:] }
        var criteria: [WriteCriteria] = []
        for text in plan.conditionals {
            let mark = text.firstIndex(of: "?") ?? text.endIndex
            guard let type = ResourceType(String(text[..<mark])) else {
                throw Problem(.invalid, .invalid, "The conditional reference \(text) names no type of R4.")
            }
            criteria.append(
                try await conditional(type, String(text[mark...].dropFirst()), at: plan.place(of: text)))
        }
        let touched = plan.touched
        var changed: [ResourceType: Int] = [:]
        for step in plan.steps where !step.isFresh { changed[step.type, default: 0] += 1 }
        let pages = try await transaction.look(
            locking: [],
            criteria.map { criteria in
                var request = criteria.request
                // With room for matches that the transaction itself changes.
                request.count += changed[criteria.type] ?? 0
                return request
            })
        let drafted = try draftIndexes(of: Set(criteria.map(\.type)), plan)
        var found: [String: String] = [:]
        for ((text, criteria), page) in zip(zip(plan.conditionals, criteria), pages) {
            var matches = page.matches.filter { !touched.contains("\($0.type)/\($0.id)") }.map(\.id)
            if let drafts = drafted[criteria.type] {
                matches += try await store.matches(of: criteria.request, in: drafts)
            }
            guard let match = matches.first, matches.count == 1 else {
                throw Problem(
                    .preconditionFailed, matches.isEmpty ? .notFound : .multipleMatches,
                    matches.isEmpty
                        ? "The conditional reference \(text) finds no resource; load what it refers to first."
                        : "The conditional reference \(text) finds more than one resource; make it narrower.",
                    at: plan.place(of: text))
            }
            found[text] = "\(criteria.type)/\(match)"
        }
        return found
    }

    /// Updates come after creates: criteria of one that fulfils what the same transaction creates would touch that twice.
    func refuseOverlaps(_ criteria: [(request: WriteRequest, read: WriteCriteria)], _ plan: WritePlan) async throws {
        guard !criteria.isEmpty else { return }
        let created = try draftIndexes(of: Set(criteria.map(\.read.type)), plan) {
            if case .create = $0.request.kind { true } else { false }
        }
        for (request, read) in criteria {
            guard let drafts = created[read.type],
                let id = try await store.matches(of: read.request, in: drafts).first,
                let twin = plan.steps.first(where: { $0.type == read.type && $0.id == id })
            else { continue }
            throw Problem(
                .invalid, .duplicate,
                "The criteria \(read.text) find what \(twin.request.place ?? "another entry") creates; each resource may "
                    + "be touched once.", at: request.criteriaPlace)
        }
    }

    /// What the transaction itself writes of some types, to be searched.
    private func draftIndexes(
        of types: Set<ResourceType>, _ plan: WritePlan, where isWanted: (WriteStep) -> Bool = { _ in true }
    ) throws -> [ResourceType: DraftIndex] {
        var drafts: [ResourceType: [(id: String, content: [UInt8])]] = [:]
        for (index, step) in plan.steps.enumerated() where types.contains(step.type) && isWanted(step) {
            if let content = plan.content(of: index) { drafts[step.type, default: []].append((step.id, content)) }
        }
        return try drafts.reduce(into: [:]) { $0[$1.key] = try store.index($1.value, of: $1.key) }
    }
}

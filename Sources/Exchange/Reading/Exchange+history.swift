import FHIR
import Store

extension Exchange {
    /// The versions of one resource, of a type or of all, newest first (R4 §3.1.0.12). Audited with its query.
    public func history(
        _ scope: HistoryScope, _ query: SearchQuery, origin: Origin
    ) async throws(Problem) -> HistoryAnswer {
        let text = query.parameters.isEmpty ? nil : noted(query)
        let answer: HistoryAnswer
        do {
            answer = try await find(scope, HistoryQuery(query, limits: limits))
        } catch {
            try await note(
                scope.interaction, status: error.status, type: scope.type, id: scope.id, query: text, origin: origin,
                detail: error.issues.first?.diagnostics)
            throw error.noted
        }
        try await note(
            scope.interaction, status: 200, type: scope.type, id: scope.id, query: text, origin: origin)
        return answer
    }

    /// The server's own audit entries have one version each and no end: whoever wants them searches.
    public static func offers(_ interaction: AuditInteraction, _ type: ResourceType) -> Bool {
        interaction != .historyType || type != .auditEvent
    }

    private func find(_ scope: HistoryScope, _ query: HistoryQuery) async throws(Problem) -> HistoryAnswer {
        if let type = scope.type, !Self.offers(scope.interaction, type) {
            throw Problem(
                .invalid, .notSupported,
                "\(type)s are never changed, so each is its own history; search \(type) by _lastUpdated instead.")
        }
        let request = query.request(scope)
        do {
            if case .instance(.auditEvent, let id) = scope, let own = try await ownEntry(id) {
                return HistoryAnswer(query, scope, Self.history(of: own, query))
            }
            if query.countsOnly {
                guard let count = try await store.historyCount(request) else { throw Self.unknown(scope) }
                return HistoryAnswer(query, scope, HistoryPage(count: count))
            }
            guard let page = try await store.history(request) else { throw Self.unknown(scope) }
            return HistoryAnswer(query, scope, page)
        } catch {
            throw Problem(of: error)
        }
    }

    private static func unknown(_ scope: HistoryScope) -> Problem {
        Problem(.notFound, .notFound, "\(scope.type?.name ?? "")/\(scope.id ?? "") is not known.")
    }

    /// An entry of the audit, read as an AuditEvent.
    private func ownEntry(_ id: String) async throws(Problem) -> StoredVersion? {
        guard AuditRecord.number(ofID: id) != nil else { return nil }
        return try await look(.auditEvent, id)
    }

    private static func history(of entry: StoredVersion, _ query: HistoryQuery) -> HistoryPage {
        let isAsked =
            entry.updated >= query.since ?? .min && entry.updated < query.at?.upper ?? .max
        return HistoryPage(
            entries: isAsked && !query.countsOnly ? [HistoryEntry(entry, isCreation: true)] : [],
            count: isAsked ? 1 : 0)
    }
}

extension HistoryPage {
    /// What is no page of several.
    fileprivate init(entries: [HistoryEntry] = [], count: Int) {
        self.init(entries: entries, total: count, first: nil, previous: nil, next: nil)
    }
}

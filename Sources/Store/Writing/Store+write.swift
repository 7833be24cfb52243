import FHIR
import Postgres

extension Store {
    /// Makes the entry of a resource that is to be written: its key, and its derived rows by the same way that
    /// `reindex` takes, from the stored bytes.
    public func entries(_ drafts: [WriteDraft]) async throws(StoreError) -> [WriteEntry] {
        try await StoreError.mapping {
            let keys = try await self.keys.keys(drafts.count)
            let entries = try zip(drafts, keys).map { draft, key in
                let document = try draft.content.map { try JSONDocument.parse($0) }
                return WriteEntry(
                    key: key, type: draft.type, id: draft.id, method: draft.method, isFresh: draft.isFresh,
                    expectation: draft.expectation, content: draft.content,
                    rows: document.map { self.rows(of: $0, type: draft.type, id: draft.id) } ?? .none,
                    interaction: draft.interaction, occurred: draft.occurred,
                    references: document.map { self.writtenReferences(in: $0.root, type: draft.type) } ?? .none)
            }
            self.unsettled.set()
            try await self.remember(entries.lazy.filter { $0.content != nil }.map { ($0.type, $0.rows) })
            return entries
        }
    }

    /// The derived rows of a stored form.
    func rows(of content: [UInt8], type: ResourceType, id: String) throws -> IndexRows {
        rows(of: try JSONDocument.parse(content), type: type, id: id)
    }

    private func rows(of document: JSONDocument, type: ResourceType, id: String) -> IndexRows {
        indexer.rows(
            of: extractor.entries(of: document, type: type), type: type, id: id,
            contained: document.root.contained.map(\.type))
    }

    /// Writes entries that need no look: one implicit transaction, one round trip. Collisions of two writers are tried
    /// again.
    public func write(_ drafts: [WriteDraft], origin: Origin) async throws(StoreError) -> [WriteResult] {
        let batch = try WriteBatch(try await entries(drafts))
        return try await StoreError.mapping {
            try await retryingCollisions {
                try await batch.written { batch in
                    try await self.writes.run(batch.queries(at: self.clock(), origin: origin))
                }
            }
        }
    }

    /// How often a write is tried that keeps meeting others.
    public static let collisionAttempts = 8

    /// Runs `body` again when it met another writer, a few times. What went wrong in the record comes out in the
    /// record's terms, all else as it was thrown.
    func retryingCollisions<R: Sendable>(
        attempts: Int = collisionAttempts, _ body: () async throws -> R
    ) async throws -> R {
        var attempt = 0
        while true {
            do {
                return try await body()
            } catch let error where error is StoreError || error is PostgresError {
                let mapped = StoreError(error)
                attempt += 1
                guard case .collision = mapped, attempt < attempts else { throw mapped }
                let pause = UInt64.random(in: 1...UInt64(1 << attempt))
                try? await Task.sleep(for: .milliseconds(Int64(pause)))
            }
        }
    }

    /// Runs `body` in one transaction on a leased connection, for writes that must look before they decide.
    ///
    /// `body` may run several times: its effects outside the transaction must not matter. What it throws of its own
    /// rolls the transaction back and comes out as it is.
    public func transaction<R: Sendable>(
        _ body: @Sendable (StoreTransaction) async throws -> R
    ) async throws -> R {
        try await transaction(on: pool, body)
    }

    /// The same for messages of feeds.
    ///
    /// - Parameter attempts: how often it is tried at most, where it meets other writers.
    public func feedTransaction<R: Sendable>(
        attempts: Int = collisionAttempts, _ body: @Sendable (StoreTransaction) async throws -> R
    ) async throws -> R {
        try await transaction(on: feeds, attempts: attempts, body)
    }

    private func transaction<R: Sendable>(
        on pool: ConnectionPool, attempts: Int = collisionAttempts,
        _ body: @Sendable (StoreTransaction) async throws -> R
    ) async throws -> R {
        try await retryingCollisions(attempts: attempts) {
            try await pool.withTransaction(retries: 0) { connection in
                try await body(StoreTransaction(store: self, connection: connection))
            }
        }
    }
}

/// A version that is to be written, before the record has given it a key and its derived rows.
public struct WriteDraft: Sendable {
    public let type: ResourceType
    public let id: String
    public let method: WriteMethod
    public let isFresh: Bool
    public let expectation: Expectation
    public let content: [UInt8]?
    public let interaction: AuditInteraction
    /// When what a feed says of it happened, microseconds since 1970 UTC; nil for all other writers.
    public let occurred: Int64?

    public init(
        type: ResourceType, id: String, method: WriteMethod, isFresh: Bool = false, expectation: Expectation = .any,
        content: [UInt8]?, interaction: AuditInteraction, occurred: Int64? = nil
    ) {
        self.type = type
        self.id = id
        self.method = method
        self.isFresh = isFresh
        self.expectation = expectation
        self.content = content
        self.interaction = interaction
        self.occurred = occurred
    }

    /// The same write of another content.
    public func holding(_ content: [UInt8]) -> WriteDraft {
        WriteDraft(
            type: type, id: id, method: method, isFresh: isFresh, expectation: expectation, content: content,
            interaction: interaction, occurred: occurred)
    }
}

/// What may be done inside one transaction of the record.
public struct StoreTransaction: Sendable {
    let store: Store
    let connection: Connection

    /// Takes the locks of conditional criteria in a fixed order, held until the transaction ends, and then looks: the
    /// first two matches of each request, enough to tell none, one and several apart. One round trip; simultaneous
    /// conditional creates see each other's results, because each statement sees what was committed before it began.
    public func look(
        locking criteria: [String], _ requests: [SearchRequest]
    ) async throws(StoreError) -> [SearchPage] {
        let hashes = Set(criteria.map { store.indexer.hash(.criteria, 0, $0) }).sorted()
        var group: [Query] = []
        var areRare = true
        let searches = try await StoreError.mapping {
            var searches: [(request: SearchRequest, search: PreparedSearch)] = []
            for request in requests { searches.append((request, try await store.prepared(request))) }
            return searches
        }
        for (request, search) in searches {
            areRare = areRare && search.isRare
            let way = search.isRare ? SearchWay.rare : .planned
            if let query = SearchSQL.page(search, way, limit: request.count + 1) { group.append(query) }
        }
        guard !group.isEmpty else { return [] }
        // Criteria are nearly always an identifier: the plan is known, and making it anew costs more than running it.
        if areRare { group.insert(Self.planning, at: 0) }
        if !hashes.isEmpty { group.insert(Query(Self.lockStatement, [.int8Array(hashes)]), at: 0) }
        return try await StoreError.mapping {
            let results = try await connection.run(group).suffix(requests.count)
            return try zip(requests, results).map { request, rows in
                let found = try Store.matches(rows)
                return SearchPage(
                    matches: Array(found.prefix(request.count)), total: found.count > request.count ? nil : found.count)
            }
        }
    }

    private static let planning = Query(
        "select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)")

    static let lockStatement = Statement(
        "select pg_advisory_xact_lock(h) from (select unnest($1) as h order by 1) l", [.int8Array])

    /// Writes; the transaction goes on.
    ///
    /// - Parameter stays: what changes of who is in which bed.
    public func write(
        _ drafts: [WriteDraft], stays: StayChange = StayChange(), origin: Origin
    ) async throws(StoreError) -> [WriteResult] {
        let batch = try WriteBatch(try await store.entries(drafts))
        return try await StoreError.mapping {
            try await batch.written { batch in
                try await connection.run(batch.queries(at: store.clock(), origin: origin) + stays.queries)
            }
        }
    }

    /// Writes, with audit entries of what was looked at, and commits: the transaction's last round trip.
    ///
    /// - Parameter stays: what changes of who is in which bed.
    public func commit(
        _ drafts: [WriteDraft], stays: StayChange = StayChange(), audit entries: [AuditEntry], origin: Origin
    ) async throws(StoreError) -> [WriteResult] {
        let batch = try WriteBatch(try await store.entries(drafts))
        return try await StoreError.mapping {
            try await batch.written { batch in
                var group = batch.queries(at: store.clock(), origin: origin) + stays.queries
                if !entries.isEmpty { group.append(AuditEntry.query(entries)) }
                return try await connection.runAndCommit(group)
            }
        }
    }

    /// The current versions of the resources named, deletions included, in one round trip; their rows stay locked.
    public func lock(
        _ resources: [(type: ResourceType, id: String)]
    ) async throws(StoreError) -> [StoredVersion] {
        try await StoreError.mapping {
            let rows = try await connection.query(
                Query(
                    Self.lockResources, [.int2Array(resources.map(\.type.code)), .textArray(resources.map(\.id))]))
            return try rows.map { row in
                guard let type = ResourceType(code: try row.int2(4)) else {
                    throw StoreError.failed("the record holds an unknown type")
                }
                return try StoredVersion(type: type, id: try row.text(5), row: row)
            }
        }
    }

    private static let lockResources = Statement(
        """
        select r.version, r.method, r.updated, r.content, r.type, r.id
        from resource r join (select distinct * from unnest($1, $2) as e(type, id)) e using (type, id)
        order by r.type, r.id for update of r
        """, [.int2Array, .textArray])
}

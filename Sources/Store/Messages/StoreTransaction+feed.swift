import FHIR
import Postgres

/// An identifier by which a feed names a resource.
public struct Identity: Sendable, Hashable {
    public let type: ResourceType
    public let system: String
    public let value: String

    public init(type: ResourceType, system: String, value: String) {
        self.type = type
        self.system = system
        self.value = value
    }
}

extension StoreTransaction {
    private static let opening = Statement(
        "select seq, outcome from message_result where seq = any($1)", [.int8Array])

    /// What became of messages so far, themselves locked, and the resources that have each of the identifiers: at most
    /// three, deleted ones left out. One round trip.
    ///
    /// - Parameter locked: identifiers that nobody else may make resources of until the transaction ends; they are
    ///   looked for behind their locks.
    public func open(
        messages: [Int64], _ identities: [Identity], locking locked: [Identity]
    ) async throws(StoreError) -> (outcomes: [Int64: MessageOutcome], found: [[FeedMatch]]) {
        try await StoreError.mapping {
            let themselves = messages.map { store.indexer.hash(.criteria, 0, "message", String($0)) }
            let results = try await connection.run([
                locking(locked, and: themselves), Query(Self.opening, [.int8Array(messages)]),
                looking(for: identities),
            ])
            var outcomes: [Int64: MessageOutcome] = [:]
            for row in results[1] {
                let number = try row.int8(0)
                guard let outcome = MessageOutcome(rawValue: try row.text(1)) else {
                    throw StoreError.failed("message \(number) has an unknown outcome")
                }
                outcomes[number] = outcome
            }
            return (outcomes, try found(results[2], identities))
        }
    }

    private func locking(_ identities: [Identity], and others: [Int64] = []) -> Query {
        Query(Self.lockStatement, [.int8Array(Set(identities.map(term) + others).sorted())])
    }

    /// Looks again, after it has become certain that nobody else makes resources with these identifiers: the locks are
    /// taken in a fixed order and last as long as the transaction.
    public func lock(_ identities: [Identity]) async throws(StoreError) -> [[StoredVersion]] {
        try await lockForFeed(identities).map { $0.map(\.version) }
    }

    /// The same with the times of the newest messages.
    public func lockForFeed(_ identities: [Identity]) async throws(StoreError) -> [[FeedMatch]] {
        guard !identities.isEmpty else { return [] }
        return try await StoreError.mapping {
            let results = try await connection.run([locking(identities), looking(for: identities)])
            return try found(results[1], identities)
        }
    }

    private static let look = Statement(
        """
        select l.n, r.version, r.method, r.updated, r.content, r.id, greatest(r.occurred, t.occurred)
        from unnest($1) with ordinality as l(term, n)
            cross join lateral (select i.key from search_identity i where i.term = l.term limit 3) f
            join resource r on r.key = f.key and r.method <> 2
            left join feed_state t on t.type = r.type and t.id = r.id
        order by l.n, r.key
        """, [.int8Array])

    private func looking(for identities: [Identity]) -> Query {
        Query(Self.look, [.int8Array(identities.map(term))])
    }

    private func found(_ rows: Rows, _ identities: [Identity]) throws -> [[FeedMatch]] {
        var found = [[FeedMatch]](repeating: [], count: identities.count)
        for row in rows {
            let position = Int(try row.int8(0)) - 1
            guard let method = WriteMethod(rawValue: try row.int2(2)) else { continue }
            found[position].append(
                FeedMatch(
                    version: StoredVersion(
                        type: identities[position].type, id: try row.text(5), version: try row.int4(1), method: method,
                        updated: try row.timestamp(3), content: try row.optionalBytes(4)),
                    occurred: try row.optionalTimestamp(6)))
        }
        return found
    }

    /// The term under which `identifier=system|value` is indexed.
    private func term(_ identity: Identity) -> Int64 {
        guard let parameter = R4.table.searchParameter(identity.type, "identifier") else { return 0 }
        let number = Indexer.parameter(identity.type, parameter.id)
        return store.indexer.term(.init(system: .uri(identity.system), code: identity.value), number)
    }
}

/// A resource that a feed names, and when the newest message about it happened, microseconds since 1970 UTC.
public struct FeedMatch: Sendable {
    public let version: StoredVersion
    public let occurred: Int64?

    public init(version: StoredVersion, occurred: Int64?) {
        self.version = version
        self.occurred = occurred
    }
}

/// When the newest message about a resource happened.
public struct FeedTime: Sendable {
    public let type: ResourceType
    public let id: String
    /// Microseconds since 1970 UTC.
    public let occurred: Int64
    /// What it said of a bed's operational status (table 0116), if it did.
    public let status: String?

    public init(type: ResourceType, id: String, occurred: Int64, status: String? = nil) {
        self.type = type
        self.id = id
        self.occurred = occurred
        self.status = status
    }
}

/// All that a message changes.
public struct FeedChange: Sendable {
    public let writes: [WriteDraft]
    public let stays: StayChange
    public let movements: [StoredMovement]
    public let times: [FeedTime]

    public init(writes: [WriteDraft], stays: StayChange, movements: [StoredMovement], times: [FeedTime]) {
        self.writes = writes
        self.stays = stays
        self.movements = movements
        self.times = times
    }
}

extension StoreTransaction {
    private static let keepTimes = Statement(
        """
        insert into feed_state (type, id, occurred, status) select * from unnest($1, $2, $3, $4)
        on conflict (type, id) do update set occurred = excluded.occurred, status = excluded.status
            where feed_state.occurred < excluded.occurred
        """, [.int2Array, .textArray, .timestamptzArray, .textArray])

    /// Writes what messages change and what became of them, and commits: the transaction's last round trip. No two may
    /// change the same resource. Somebody who changed one of the resources meanwhile makes it a collision.
    ///
    /// - Parameter isStrict: whether references must lead somewhere that the policy wants to; where one does not, that is
    ///   a collision, too.
    public func commit(_ messages: [FeedCommit], isStrict: Bool) async throws(StoreError) {
        let changes = messages.map(\.change)
        let drafts = changes.flatMap(\.writes)
        let batch: WriteBatch
        do throws(StoreError) {
            batch = try WriteBatch(try await store.entries(drafts), isStrict: isStrict, tellsMissing: false)
        } catch {
            if case .refused = error { throw .collision }
            throw error
        }
        let askers = changes.indices.flatMap { [Int](repeating: $0, count: changes[$0].writes.count) }
        var group = batch.queries(at: store.clock(), origins: messages.map(\.origin), askers: askers)
        let stays = changes.map(\.stays).filter { $0.before != $0.after }
        group += StayChange(before: stays.flatMap(\.before), after: stays.flatMap(\.after)).queries
        if let query = changes.flatMap(\.movements).query { group.append(query) }
        if let query = Self.keeping(changes.flatMap(\.times)) { group.append(query) }
        group.append(MessageResult.query(messages.map(\.result), at: store.clock()))
        do {
            _ = try await connection.runAndCommit(group)
        } catch {
            let mapped = StoreError(error)
            if case .refused = mapped { throw .collision }
            throw mapped
        }
    }

    private static func keeping(_ times: [FeedTime]) -> Query? {
        guard !times.isEmpty else { return nil }
        let newest = Dictionary(times.map { ("\($0.type)/\($0.id)", $0) }) { $0.occurred < $1.occurred ? $1 : $0 }
        let times = newest.values.sorted { ($0.type.code, $0.id) < ($1.type.code, $1.id) }
        return Query(
            keepTimes,
            [
                .int2Array(times.map(\.type.code)), .textArray(times.map(\.id)),
                .timestampArray(microsecondsSince1970: times.map(\.occurred)), .textArray(times.map(\.status)),
            ])
    }
}

/// What one message leaves in the transaction that applies it.
public struct FeedCommit: Sendable {
    public let change: FeedChange
    public let result: MessageResult
    public let origin: Origin

    public init(_ change: FeedChange, _ result: MessageResult, origin: Origin) {
        self.change = change
        self.result = result
        self.origin = origin
    }
}

/// What a message leaves beside the resources, in their transaction.
public struct MessageResult: Sendable {
    public let number: Int64
    public let outcome: MessageOutcome
    /// Why, where it is not plainly applied.
    public let reason: String?
    /// `Type/id/_history/version` of what it made.
    public let wrote: [String]
    /// The conversion report, JSON.
    public let report: [UInt8]?
    public let acknowledgement: [UInt8]
    /// The patient it is about, as an id.
    public let patient: String?
    /// When it happened, microseconds since 1970 UTC.
    public let occurred: Int64?

    public init(
        number: Int64, outcome: MessageOutcome, reason: String?, wrote: [String], report: [UInt8]?,
        acknowledgement: [UInt8], patient: String?, occurred: Int64?
    ) {
        self.number = number
        self.outcome = outcome
        self.reason = reason
        self.wrote = wrote
        self.report = report
        self.acknowledgement = acknowledgement
        self.patient = patient
        self.occurred = occurred
    }

    private static let finishing = Statement(
        """
        insert into message_result (seq, outcome, error, wrote, report, acknowledgement, patient, occurred, decided)
            select seq, outcome, error, string_to_array(wrote, ' '), report, acknowledgement, patient, occurred, $9
            from unnest($1, $2, $3, $4, $5, $6, $7, $8)
                as r(seq, outcome, error, wrote, report, acknowledgement, patient, occurred)
        on conflict (seq) do update set outcome = excluded.outcome, error = excluded.error, wrote = excluded.wrote,
            report = excluded.report, acknowledgement = excluded.acknowledgement, patient = excluded.patient,
            occurred = excluded.occurred, decided = excluded.decided
            where message_result.outcome not in ('applied', 'warned')
        """,
        [
            .int8Array, .textArray, .textArray, .textArray, .textArray, .byteaArray, .textArray, .timestamptzArray,
            .timestamptz,
        ])

    /// - Parameter now: when it was decided, microseconds since 1970 UTC.
    static func query(_ results: [MessageResult], at now: Int64) -> Query {
        Query(
            finishing,
            [
                .int8Array(results.map(\.number)), .textArray(results.map(\.outcome.rawValue)),
                .textArray(results.map(\.reason)), .textArray(results.map { $0.wrote.joined(separator: " ") }),
                .textArray(results.map { $0.report.map { String(decoding: $0, as: UTF8.self) } }),
                .bytesArray(results.map(\.acknowledgement)), .textArray(results.map(\.patient)),
                .timestampArray(microsecondsSince1970: results.map(\.occurred)),
                .timestamp(microsecondsSince1970: now),
            ])
    }
}

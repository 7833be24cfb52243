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
    private static let opening = Statement("select outcome from message where seq = $1 for update", [.int8])
    private static let plans = Query("set local plan_cache_mode = force_generic_plan")

    /// What became of a message so far, its row locked, and the resources that have each of the identifiers: at most
    /// three, deleted ones left out. One round trip.
    public func open(
        message: Int64, _ identities: [Identity]
    ) async throws(StoreError) -> (outcome: MessageOutcome, found: [[StoredVersion]]) {
        try await StoreError.mapping {
            let results = try await connection.run([
                Self.plans, Query(Self.opening, [.int8(message)]), looking(for: identities),
            ])
            guard let row = results[1].first, let outcome = MessageOutcome(rawValue: try row.text(0)) else {
                throw StoreError.failed("message \(message) is not in the log")
            }
            return (outcome, try found(results[2], identities))
        }
    }

    /// Looks again, after it has become certain that nobody else makes resources with these identifiers: the locks are
    /// taken in a fixed order and last as long as the transaction.
    public func lock(_ identities: [Identity]) async throws(StoreError) -> [[StoredVersion]] {
        guard !identities.isEmpty else { return [] }
        return try await StoreError.mapping {
            let hashes = Set(identities.map(term)).sorted()
            let results = try await connection.run([
                Query(Self.lockStatement, [.int8Array(hashes)]), looking(for: identities),
            ])
            return try found(results[1], identities)
        }
    }

    private static let look = Statement(
        """
        select l.n, r.version, r.method, r.updated, r.content, r.id
        from unnest($1) with ordinality as l(term, n)
            cross join lateral (select s.key from search s where s.terms @> array[l.term] limit 3) f
            join resource r on r.key = f.key and r.method <> 2
        order by l.n, r.key
        """, [.int8Array])

    private func looking(for identities: [Identity]) -> Query {
        Query(Self.look, [.int8Array(identities.map(term))])
    }

    private func found(_ rows: Rows, _ identities: [Identity]) throws -> [[StoredVersion]] {
        var found = [[StoredVersion]](repeating: [], count: identities.count)
        for row in rows {
            let position = Int(try row.int8(0)) - 1
            guard let method = WriteMethod(rawValue: try row.int2(2)) else { continue }
            found[position].append(
                StoredVersion(
                    type: identities[position].type, id: try row.text(5), version: try row.int4(1), method: method,
                    updated: try row.timestamp(3), content: try row.optionalBytes(4)))
        }
        return found
    }

    /// The term under which `identifier=system|value` is indexed.
    private func term(_ identity: Identity) -> Int64 {
        guard let parameter = R4.table.searchParameter(identity.type, "identifier") else { return 0 }
        let number = Indexer.parameter(identity.type, parameter.id)
        return store.indexer.term(.init(system: .uri(identity.system), code: identity.value), number)
    }

    private static let states = Statement(
        """
        select f.type, f.id, f.occurred from feed_state f
            join unnest($1, $2) as k(type, id) on k.type = f.type and k.id = f.id
        """, [.int2Array, .textArray])

    /// When the newest message about each of the resources happened, microseconds since 1970 UTC, by `Type/id`.
    public func feedTimes(_ resources: [(type: ResourceType, id: String)]) async throws(StoreError) -> [String: Int64] {
        guard !resources.isEmpty else { return [:] }
        return try await StoreError.mapping {
            let rows = try await connection.query(
                Query(Self.states, [.int2Array(resources.map(\.type.code)), .textArray(resources.map(\.id))]))
            var times: [String: Int64] = [:]
            for row in rows {
                guard let type = ResourceType(code: try row.int2(0)) else { continue }
                times["\(type)/\(try row.text(1))"] = try row.timestamp(2)
            }
            return times
        }
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
        update message set outcome = $2, error = $3, wrote = $4, report = $5, acknowledgement = $6, patient = $7,
            occurred = $8, applied = $9 where seq = $1
        """, [.int8, .text, .text, .textArray, .text, .bytea, .text, .timestamptz, .timestamptz])

    func query(at now: Int64) -> Query {
        Query(
            Self.finishing,
            [
                .int8(number), .text(outcome.rawValue), .text(reason), .textArray(wrote),
                .text(report.map { String(decoding: $0, as: UTF8.self) }), .bytes(acknowledgement), .text(patient),
                .timestamp(microsecondsSince1970: occurred), .timestamp(microsecondsSince1970: now),
            ])
    }
}

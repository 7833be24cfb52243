import FHIR
import Postgres

/// A part of a type's resources as they were at an instant.
public struct PastBatch: Sendable {
    /// In the order of their ids, deletions included; a version is the newest that was there at the instant.
    public let versions: [StoredVersion]
    /// Behind which id the next batch begins; nil after the last one.
    public let next: String?

    public init(versions: [StoredVersion], next: String?) {
        self.versions = versions
        self.next = next
    }
}

// The record as it was at an instant, a part of it at a time, in constant memory and without holding anything back in
// the database: by when versions say that they were written, not by a snapshot, so that it can go on after a restart.
extension Store {
    private static let mark = Statement("select clock_timestamp()")

    /// Transactions that write, or wait for leave to do so, and began before the mark.
    private static let writers = Statement(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start <= $1
            and (backend_xid is not null or wait_event_type = 'Lock')
        """, [.timestamptz])

    /// A mark in the database's time, microseconds since 1970 UTC, for ``isSettled(since:)``.
    public func markTime() async throws(StoreError) -> Int64 {
        try await StoreError.mapping {
            let rows = try await self.pool.withConnection { try await $0.query(Query(Self.mark)) }
            guard let row = rows.first else { throw StoreError.failed("the database tells no time") }
            return try row.timestamp(0)
        }
    }

    /// Whether all who were writing at the mark have committed or given up. A version says when its writer began, and is
    /// seen when that commits: only then nothing of before the mark is still to come.
    public func isSettled(since mark: Int64) async throws(StoreError) -> Bool {
        try await StoreError.mapping {
            let rows = try await self.pool.withConnection {
                try await $0.query(Query(Self.writers, [.timestamp(microsecondsSince1970: mark)]))
            }
            return try rows.first?.int8(0) == 0
        }
    }

    /// Rows of a batch, at most.
    private static let rows: Int32 = 1000
    /// Rows that a batch looks at where it takes only what has changed, at most.
    private static let span: Int32 = 20_000
    /// Bytes of content of a batch, one resource more at most.
    private static let bytes: Int64 = 4 << 20
    /// Behind all ids.
    private static let lastID = "~"

    private static let spanEnd = Statement(
        "select id from resource where type = $1 and id > $2 order by id offset \(span - 1) limit 1", [.int2, .text])

    private static let past = Statement(
        """
        select version, method, updated, content, id from (
            select r.id, v.version, v.method, v.updated, v.content,
                coalesce(sum(octet_length(v.content))
                    over (order by r.id rows between unbounded preceding and 1 preceding), 0) as before
            from (
                select key, id, version, method, updated, content from resource
                where type = $1 and id > $2 and id <= $3 and updated > $5 order by id limit \(rows)
            ) r left join lateral (
                select r.version, r.method, r.updated, r.content where r.updated <= $4
                union all (
                    select h.version, h.method, h.updated, h.content from history h
                    where r.updated > $4 and h.key = r.key and h.updated <= $4 order by h.version desc limit 1
                )
            ) v on true
        ) b where before < \(bytes) order by id
        """, [.int2, .text, .text, .timestamptz, .timestamptz])

    /// The resources of a type as they were at an instant, by id.
    ///
    /// - Parameters:
    ///   - after: behind this id; empty at the begin.
    ///   - moment: microseconds since 1970 UTC; see ``isSettled(since:)`` for when all of before is there.
    ///   - since: only versions written later, microseconds since 1970 UTC.
    public func past(
        _ type: ResourceType, after: String, asOf moment: Int64, since: Int64? = nil
    ) async throws(StoreError) -> PastBatch {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                // Where few of many have changed, an end to the looking keeps each statement short.
                var end: String?
                if since != nil {
                    end = try await connection.query(Query(Self.spanEnd, [.int2(type.code), .text(after)])).first?
                        .text(0)
                }
                let rows = try await connection.query(
                    Query(
                        Self.past,
                        [
                            .int2(type.code), .text(after), .text(end ?? Self.lastID),
                            .timestamp(microsecondsSince1970: moment),
                            .timestamp(microsecondsSince1970: since ?? .min),
                        ]))
                return try Self.batch(type, rows, end: end, since: since)
            }
        }
    }

    private static func batch(_ type: ResourceType, _ rows: Rows, end: String?, since: Int64?) throws -> PastBatch {
        var versions: [StoredVersion] = []
        versions.reserveCapacity(rows.count)
        var size = 0
        for row in rows where try !row.isNull(0) {
            let version = try StoredVersion(type: type, id: try row.text(4), row: row)
            size += version.content?.count ?? 0
            // It has changed since the instant, and had not before it.
            if version.updated > since ?? .min { versions.append(version) }
        }
        // Rows that were left out for their number or their size come next.
        let isCut = rows.count == Int(Self.rows) || size >= Self.bytes
        return PastBatch(versions: versions, next: isCut ? try rows.last?.text(4) : end)
    }

    private static let contents = Statement(
        """
        select h.version, h.method, h.updated, h.content, r.id from resource r join history h on h.key = r.key
        where r.type = $1 and r.id = any($2) and h.updated <= $3 and h.ended > $4 and h.content is not null
        """, [.int2, .textArray, .timestamptz, .timestamptz])

    /// What resources that are deleted now held since an instant, up to another: each version that was current then.
    public func contents(
        _ type: ResourceType, _ ids: [String], since: Int64, asOf moment: Int64
    ) async throws(StoreError) -> [StoredVersion] {
        guard !ids.isEmpty else { return [] }
        return try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                let rows = try await connection.query(
                    Query(
                        Self.contents,
                        [
                            .int2(type.code), .textArray(ids), .timestamp(microsecondsSince1970: moment),
                            .timestamp(microsecondsSince1970: since),
                        ]))
                return try rows.map { try StoredVersion(type: type, id: try $0.text(4), row: $0) }
            }
        }
    }
}

import FHIR
import Postgres

/// An encounter's stay in a bed, as the record keeps it. Times are microseconds since 1970 UTC.
public struct StoredStay: Sendable, Equatable {
    public let bed: String
    public let encounter: String
    /// The movement that began it.
    public let cause: String
    public let patient: String?
    public let partOf: String?
    public let started: Int64?
    public let ended: Int64?
    /// When and by which encounter's newer claim it ended.
    public let cut: (at: Int64, by: String)?
    /// Who holds the bed with it, for the constraint; nil where it holds it no more.
    public let party: String?

    public init(
        bed: String, encounter: String, cause: String, patient: String?, partOf: String?, started: Int64?,
        ended: Int64?, cut: (at: Int64, by: String)?, party: String?
    ) {
        self.bed = bed
        self.encounter = encounter
        self.cause = cause
        self.patient = patient
        self.partOf = partOf
        self.started = started
        self.ended = ended
        self.cut = cut
        self.party = party
    }

    public static func == (a: StoredStay, b: StoredStay) -> Bool {
        (a.bed, a.encounter, a.cause, a.patient, a.partOf) == (b.bed, b.encounter, b.cause, b.patient, b.partOf)
            && (a.started, a.ended, a.cut?.at, a.cut?.by, a.party) == (
                b.started, b.ended, b.cut?.at, b.cut?.by, b.party
            )
    }
}

extension StoreTransaction {
    private static let encounters = Statement(
        """
        select r.version, r.method, r.updated, r.content, r.id from resource r
        where r.type = $1 and r.id = any($2) order by r.id for update
        """, [.int2, .textArray])
    private static let beds = Statement(
        """
        select r.version, r.method, r.updated, r.content, r.id from resource r
        where r.type = $1 and r.id = any($2 || array(select bed from bed_stay where encounter = any($3)))
        order by r.id for update
        """, [.int2, .textArray, .textArray])
    /// A statement of its own: joined to the one that locks, it would not see what whoever held the lock has written.
    private static let reports = Statement(
        """
        select id, occurred, status from feed_state
        where type = $1 and id = any($2 || array(select bed from bed_stay where encounter = any($3)))
        """, [.int2, .textArray, .textArray])
    private static let stays = Statement(
        """
        select \(StoredStay.columns) from bed_stay s
        where bed = any($1 || array(select o.bed from bed_stay o where o.encounter = any($2))) and (
            ended is null or encounter = any($2)
            or started >= least($3, (select min(o.started) from bed_stay o where o.bed = s.bed and o.ended is null)))
        """, [.textArray, .textArray, .int8])

    private static let current = Statement(
        "select version, method, updated, content, id from resource where type = $1 and id = any($2)",
        [.int2, .textArray])

    /// The current versions of resources of a type, without locking them.
    public func read(_ type: ResourceType, _ ids: [String]) async throws(StoreError) -> [StoredVersion] {
        try await StoreError.mapping {
            try await connection.query(Query(Self.current, [.int2(type.code), .textArray(ids)])).map {
                try StoredVersion(type: type, id: try $0.text(4), row: $0)
            }
        }
    }

    /// Locks the rows that ``beds(_:ofEncounters:since:)`` locks, for several messages in one order.
    public func lockBeds(_ wanted: [String], ofEncounters encounters: [String]) async throws(StoreError) {
        guard !wanted.isEmpty || !encounters.isEmpty else { return }
        try await StoreError.mapping {
            let ids = Parameter.textArray(encounters)
            _ = try await connection.run([
                Query(Self.encounters, [.int2(ResourceType.encounter.code), ids]),
                Query(Self.beds, [.int2(ResourceType.location.code), .textArray(wanted), ids]),
            ])
        }
    }

    /// What is known of encounters, and of the beds that they are, were or shall be in: their rows, locked, and the
    /// stays that matter for who holds the beds: those that nobody ended, those that began since the earliest of them or
    /// since a moment, and those of the encounters. One round trip.
    public func beds(
        _ wanted: [String], ofEncounters encounters: [String], since: Int64
    ) async throws(StoreError) -> (encounters: [StoredVersion], beds: [StoredBed], stays: [StoredStay]) {
        try await StoreError.mapping {
            let (beds, ids) = (Parameter.textArray(wanted), Parameter.textArray(encounters))
            let results = try await connection.run([
                Query(Self.encounters, [.int2(ResourceType.encounter.code), ids]),
                Query(Self.beds, [.int2(ResourceType.location.code), beds, ids]),
                Query(Self.stays, [beds, ids, .int8(since)]),
                Query(Self.reports, [.int2(ResourceType.location.code), beds, ids]),
            ])
            var reports: [String: (time: Int64, status: String?)] = [:]
            for row in results[3] { reports[try row.text(0)] = (try row.timestamp(1), try row.optionalText(2)) }
            return (
                try results[0].map { try StoredVersion(type: .encounter, id: try $0.text(4), row: $0) },
                try results[1].map { row in
                    let version = try StoredVersion(type: .location, id: try row.text(4), row: row)
                    let report = reports[version.id]
                    return StoredBed(version: version, statusReported: report?.time, reportedStatus: report?.status)
                },
                try results[2].map(StoredStay.init)
            )
        }
    }
}

/// A Location that may be a bed.
public struct StoredBed: Sendable {
    public let version: StoredVersion
    /// When the newest report of its operational status (A20) happened, microseconds since 1970 UTC.
    public let statusReported: Int64?
    /// What it said, of table 0116.
    public let reportedStatus: String?
}

extension StoredStay {
    static let columns = "bed, encounter, cause, patient, part_of, started, ended, cut_at, cut_by, party"

    init(_ row: Row) throws {
        let at = try row.optionalInt8(7)
        let by = try row.optionalText(8)
        self.init(
            bed: try row.text(0), encounter: try row.text(1), cause: try row.text(2), patient: try row.optionalText(3),
            partOf: try row.optionalText(4), started: try row.optionalInt8(5), ended: try row.optionalInt8(6),
            cut: at.flatMap { at in by.map { (at, $0) } }, party: try row.optionalText(9))
    }
}

/// What a transaction changes of the stays in beds.
public struct StayChange: Sendable {
    /// Stays that were looked at under lock.
    public var before: [StoredStay]
    /// What holds of their beds afterwards.
    public var after: [StoredStay]

    public init(before: [StoredStay] = [], after: [StoredStay] = []) {
        self.before = before
        self.after = after
    }

    private static let forget = Statement(
        """
        delete from bed_stay s using unnest($1, $2, $3, $4) as o(bed, encounter, cause, started)
        where s.bed = o.bed and s.encounter = o.encounter and s.cause = o.cause
            and s.started is not distinct from o.started
        """, [.textArray, .textArray, .textArray, .int8Array])
    static let leave = Statement("delete from bed_party where bed = any($1)", [.textArray])
    private static let hold = Statement(
        "insert into bed_party (bed, party) select distinct b, p from unnest($1, $2) as c(b, p)",
        [.textArray, .textArray])
    private static let keep = Statement(
        """
        insert into bed_stay (bed, encounter, cause, patient, part_of, started, ended, cut_at, cut_by, party)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        [
            .textArray, .textArray, .textArray, .textArray, .textArray, .int8Array, .int8Array, .int8Array, .textArray,
            .textArray,
        ])

    /// The statements, in their order.
    var queries: [Query] {
        guard before != after else { return [] }
        var queries: [Query] = []
        if !before.isEmpty {
            queries.append(
                Query(
                    Self.forget,
                    [
                        .textArray(before.map(\.bed)), .textArray(before.map(\.encounter)),
                        .textArray(before.map(\.cause)), .int8Array(before.map(\.started)),
                    ]))
        }
        let beds = Set(before.map(\.bed)).union(after.map(\.bed)).sorted()
        queries.append(Query(Self.leave, [.textArray(beds)]))
        let holding = after.filter { $0.party != nil }
        if !holding.isEmpty {
            queries.append(
                Query(Self.hold, [.textArray(holding.map(\.bed)), .textArray(holding.compactMap(\.party))]))
        }
        guard !after.isEmpty else { return queries }
        queries.append(
            Query(
                Self.keep,
                [
                    .textArray(after.map(\.bed)), .textArray(after.map(\.encounter)), .textArray(after.map(\.cause)),
                    .textArray(after.map(\.patient)), .textArray(after.map(\.partOf)), .int8Array(after.map(\.started)),
                    .int8Array(after.map(\.ended)), .int8Array(after.map { $0.cut?.at }),
                    .textArray(after.map { $0.cut?.by }), .textArray(after.map(\.party)),
                ]))
        return queries
    }
}

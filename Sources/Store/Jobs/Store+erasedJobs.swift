import FHIR
import Postgres

// For those who erase: what jobs made of the record must not outlive it.
extension Store {
    /// Nobody takes them up while what they made is removed.
    private static let stop = Statement(
        """
        update job set worker = 'erasure', held_until = now() + interval '10 minutes', position = null, progress = ''
        where state = 0 and (position is not null or worker is not null) and (kind = 2 or request::jsonb -> 'types' ?| $1)
        returning id
        """, [.textArray])

    private static let removeChunks = Statement(
        """
        delete from job_chunk c using (
            select job, file, number from job_chunk where job = any($1) limit 500
        ) old where c.job = old.job and c.file = old.file and c.number = old.number
        """, [.textArray])

    private static let removeFiles = Statement("delete from job_file where job = any($1)", [.textArray])

    private static let goOn = Statement(
        "update job set worker = null, held_until = null, attempts = 0 where id = any($1) and worker = 'erasure'",
        [.textArray])

    /// Has jobs that are at work, and may have read resources of the types, begin again: whoever works at them notices at
    /// the next step. They tell the same instant, without what has left the record since.
    ///
    /// - Returns: how many.
    public func restartJobs(telling types: [ResourceType]) async throws(StoreError) -> Int {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                let ids = try await connection.query(Query(Self.stop, [.textArray(types.map(\.name))])).map {
                    try $0.text(0)
                }
                guard !ids.isEmpty else { return 0 }
                while try await connection.query(Query(Self.removeChunks, [.textArray(ids)])).affected > 0 {}
                _ = try await connection.query(Query(Self.removeFiles, [.textArray(ids)]))
                _ = try await connection.query(Query(Self.goOn, [.textArray(ids)]))
                return ids.count
            }
        }
    }

    private static let results = Statement(
        """
        select f.number, f.kind, f.type, f.lines, f.bytes, f.packed, f.chunks, f.job
        from job j join job_file f on f.job = j.id
        where j.state = 1 and (f.kind in (2, 4) or f.type = any($1)) order by f.job, f.number
        """, [.int2Array])

    /// The files of complete jobs that may tell resources of the types: those of a type, deletions, and answers.
    public func results(
        telling types: [ResourceType]
    ) async throws(StoreError) -> [(job: String, file: JobFile)] {
        try await StoreError.mapping {
            let rows = try await self.pool.withConnection {
                try await $0.query(Query(Self.results, [.int2Array(types.map(\.code))]))
            }
            return try rows.map { (try $0.text(7), try JobFile($0)) }
        }
    }
}

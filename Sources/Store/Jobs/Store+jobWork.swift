import Postgres

// For those who do jobs. A worker holds a job for a time and moves that on while it lives; a job that nobody holds is
// anybody's, on whatever server. The database's clock tells the time, so that servers need not agree on it.
extension Store {
    private static let claim = Statement(
        """
        update job set worker = $1, held_until = now() + $2 * interval '1 second', attempts = attempts + 1
        where id = (
            select id from job where state = 0 and kind = $3 and (held_until is null or held_until < now())
            order by created, id limit 1 for update skip locked
        )
        returning \(Job.columns)
        """, [.text, .float8, .int2])

    /// Takes up the oldest job of a kind that nobody holds.
    ///
    /// - Parameters:
    ///   - worker: another name for each worker.
    ///   - seconds: how long it is held from now on.
    public func takeJob(_ kind: Job.Kind, worker: String, seconds: Double) async throws(StoreError) -> Job? {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(
                    Query(Self.claim, [.text(worker), .float8(seconds), .int2(kind.rawValue)])
                ).first.map { try Job($0) }
            }
        }
    }

    private static let hold = Statement(
        """
        update job set held_until = now() + $3 * interval '1 second' where id = $1 and worker = $2 and state = 0
        """, [.text, .text, .float8])

    /// Moves on how long a job is held.
    ///
    /// - Returns: false when it is no longer the worker's: it was removed, or somebody else has taken it up.
    public func holdJob(_ id: String, worker: String, seconds: Double) async throws(StoreError) -> Bool {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(Query(Self.hold, [.text(id), .text(worker), .float8(seconds)])).affected > 0
            }
        }
    }

    private static let letGo = Statement(
        """
        update job set held_until = null, worker = null, attempts = greatest(attempts - 1, 0)
        where id = $1 and worker = $2 and state = 0
        """, [.text, .text])

    /// Gives a job back unfinished, for others to take up at once.
    public func releaseJob(_ id: String, worker: String) async throws(StoreError) {
        try await StoreError.mapping {
            _ = try await self.pool.withConnection { connection in
                try await connection.query(Query(Self.letGo, [.text(id), .text(worker)]))
            }
        }
    }

    private static let step = Statement(
        "update job set position = $3, progress = $4, attempts = 0 where id = $1 and worker = $2 and state = 0",
        [.text, .text, .text, .text])

    private static let putFile = Statement(
        """
        insert into job_file (job, number, kind, type, lines, bytes, packed, chunks)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (job, number) do update set lines = excluded.lines, bytes = excluded.bytes,
            packed = excluded.packed, chunks = excluded.chunks
        """, [.text, .int4, .int2, .int2, .int8, .int8, .int8, .int4])

    private static let putChunk = Statement(
        "insert into job_chunk (job, file, number, bytes, crc, content) values ($1, $2, $3, $4, $5, $6)",
        [.text, .int4, .int4, .int4, .int8, .bytea])

    /// Writes down what a worker has done, in one transaction.
    ///
    /// - Returns: false, with nothing written, when the job is no longer the worker's.
    public func advanceJob(_ id: String, worker: String, _ step: JobStep) async throws(StoreError) -> Bool {
        try await StoreError.mapping {
            try await self.pool.withTransaction { connection in
                let held = try await connection.query(
                    Query(Self.step, [.text(id), .text(worker), .text(step.position), .text(step.progress)]))
                guard held.affected > 0 else { return false }
                _ = try await connection.runAndCommit(step.pieces.flatMap { Self.queries(id, $0.file, $0.chunk) })
                return true
            }
        }
    }

    private static func queries(_ id: String, _ file: JobFile, _ chunk: JobChunk) -> [Query] {
        [
            Query(
                putFile,
                [
                    .text(id), .int4(file.number), .int2(file.kind.rawValue), .int2(file.type?.code), .int8(file.lines),
                    .int8(file.bytes), .int8(file.packed), .int4(file.chunks),
                ]),
            Query(
                putChunk,
                [
                    .text(id), .int4(file.number), .int4(file.chunks - 1), .int4(Int32(chunk.bytes)),
                    .int8(Int64(chunk.crc)), .bytes(chunk.content),
                ]),
        ]
    }

    private static let end = Statement(
        """
        update job set state = $3, ended = now(), expires = $4, outcome = $5, worker = null, held_until = null
        where id = $1 and worker = $2 and state = 0
        """, [.text, .text, .int2, .timestamptz, .text])

    /// Ends a job.
    ///
    /// - Parameters:
    ///   - expires: when it goes, microseconds since 1970 UTC.
    ///   - outcome: an OperationOutcome that says why it failed; nil where it is complete.
    /// - Returns: false when it is no longer the worker's.
    public func endJob(
        _ id: String, worker: String, expires: Int64, failure outcome: String? = nil
    ) async throws(StoreError) -> Bool {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                let state: Job.State = outcome == nil ? .complete : .failed
                return try await connection.query(
                    Query(
                        Self.end,
                        [
                            .text(id), .text(worker), .int2(state.rawValue),
                            .timestamp(microsecondsSince1970: expires), .text(outcome),
                        ])
                ).affected > 0
            }
        }
    }

    private static let sweepChunks = Statement(
        """
        delete from job_chunk c using (
            select k.job, k.file, k.number from job j join job_chunk k on k.job = j.id
            where j.state <> 0 and j.expires <= $1 limit 500
        ) old where c.job = old.job and c.file = old.file and c.number = old.number
        """, [.timestamptz])

    private static let sweep = Statement(
        """
        delete from job where id in (
            select id from job where state <> 0 and expires <= $1 order by expires for update skip locked)
        """, [.timestamptz])

    /// Removes jobs whose time is over, and those that were taken back, with all that they made: a part of it in each
    /// transaction.
    ///
    /// - Returns: how many.
    public func removeExpiredJobs() async throws(StoreError) -> Int {
        try await StoreError.mapping {
            let now = Parameter.timestamp(microsecondsSince1970: self.clock())
            return try await self.pool.withConnection { connection in
                while try await connection.query(Query(Self.sweepChunks, [now])).affected > 0 {}
                return try await connection.query(Query(Self.sweep, [now])).affected
            }
        }
    }
}

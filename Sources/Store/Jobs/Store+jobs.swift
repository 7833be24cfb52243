import Postgres

// For those who ask: jobs come and go, and what they made is handed out.
extension Store {
    /// Jobs of one kind are counted and added one after another, so that the limit holds.
    private static let lockJobs = Statement("select pg_advisory_xact_lock(5636479912)")

    private static let enqueue = Statement(
        """
        insert into job (id, kind, created, moment, request)
        select $1, $2, $3, $4, $5 where (select count(*) from job where state = 0 and kind = $2) < $6
        """, [.text, .int2, .timestamptz, .timestamptz, .text, .int8])

    /// Adds a job that waits for a worker.
    ///
    /// - Parameters:
    ///   - moment: microseconds since 1970 UTC.
    ///   - limit: how many jobs of its kind may be open.
    /// - Returns: false, with nothing added, where that many are.
    public func addJob(
        id: String, kind: Job.Kind, moment: Int64, request: String, limit: Int
    ) async throws(StoreError) -> Bool {
        try await StoreError.mapping {
            let created = self.clock()
            return try await self.pool.withTransaction { connection in
                try await connection.runAndCommit([
                    Query(Self.lockJobs),
                    Query(
                        Self.enqueue,
                        [
                            .text(id), .int2(kind.rawValue), .timestamp(microsecondsSince1970: created),
                            .timestamp(microsecondsSince1970: moment), .text(request), .int8(Int64(limit)),
                        ]),
                ])[1].affected > 0
            }
        }
    }

    private static let job = Statement("select \(Job.columns) from job where id = $1", [.text])
    private static let files = Statement(
        "select \(JobFile.columns) from job_file where job = $1 order by number", [.text])

    /// A job and its files in their order; nil when there is none of that id, or no more.
    public func job(_ id: String) async throws(StoreError) -> (job: Job, files: [JobFile])? {
        try await StoreError.mapping {
            let results = try await self.reads.run([Query(Self.job, [.text(id)]), Query(Self.files, [.text(id)])])
            guard let row = results[0].first else { return nil }
            let job = try Job(row)
            // What has expired is gone, also before it is removed.
            if let expires = job.expires, expires <= self.clock() { return nil }
            return (job, try results[1].map { try JobFile($0) })
        }
    }

    private static let remove = Statement(
        """
        update job set state = 2, ended = now(), expires = '-infinity', worker = null, held_until = null
        where id = $1 and coalesce(expires > $2, true)
        """, [.text, .timestamptz])

    /// Ends a job: it is gone at once, what it made is removed with what has expired, and whoever works at it notices at
    /// the next step.
    ///
    /// - Returns: false when there is none of that id.
    public func removeJob(_ id: String) async throws(StoreError) -> Bool {
        try await StoreError.mapping {
            let now = self.clock()
            return try await self.pool.withConnection { connection in
                try await connection.query(
                    Query(Self.remove, [.text(id), .timestamp(microsecondsSince1970: now)])
                ).affected > 0
            }
        }
    }

    private static let pieces = Statement(
        "select number, bytes, crc, octet_length(content) from job_chunk where job = $1 and file = $2 order by number",
        [.text, .int4])

    /// What is known of a file's pieces, in their order, without their content.
    public func pieces(
        ofJob id: String, file: Int32
    ) async throws(StoreError) -> [(number: Int32, bytes: Int, crc: UInt32, packed: Int)] {
        try await StoreError.mapping {
            let rows = try await self.reads.run(Query(Self.pieces, [.text(id), .int4(file)]))
            return try rows.map { row in
                (
                    try row.int4(0), Int(try row.int4(1)), UInt32(truncatingIfNeeded: try row.int8(2)),
                    Int(try row.int4(3))
                )
            }
        }
    }

    private static let piece = Statement(
        "select content from job_chunk where job = $1 and file = $2 and number = $3", [.text, .int4, .int4])

    /// The stored content of one piece; nil when it has gone.
    public func piece(
        ofJob id: String, file: Int32, number: Int32
    ) async throws(StoreError) -> [UInt8]? {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(Query(Self.piece, [.text(id), .int4(file), .int4(number)])).first?.bytes(0)
            }
        }
    }
}

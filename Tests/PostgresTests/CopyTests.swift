import Postgres
import TestSupport
import Testing

@Suite("COPY")
struct CopyTests {
    private struct Refusal: Error {}

    private func stream(_ chunks: [[UInt8]], throwing error: Refusal? = nil) -> AsyncThrowingStream<[UInt8], any Error>
    {
        AsyncThrowingStream { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish(throwing: error)
        }
    }

    private func poolWithTable() async throws -> ConnectionPool {
        let pool = try await TestCluster.shared.database().pool(2)
        try await pool.withConnection { try await $0.execute("create table t (a int4 primary key, b text)") }
        return pool
    }

    @Test("rows go in and come out, in chunks that end anywhere")
    func roundTrip() async throws {
        let pool = try await poolWithTable()
        let lines = (0..<50_000).map { "\($0)\tline \($0)\n" }.joined()
        let bytes = Array(lines.utf8)
        let chunks = stride(from: 0, to: bytes.count, by: 777).map { Array(bytes[$0..<min($0 + 777, bytes.count)]) }
        let stored = try await pool.withConnection { connection in
            let stored = try await connection.copyIn("copy t from stdin", rows: stream(chunks))
            try await connection.expect("select count(*) from t", 50_000)
            return stored
        }
        #expect(stored == 50_000)
        var out: [UInt8] = []
        try await pool.withConnection { connection in
            try await connection.copyOut("copy (select * from t order by a) to stdout") { chunk in
                #expect(chunk.last == UInt8(ascii: "\n"))
                out += chunk
            }
            try await connection.expect("select 1::int8", 1)
        }
        #expect(out == bytes)
        await pool.close()
    }

    @Test("a row that cannot be stored fails the COPY, and the connection stays good")
    func badRow() async throws {
        let pool = try await poolWithTable()
        try await pool.withConnection { connection in
            let twice = await failure {
                try await connection.copyIn("copy t from stdin", rows: stream([Array("1\ta\n1\tb\n".utf8)]))
            }
            #expect(twice?.isUniqueViolation("t_pkey") == true)
            let odd = await failure {
                try await connection.copyIn("copy t from stdin", rows: stream([Array("x\ta\n".utf8)]))
            }
            #expect(odd?.sqlState == .invalidTextRepresentation)
            let none = await failure { try await connection.copyIn("copy nowhere from stdin", rows: stream([])) }
            #expect(none?.sqlState == .undefinedTable)
            for wrong in ["select 1", "copy t to stdout"] {
                #expect(await failure { try await connection.copyIn(wrong, rows: stream([])) } != nil)
            }
            #expect(await failure { try await connection.copyOut("copy t from stdin") { _ in } } != nil)
            try await connection.expect("select count(*) from t", 0)
        }
        #expect(pool.statistics.open == 1)
        await pool.close()
    }

    @Test("a source that fails leaves nothing stored")
    func failingSource() async throws {
        let pool = try await poolWithTable()
        try await pool.withConnection { connection in
            await #expect(throws: Refusal.self) {
                try await connection.copyIn(
                    "copy t from stdin", rows: stream([Array("1\ta\n".utf8)], throwing: Refusal()))
            }
            try await connection.expect("select count(*) from t", 0)
        }
        await pool.close()
    }

    @Test("a reader that has enough stops the server")
    func earlyEnd() async throws {
        let pool = try await poolWithTable()
        try await pool.withConnection { connection in
            for _ in 0..<5 {
                let begin = ContinuousClock.now
                await #expect(throws: Refusal.self) {
                    try await connection.copyOut("copy (select generate_series(1, 1000000000)) to stdout") { _ in
                        throw Refusal()
                    }
                }
                #expect(ContinuousClock.now - begin < .seconds(20))
                try await connection.expect("select 1::int8", 1)
            }
        }
        await pool.close()
    }

    @Test("COPY is part of the transaction around it")
    func transaction() async throws {
        let pool = try await poolWithTable()
        await #expect(throws: Refusal.self) {
            try await pool.withTransaction { connection in
                _ = try await connection.copyIn("copy t from stdin", rows: stream([Array("1\ta\n".utf8)]))
                throw Refusal()
            }
        }
        try await pool.withTransaction { connection in
            _ = try await connection.copyIn("copy t from stdin", rows: stream([Array("2\ta\n".utf8)]))
        }
        #expect(try await pool.withConnection { try await $0.number("select sum(a) from t") } == 2)
        await pool.close()
    }

    @Test("a cancelled task ends its COPY in both directions")
    func cancelled() async throws {
        let pool = try await poolWithTable()
        let (rows, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        continuation.yield(Array("1\ta\n".utf8))
        let writing = Task {
            await failure { try await pool.withConnection { try await $0.copyIn("copy t from stdin", rows: rows) } }
        }
        let reading = Task {
            await failure {
                try await pool.withConnection { connection in
                    try await connection.copyOut("copy (select pg_sleep(60)) to stdout") { _ in }
                }
            }
        }
        #expect(await eventually { pool.statistics.open == 2 && pool.statistics.idle == 0 })
        try await Task.sleep(for: .milliseconds(100))
        writing.cancel()
        reading.cancel()
        for error in [await writing.value, await reading.value] {
            guard case .cancelled = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        #expect(try await pool.withConnection { try await $0.number("select count(*) from t") } == 0)
        #expect(pool.statistics.open == 2)
        await pool.close()
    }
}

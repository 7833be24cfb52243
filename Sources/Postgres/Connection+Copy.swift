extension Connection {
    /// How many bytes go to the connection's thread at a time, at least.
    private static var chunk: Int { 64 << 10 }

    /// `COPY … FROM STDIN`: sends the bytes as they come, in whatever format the statement names, and returns how many
    /// rows were stored. Chunks need not end with rows.
    ///
    /// When the sequence throws or the task is cancelled, nothing is stored.
    public func copyIn<Chunks: AsyncSequence>(_ sql: String, rows: Chunks) async throws -> Int
    where Chunks.Element == [UInt8] {
        try Task.checkCopy()
        try await sendOpening()
        try await noting { () async throws(PostgresError) in
            try await driver.performCancellably { .beginCopyIn(sql, $0) }
        }
        do {
            var buffer: [UInt8] = []
            for try await bytes in rows {
                buffer.append(contentsOf: bytes)
                guard buffer.count >= Self.chunk else { continue }
                try Task.checkCopy()
                try await put(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
            try Task.checkCopy()
            if !buffer.isEmpty { try await put(buffer) }
            return try await noting { () async throws(PostgresError) in
                try await driver.performCancellably { .endCopyIn(failure: nil, $0) }
            }
        } catch {
            // Where the COPY has ended already, this is refused and changes nothing.
            _ = try? await driver.perform { .endCopyIn(failure: "given up by the client", $0) }
            throw error
        }
    }

    private func put(_ bytes: [UInt8]) async throws(PostgresError) {
        try await noting { () async throws(PostgresError) in try await driver.perform { .copyData(bytes, $0) } }
    }

    /// `COPY … TO STDOUT`: hands over chunks of whole rows as fast as the body takes them.
    ///
    /// When the body throws or the task is cancelled, the server is told to stop.
    public func copyOut(_ sql: String, _ body: ([UInt8]) async throws -> Void) async throws {
        try Task.checkCopy()
        try await sendOpening()
        try await noting { () async throws(PostgresError) in
            try await driver.performCancellably { .beginCopyOut(sql, $0) }
        }
        do {
            while let chunk = try await noting({ () async throws(PostgresError) in
                try await driver.performCancellably { .nextCopyOut($0) }
            }) {
                try Task.checkCopy()
                try await body(chunk)
            }
        } catch {
            // Where the COPY has ended already, this changes nothing.
            _ = try? await driver.perform { .endCopyOut($0) }
            throw error
        }
    }
}

extension Task where Success == Never, Failure == Never {
    fileprivate static func checkCopy() throws(PostgresError) {
        if isCancelled { throw .cancelled }
    }
}

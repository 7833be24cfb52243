import Postgres
import Synchronization

/// Hands out the record's internal keys: a block of 1,024 from the database's sequence at a time, so that a create knows
/// its key before it asks the database. Keys of a block that a stopped server did not use are never used.
final class KeyAllocator: Sendable {
    private static let blockSize: Int64 = 1024
    private let reads: SharedConnections
    private let block = Mutex(Block(next: 0, end: 0))

    private struct Block {
        var next: Int64
        var end: Int64

        mutating func take(_ count: Int64) -> Int64? {
            guard end - next >= count else { return nil }
            defer { next += count }
            return next
        }
    }

    init(reads: SharedConnections) {
        self.reads = reads
    }

    private static let statement = Statement(
        "select nextval('key_block') from generate_series(1, $1)", [.int4])

    /// `count` keys in ascending order.
    func keys(_ count: Int) async throws -> [Int64] {
        guard count > 0 else { return [] }
        let wanted = Int64(count)
        if wanted <= Self.blockSize {
            if let first = block.withLock({ $0.take(wanted) }) { return Array(first..<(first + wanted)) }
            let rows = try await reads.run([Query(Self.statement, [.int4(1)])])
            guard let row = rows.first?.first else { throw StoreError.failed("the key sequence gives no value") }
            let first = try row.int8(0)
            block.withLock { $0 = Block(next: first + wanted, end: first + Self.blockSize) }
            return Array(first..<(first + wanted))
        }
        let blocks = (wanted + Self.blockSize - 1) / Self.blockSize
        let rows = try await reads.run([Query(Self.statement, [.int4(Int32(blocks))])])
        var keys: [Int64] = []
        keys.reserveCapacity(count)
        for row in rows.first.map(Array.init) ?? [] {
            let first = try row.int8(0)
            keys.append(contentsOf: first..<min(first + Self.blockSize, first + wanted - Int64(keys.count)))
        }
        return keys
    }
}

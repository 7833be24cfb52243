/// One numbered change of the schema. Once released its text never changes: a checksum of it is kept with the record.
struct Migration: Sendable {
    let number: Int32
    let name: String
    let sql: String

    /// All migrations, in the order in which they apply.
    static let all: [Migration] = [
        .record, .feed, .messages, .eventTimes, .fewerRows, .searching, .searchParameters, .history, .unchanged,
        .purge, .jobs, .probes, .contained,
    ]

    /// FNV-1a of the text: it tells an edited migration from the one that was applied, nothing more.
    var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}

/// How long to wait between attempts: doubling from 50 ms to 5 s, half of it by chance so that many servers do not come
/// back at the same moment.
enum Backoff {
    static func delay(attempt: Int, first: UInt64 = 50_000_000, most: UInt64 = 5_000_000_000) -> UInt64 {
        let doubled = first << UInt64(min(max(attempt - 1, 0), 20))
        let full = min(doubled, most)
        return full / 2 + UInt64.random(in: 0...(full / 2))
    }
}

/// A point in time as precisely as it is known: the half-open interval `[earliest, latest)` in microseconds since
/// 1970-01-01T00:00:00Z. "2026" is a year wide; nothing is invented to make it narrower.
public struct Moment: Sendable, Hashable {
    public var earliest: Int64
    public var latest: Int64

    public init(earliest: Int64, latest: Int64) {
        self.earliest = earliest
        self.latest = max(earliest, latest)
    }

    /// Whether it lies before another one however the missing precision is filled in.
    public func isSurelyBefore(_ other: Moment) -> Bool { latest <= other.earliest }
}

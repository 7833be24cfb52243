/// A span of time that may be open at either end.
public struct Period: Sendable, Hashable {
    public var start: Moment?
    public var end: Moment?

    public init(start: Moment? = nil, end: Moment? = nil) {
        self.start = start
        self.end = end
    }

    /// Whether no reading of its bounds lets it start before it ends. A period of one imprecise day is in order.
    public var endsBeforeStart: Bool {
        guard let start, let end else { return false }
        return end.isSurelyBefore(start)
    }

    /// Whether it has surely ended at a time, in microseconds since 1970.
    public func hasEnded(at now: Int64) -> Bool { end.map { $0.latest <= now } ?? false }

    /// Accepts, or refuses with the words for what the period is of.
    func decide(_ subject: String, at element: ElementPath) -> Decision {
        guard endsBeforeStart else { return .accepted }
        return .refused(
            Refusal(.endsBeforeStart, "\(subject) ends before it starts; correct its start or its end.", at: element))
    }
}

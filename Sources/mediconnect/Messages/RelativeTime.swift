import FHIR

/// Times as people at a console say them: `30m`, `2h`, `1d` ago.
enum RelativeTime {
    private static let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// The instant that is meant; what is no such time is given back as it is, for the server to judge.
    ///
    /// - Parameter now: microseconds since 1970 UTC.
    static func instant(_ text: String, now: Int64) -> String {
        guard let unit = text.last, let seconds = seconds[unit], let number = Int64(text.dropLast()),
            (0...1_000_000).contains(number)
        else { return text }
        return Instant.format(microseconds: now - number * seconds * 1_000_000)
    }
}

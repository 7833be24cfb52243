import FHIR
import Synchronization

/// The time of answers (RFC 9110 §6.6.1), written once a second.
enum HTTPDate {
    private static let last = Mutex((second: Int64.min, text: ""))

    /// - Parameter microseconds: since 1970 UTC.
    static func text(_ microseconds: Int64) -> String {
        let second = microseconds / 1_000_000
        return last.withLock { last in
            if last.second != second { last = (second, Instant.formatHTTPDate(microseconds: microseconds)) }
            return last.text
        }
    }
}

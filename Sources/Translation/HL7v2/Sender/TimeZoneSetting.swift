import Foundation

/// How a sender's times without an offset are read.
public enum TimeZoneSetting: Sendable, Equatable, CustomStringConvertible {
    case utc
    /// Minutes east of UTC.
    case fixed(minutes: Int)
    /// IANA: `Europe/Berlin`
    case named(TimeZone)

    /// `UTC`, `+01:00` or a name of the IANA database; nil for all else.
    public init?(_ text: String) {
        if ["UTC", "Z", "GMT", "Etc/UTC"].contains(text) {
            self = .utc
        } else if let minutes = Self.minutes(text) {
            self = .fixed(minutes: minutes)
        } else if text.contains("/"), let zone = TimeZone(identifier: text) {
            self = .named(zone)
        } else {
            return nil
        }
    }

    private static func minutes(_ text: String) -> Int? {
        let digits = text.dropFirst().filter { $0 != ":" }
        guard let sign = text.first, sign == "+" || sign == "-", digits.utf8.count == 4,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits), number % 100 < 60,
            number <= 1400
        else { return nil }
        let minutes = number / 100 * 60 + number % 100
        return sign == "-" ? -minutes : minutes
    }

    /// Minutes east of UTC at a local time, in seconds as if it were UTC. Of a time that a clock shows twice, the first
    /// one is meant; one that a clock leaps over is read as if it had not leapt.
    func offsetMinutes(atLocal seconds: Int64) -> Int {
        switch self {
        case .utc: return 0
        case .fixed(let minutes): return minutes
        case .named(let zone):
            func offset(_ moment: Int64) -> Int64 {
                Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment))))
            }
            // The offsets half a day before and behind are those on either side of a change.
            let before = offset(seconds - 43_200 - offset(seconds))
            let behind = offset(seconds + 43_200 - offset(seconds))
            let isBefore = offset(seconds - before) == before
            return Int(isBefore ? before : offset(seconds - behind) == behind ? behind : before) / 60
        }
    }

    public var description: String {
        switch self {
        case .utc: return "UTC"
        case .fixed(let minutes): return Self.text(minutes)
        case .named(let zone): return zone.identifier
        }
    }

    /// `+01:00`
    static func text(_ minutes: Int) -> String {
        let size = abs(minutes)
        return "\(minutes < 0 ? "-" : "+")\(TwoDigits.text(size / 60)):\(TwoDigits.text(size % 60))"
    }
}

enum TwoDigits {
    static func text(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// How numbers and times are written for people.
enum LoadFigures {
    /// With commas between the thousands.
    static func number(_ value: Int) -> String {
        var text = String(value)
        var position = text.count - 3
        while position > (value < 0 ? 1 : 0) {
            text.insert(",", at: text.index(text.startIndex, offsetBy: position))
            position -= 3
        }
        return text
    }

    static func count(_ value: Int, _ noun: String) -> String {
        "\(number(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// Below a minute with tenths, above as minutes and seconds, above an hour with hours.
    static func time(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(100)).rounded())
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
        let seconds = tenths / 10
        if seconds < 3600 { return "\(seconds / 60):\(padded(seconds % 60)) min" }
        return "\(seconds / 3600):\(padded(seconds / 60 % 60)):\(padded(seconds % 60)) h"
    }

    static func perSecond(_ count: Int, in duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        return seconds > 0 ? number(Int((Double(count) / seconds).rounded())) : "0"
    }

    private static func padded(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}

/// Versions as entity tags (R4 §3.1.0.1.3: weak, `W/"3"`).
public enum EntityTag {
    public static func text(_ version: Int32) -> String { "W/\"\(version)\"" }

    /// The version of a tag, weak or strong, quoted or not; nil if it is none.
    public static func version(_ text: some StringProtocol) -> Int32? {
        var text = Substring(text)
        if text.hasPrefix("W/") { text = text.dropFirst(2) }
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count >= 2 { text = text.dropFirst().dropLast() }
        guard let version = Int32(text), version > 0, String(version) == text else { return nil }
        return version
    }
}

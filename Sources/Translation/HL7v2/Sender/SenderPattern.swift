import HL7v2

/// Which messages a sender's settings are for: `MSH-3|MSH-4`, with `*` for any text and at the end of a beginning.
///
///     SenderPattern("SIMHOSP|*")?.matches(application: "SIMHOSP", facility: "SFAC")   // true
public struct SenderPattern: Sendable, Hashable, CustomStringConvertible {
    public let application: String
    public let facility: String

    /// Nil where the text is not two parts with a `|` between them.
    public init?(_ text: String) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        application = String(parts[0])
        facility = String(parts[1])
    }

    public static let any = SenderPattern(application: "*", facility: "*")

    private init(application: String, facility: String) {
        self.application = application
        self.facility = facility
    }

    public func matches(application: String, facility: String) -> Bool {
        Self.matches(self.application, application) && Self.matches(self.facility, facility)
    }

    public func matches(_ header: Header) -> Bool {
        matches(application: header.sendingApplication, facility: header.sendingFacility)
    }

    /// How much of a sender it names: of several patterns that match, the one with the greatest number counts.
    public var weight: Int {
        [application, facility].reduce(0) { $0 + ($1.hasSuffix("*") ? $1.utf8.count : 1_000 + $1.utf8.count) }
    }

    private static func matches(_ pattern: String, _ text: String) -> Bool {
        pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : text == pattern
    }

    public var description: String { "\(application)|\(facility)" }
}

/// When something happened: to show and to compare.
public struct EventTime: Sendable, Hashable, Comparable {
    /// FHIR dateTime with the precision that was sent: `2020-05-08T13:06:43+01:00`
    public var text: String
    /// Microseconds since 1970-01-01T00:00:00Z of its beginning.
    public var microseconds: Int64

    public init(text: String, microseconds: Int64) {
        self.text = text
        self.microseconds = microseconds
    }

    public static func < (a: EventTime, b: EventTime) -> Bool { a.microseconds < b.microseconds }
}

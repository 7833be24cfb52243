/// What is done about content that is not valid.
public enum ValidationMode: String, Sendable, CaseIterable {
    /// It is refused.
    case enforce
    /// It is written, and what is wrong with it is told.
    case report
    /// It is not looked at more closely than the record itself needs.
    case off
}

import CFacts

/// A rule that content must satisfy, as a FHIRPath expression.
public struct InvariantFact: Hashable, Sendable {
    /// Its place in the table; rules with the same key and expression on several elements are one.
    public let number: UInt16

    public enum Severity: UInt32, Sendable {
        case error, warning
    }

    private var record: mediconnect_fact_invariant { R4.table.facts.invariants[Int(number)] }

    /// `pat-1`
    public var key: String { R4.table.facts.string(record.key) }
    public var severity: Severity { Severity(rawValue: record.severity) ?? .error }
    /// FHIRPath, evaluated on the element that carries the rule.
    public var expression: String { R4.table.facts.string(record.expression) }

    static func list(_ offset: UInt32) -> [InvariantFact] {
        R4.table.facts.list(offset).map { InvariantFact(number: $0) }
    }
}

/// The FHIRPath expressions of all constraints of a set, each compiled once.
struct ConstraintExpressions: Sendable {
    mutating func add(_ expression: String) {}
}

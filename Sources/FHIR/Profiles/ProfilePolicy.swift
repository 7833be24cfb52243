/// How gravely a judgement by profiles takes what is a matter of opinion.
public struct ProfilePolicy: Sendable {
    /// An extension of which no definition is loaded; nil says nothing about it.
    public var unknownExtension: Issue.Severity? = .information
    /// A modifier extension of which no definition is loaded. Who does not understand one may not process the element
    /// (R4 2.4.0.2); a record that keeps and hands on what it was sent may, so this is a warning.
    public var unknownModifierExtension: Issue.Severity? = .warning
    /// A coded element without a code of its extensible value set.
    public var extensibleBinding: Issue.Severity? = .warning
    /// A coded element without a code of its preferred value set.
    public var preferredBinding: Issue.Severity? = .information
    /// A code that could not be looked up because the value set or its code system is not loaded.
    public var uncheckedBinding: Issue.Severity? = .warning
    /// Whether elements that must be supported and are absent are told as information.
    public var reportsMustSupport = false
    /// The moment that constraints take for now, in microseconds since 1970 UTC; nil: constraints that ask for it cannot
    /// be decided, and that is told.
    public var now: Int64?
    /// How many findings are listed; the rest are counted.
    public var limit = ShapeValidator.limit
    /// How many rules may be applied to one document before the judgement is given up.
    public var maximumSteps = 20_000_000

    public init() {}

    public static let `default` = ProfilePolicy()
}

/// A FHIRPath expression (normative N1 with R4's additions, R4 fhirpath.html), compiled once.
///
/// ```swift
/// let path = try FHIRPath("Patient.name.where(use = 'official').given")
/// let names = try path.evaluate(FHIRPathNode(resource: document.root), in: .default)
/// ```
///
/// To evaluate many expressions on one document, share a ``FHIRPathEvaluator``: it keeps its memory between them.
public struct FHIRPath: Sendable {
    /// How forgiving an expression is.
    public enum Dialect: Sendable {
        /// As the specification's own invariants and search parameters are written: `as` and `is` filter collections,
        /// element names that a type does not have are empty, and `matches()` is about the whole text.
        case specification
        /// As users write: unknown elements, types and functions are errors, and so are collections where one item is
        /// expected.
        case strict
    }

    /// The expression as it was given.
    public let text: String
    public let dialect: Dialect
    // Any thread may use it although classes are not Sendable by themselves: every stored property of every operation is a
    // `let` of a Sendable type, another operation, or points into `constants`, which nobody writes once it is compiled.
    nonisolated(unsafe) let root: FHIRPathOperation
    /// The memory of literals and names that the operations point into.
    let constants: FHIRPathConstants

    /// - Parameter type: the type of the context, nil if unknown (then found from the node evaluated).
    /// - Throws: ``FHIRPathError`` if the text is no FHIRPath, names what does not exist, or cannot be meant.
    public init(_ text: String, dialect: Dialect = .strict, context type: TypeFact? = nil) throws(FHIRPathError) {
        try self.init(text, dialect: dialect, context: type, checksOrder: false)
    }

    /// - Parameter checksOrder: whether functions that go by position refuse input whose order has no meaning.
    public init(
        _ text: String, dialect: Dialect, context type: TypeFact?, checksOrder: Bool
    ) throws(FHIRPathError) {
        let expression = try FHIRPathExpression(parsing: text)
        var assembler = FHIRPathAssembler(dialect: dialect, context: type, checksOrder: checksOrder)
        self.text = text
        self.dialect = dialect
        root = try assembler.assemble(expression)
        constants = assembler.constants
    }

    /// The values that the expression finds, each with its place.
    public func evaluate(
        _ focus: FHIRPathNode, in environment: FHIRPathEnvironment
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        try FHIRPathEvaluator(environment).evaluate(self, focus)
    }

    /// Whether an invariant holds: true, false, or nil where the result is empty. A single item that is no boolean counts
    /// as true (N1 §4.5).
    public func holds(_ focus: FHIRPathNode, in environment: FHIRPathEnvironment) throws(FHIRPathError) -> Bool? {
        try FHIRPathEvaluator(environment).holds(self, focus)
    }
}

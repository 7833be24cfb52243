/// What an evaluation knows beyond the node it starts from. The engine reads no clock and no network: both come from here.
public struct FHIRPathEnvironment: Sendable {
    /// `%resource`: the resource that holds the focus; the focus itself if nil and a resource.
    public var resource: FHIRPathNode?
    /// `%rootResource`: the container of a contained resource; `%resource` if nil.
    public var rootResource: FHIRPathNode?
    /// `%context`: what evaluation began with; the focus if nil.
    public var context: FHIRPathNode?
    /// Further `%` variables by name.
    public var variables: [String: [FHIRPathItem]]
    /// Finds what a reference points at, beyond contained resources and entries of the same Bundle, which the engine finds
    /// itself. The second argument is the Reference (or uri) where the text stood.
    public var resolve: @Sendable (String, _ from: JSONNode?) -> JSONNode?
    /// Whether a code, Coding or CodeableConcept is in a value set (canonical url); nil if that is not known.
    public var memberOf: @Sendable (FHIRPathNode, _ valueSet: String) -> Bool?
    /// Whether a node satisfies a profile (canonical url); nil if the profile is not known. R4's own types are judged by
    /// the engine.
    public var conformsTo: @Sendable (FHIRPathNode, _ profile: String) -> Bool?
    /// Receives what `trace()` sees.
    public var trace: @Sendable (_ name: String, [FHIRPathItem]) -> Void
    /// Whether `trace` is called at all; making its items costs time.
    public var isTracing: Bool
    /// The moment that now(), today() and timeOfDay() tell, in microseconds since 1970 UTC; nil where there is no clock:
    /// then they are errors.
    public var now: Int64?
    /// Budget of steps: about one for each item looked at and for each 16 bytes of text made. Exceeding it throws
    /// ``FHIRPathError/tooManySteps``. A step holds at most 48 bytes.
    public var maximumSteps: Int

    public init(
        resource: FHIRPathNode? = nil, rootResource: FHIRPathNode? = nil, context: FHIRPathNode? = nil,
        variables: [String: [FHIRPathItem]] = [:], now: Int64? = nil, maximumSteps: Int = 1_000_000
    ) {
        self.resource = resource
        self.rootResource = rootResource
        self.context = context
        self.variables = variables
        self.now = now
        self.maximumSteps = maximumSteps
        resolve = { _, _ in nil }
        memberOf = { _, _ in nil }
        conformsTo = { _, _ in nil }
        trace = { _, _ in }
        isTracing = false
    }

    /// Nothing known, no clock, a million steps.
    public static let `default` = FHIRPathEnvironment()
}

/// A search that was understood.
public struct ParsedSearch: Sendable {
    /// One, several, or empty: all.
    public var types: [ResourceType]
    /// May hold ``SearchExpression/codes(_:_:)``, which somebody with terminology must resolve.
    public var expression: SearchExpression = .and([])
    public var sort: [SearchSort] = []
    public var includes: [SearchInclude] = []
    /// `_count` as asked, nil where it was not given; the server's limits are not applied yet.
    public var count: Int?
    public var view: SearchView = .whole
    /// `_total`
    public var total: SearchTotal = .none
    /// The token of a `next` link.
    public var page: String?
    /// `_asOf`: microseconds since 1970.
    public var asOf: Int64?
    /// `_contained`: nil where resources within others are not asked for.
    public var contained: SearchContained?
    /// `_explain=true`
    public var explains = false
    /// The parameters that have effect, in the order in which they were given: what the self link shows.
    public var applied: [SearchQuery.Parameter] = []
    /// What was ignored, and why.
    public var warnings: [Issue] = []
    /// The criteria in one order, however they were written: what simultaneous conditional creates lock.
    public var canonical = ""

    public init(types: [ResourceType]) {
        self.types = types
    }

    /// Whether anything is asked of the resources beside their type.
    public var hasCriteria: Bool { expression != .and([]) }
}

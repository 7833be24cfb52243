import FHIR

/// What the record is asked for.
public struct SearchRequest: Sendable {
    /// Empty: all types.
    public var types: [ResourceType]
    /// No ``FHIR/SearchExpression/codes(_:_:)`` is left in it.
    public var expression: SearchExpression
    /// Empty: in the order of creation. Ties are broken by it.
    public var sort: [SearchSort]
    public var includes: [SearchInclude]
    /// How many matches a page holds.
    public var count: Int
    /// What the `next` link of the page before said; nil for the first page.
    public var page: String?
    /// The record as it was then, microseconds since 1970 UTC; nil: as it is.
    public var asOf: Int64?
    /// Resources within others are found, too, or alone; nil: they are not. Such a request has no order of its own, no
    /// includes, and asks for nothing outside of a resource.
    public var contained: SearchContained?
    /// How many resources beside the matches a page holds at most.
    public var includedLimit: Int

    public init(
        types: [ResourceType], expression: SearchExpression, sort: [SearchSort] = [], includes: [SearchInclude] = [],
        count: Int, page: String? = nil, asOf: Int64? = nil, includedLimit: Int = 1000
    ) {
        self.types = types
        self.expression = expression
        self.sort = sort
        self.includes = includes
        self.count = count
        self.page = page
        self.asOf = asOf
        self.includedLimit = includedLimit
    }
}

/// A page of matches, with what was asked to come along.
public struct SearchPage: Sendable {
    public var matches: [StoredVersion]
    /// What `_include` and `_revinclude` brought: each resource once, none that is a match of this page.
    public var included: [StoredVersion]
    /// What the page had no room for.
    public var omitted: [Omission]
    /// What the next page's request says in ``SearchRequest/page``; nil on the last page.
    public var next: String?
    /// The same of the page before and of the first, on the pages behind it.
    public var previous: String?
    public var first: String?
    /// All matches, where that is known without counting.
    public var total: Int?

    public init(
        matches: [StoredVersion], included: [StoredVersion] = [], omitted: [Omission] = [], next: String? = nil,
        total: Int? = nil
    ) {
        self.matches = matches
        self.included = included
        self.omitted = omitted
        self.next = next
        self.total = total
    }

    /// Resources that an include asked for and that are not on the page.
    public struct Omission: Sendable {
        public let include: SearchInclude
        public let count: Int
        /// Of `_include`: the resources themselves. Of `_revinclude`: those that the omitted ones refer to; a search for
        /// the include's parameter with them as values finds the omitted.
        public let resources: [(type: ResourceType, id: String)]
    }
}

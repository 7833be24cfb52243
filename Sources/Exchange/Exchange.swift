import FHIR
import Store

/// The write path and the read path. Every adapter hands interactions to it together with who asked; nothing else
/// writes.
public struct Exchange: Sendable {
    public let store: Store
    let clock: @Sendable () -> Int64
    let makeID: @Sendable () -> String
    public let limits: ExchangeLimits
    let lanes: FeedLanes
    let gate: SearchGate
    let codes: any CodeExpansion

    /// - Parameters:
    ///   - clock: microseconds since 1970 UTC.
    ///   - makeID: logical ids for new resources; time-ordered ones keep indexes small (see ``Identifiers``).
    ///   - codes: what searches by value sets and hierarchies of codes mean.
    public init(
        store: Store, clock: @escaping @Sendable () -> Int64, makeID: @escaping @Sendable () -> String,
        limits: ExchangeLimits = ExchangeLimits(), codes: any CodeExpansion = NoCodeExpansion()
    ) {
        self.store = store
        self.clock = clock
        self.makeID = makeID
        self.limits = limits
        lanes = FeedLanes(store.feedLanes)
        gate = SearchGate(atOnce: limits.wideSearches, inLine: limits.wideSearches * 8)
        self.codes = codes
    }

    /// What resources can be searched by.
    public var searchParameters: SearchParameterSet { store.parameters }

    /// The same on other connections, for what is done in the background.
    public func working(on store: Store) -> Exchange {
        Exchange(store: store, clock: clock, makeID: makeID, limits: limits, codes: codes)
    }

    /// Notes an interaction that wrote nothing: a read, a search, a refusal.
    public func note(
        _ interaction: AuditInteraction, status: Int, type: ResourceType? = nil, id: String? = nil,
        version: Int32? = nil, query: String? = nil, origin: Origin, detail: String? = nil
    ) async throws(Problem) {
        do {
            try await store.audit(
                AuditEntry(
                    recorded: clock(), interaction: interaction, status: status, type: type, id: id, version: version,
                    query: query, origin: origin, detail: detail))
        } catch {
            throw Problem(error)
        }
    }
}

/// Bounds that keep one request from taking all.
public struct ExchangeLimits: Sendable {
    /// Matches of a page when the client does not say.
    public var defaultPage = 50
    public var maximumPage = 1000
    /// What `_include` and `_revinclude` may bring to a page.
    public var includedResources = 1000
    /// Searches at once that look at much of the record; eight times as many may wait.
    public var wideSearches = 8
    /// Entries of a bundle.
    public var bundleEntries = 20_000
    /// What a DELETE by criteria may delete.
    public var conditionalDelete = ConditionalDelete.single
    /// Search parameters that are ignored with a warning, because gateways and caches add them.
    public var ignoredParameters: Set<String> = [
        "_totalMethod", "_cacheBust", "_dc", "_", "apikey", "api_key", "subscription-key",
    ]
    /// Whether what messages become is validated, to be told in their conversion reports.
    public var judgesFeeds = true
    /// What the beds of wards become when their last occupant has left; all others are unoccupied then.
    public var wards: [WardRule] = []

    public init() {}
}

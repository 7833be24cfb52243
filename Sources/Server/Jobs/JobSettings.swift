import Exchange

/// What is done in the background, and how much of it.
public struct JobSettings: Sendable, Equatable {
    /// Exports that this server works at, at a time.
    public var exportsAtOnce = 1
    /// Asynchronous searches that this server works at, at a time.
    public var searchesAtOnce = 2
    /// Exports of the record that are waiting or under way, on all servers; more are refused.
    public var maximumExports = 10
    /// Likewise asynchronous searches.
    public var maximumSearches = 50
    /// How long the results are kept, seconds.
    public var keep = 86_400
    /// Milliseconds that a statement of a background job may take.
    public var statementTimeout = 600_000
    public var export = ExportLimits()
    /// How long after its instant an export begins, milliseconds: a writer takes the time of its version a moment before
    /// the database sees it begin, and servers' clocks are not quite equal.
    public var settling = 500
    /// How long a job is its worker's without a sign of life, seconds: so much later another server takes it up.
    public var lease = 15.0

    public init() {}
}

import FHIR
import Postgres

/// What it takes to open the record.
public struct StoreConfiguration: Sendable {
    /// The connection under which the server works; its role needs no right to change audit and history.
    public var application: ConnectionConfiguration
    /// Pipelined connections for reads: short self-contained selects of many requests share them.
    public var readConnections = 1
    /// Pipelined connections for commits.
    public var writeConnections = 8
    /// Pipelined connections for the log of messages. Few: each has caches of its own, and what is the same for all
    /// messages is best done by one that has just done it.
    public var messageConnections = 2
    /// Leased connections: transactions that look before they decide, maintenance.
    public var leasedConnections = 16
    /// Pipelined connections for searches whose plan is known beforehand: short and busy, so that one for each core of the
    /// database serves them fastest. Who waits for a connection is served in the order of coming, while of processes
    /// that wait for a core the operating system leaves some behind (measured: 170 ms, with four on two cores).
    public var lookupConnections = 2
    /// The same for searches that walk through the record until a page is full.
    public var walkConnections = 2
    /// Leased connections for searches that are planned by what they ask for, and counts: some may last.
    public var searchConnections = 4
    /// Leased connections for messages of feeds: as many transactions of theirs are open at once. What comes meanwhile
    /// shares the next one: two on two cores take a sixth more messages than three.
    public var feedConnections = 2
    /// Leased connections that show the record as it was: for lists of what a search found when it began, and for
    /// `_asOf`. Few, because each may work long.
    public var pastConnections = 2
    /// How long the link to another page of a search leads there.
    public var pageLifetime: Duration = .seconds(3600)
    /// How many resources that have changed since then a look at the record as it was may bring back.
    public var pastLimit = 100_000
    /// How many containers a search of contained resources may judge.
    public var containerLimit = 10_000
    /// How long a request may wait for a leased connection.
    public var leaseTimeout: Duration = .seconds(30)
    /// When the entries of reads and searches commit.
    public var readAudit: ReadAudit = .grouped
    /// The server's own base URL without a slash at its end, if it is known from the configuration.
    public var baseURL: String?
    /// What is asked of the references in resources.
    public var references = ReferencePolicy()
    /// The search parameters that are known, with the zone of dates that name none: what resources are indexed by.
    public var parameters = SearchParameterSet.r4
    /// Microseconds since 1970 UTC.
    public var clock: @Sendable () -> Int64

    public init(application: ConnectionConfiguration, clock: @escaping @Sendable () -> Int64) {
        self.application = application
        self.clock = clock
    }

    /// When the audit entries of reads and searches are durable.
    public enum ReadAudit: String, Sendable, CaseIterable {
        /// The answer waits until its entry has committed, together with those of others who wait.
        case grouped
        /// The answer leaves at once, the entry is written within 100 ms; a crash may lose the last of them.
        case deferred
    }
}

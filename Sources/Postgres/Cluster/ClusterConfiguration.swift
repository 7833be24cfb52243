/// What it takes to bring along a PostgreSQL: where its data lies, which binaries run it, and how it is tuned.
public struct ClusterConfiguration: Sendable {
    /// The server's data directory, an absolute path; the cluster lives in its `postgres`, the socket in its `run`
    /// where the path is short enough, the cluster's own log in its `log`.
    public var dataDirectory: String

    /// The directory of `postgres` and `initdb`; nil finds it: the version that made the data, else the newest.
    public var binaries: String?

    /// The user that PostgreSQL runs as when this process is root, whom PostgreSQL refuses.
    public var user: String

    /// Settings of `postgresql.conf` that replace the built-in ones, by name.
    public var settings: [String: String]

    /// How long a start may take, crash recovery included.
    public var startTimeout: Duration

    /// How long a fast shutdown may take before the cluster is told to stop at once.
    public var stopTimeout: Duration

    /// Leaves out the flushes of `initdb`: for clusters that no one will miss.
    public var isDisposable: Bool

    /// Called with whatever happens, on the thread that keeps the cluster; it must not block.
    public var log: @Sendable (ClusterEvent) -> Void

    public init(
        dataDirectory: String,
        binaries: String? = nil,
        user: String = "postgres",
        settings: [String: String] = [:],
        startTimeout: Duration = .seconds(300),
        stopTimeout: Duration = .seconds(30),
        isDisposable: Bool = false,
        log: @escaping @Sendable (ClusterEvent) -> Void = { _ in }
    ) {
        self.dataDirectory = dataDirectory
        self.binaries = binaries
        self.user = user
        self.settings = settings
        self.startTimeout = startTimeout
        self.stopTimeout = stopTimeout
        self.isDisposable = isDisposable
        self.log = log
    }
}

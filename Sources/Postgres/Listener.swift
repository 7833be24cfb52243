import CLibPQ
import CPostgresSupport
import Synchronization

/// Hears NOTIFY on a connection of its own, which comes back by itself after a loss.
///
/// What was notified while there was no connection is lost: PostgreSQL keeps nothing. Whoever listens looks at the
/// tables themselves at each ``Event/listening``, the first and every later one.
///
/// ```swift
/// for await event in listener.events {
///     switch event {
///     case .listening: await poll()
///     case .notification(let notification): await wake(notification.payload)
///     case .lost(let error): logger.warning("\(error)")
///     }
/// }
/// ```
public final class Listener: Sendable {
    public struct Notification: Sendable, Hashable {
        public let channel: String
        public let payload: String
        /// The server's process of the session that notified.
        public let processID: Int32
    }

    public enum Event: Sendable {
        /// Every channel is listened to from here on, for the first time or again.
        case listening(reconnected: Bool)
        case notification(Notification)
        /// No connection for now; attempts go on.
        case lost(PostgresError)
    }

    /// For one consumer. Ends after ``close()``.
    public let events: AsyncStream<Event>

    private let shared: Shared

    /// Starts connecting. Throws when the connection string cannot be read or the system has no thread left.
    public init(configuration: ConnectionConfiguration, channels: [String]) throws(PostgresError) {
        try configuration.validate()
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let shared = try Shared()
        self.events = events
        self.shared = shared
        try DriverThread.start("listener") {
            ListenerLoop(configuration, channels, shared, continuation).run()
        }
        continuation.onTermination = { _ in shared.close() }
    }

    deinit {
        close()
    }

    public func close() {
        shared.close()
    }

    /// How the thread hears that it should end.
    final class Shared: Sendable {
        let wake: Int32
        private let closed = Atomic<Bool>(false)

        init() throws(PostgresError) {
            wake = postgres_support_wake_create()
            if wake < 0 { throw .connection(message: "no descriptor for the listener's thread (errno \(-wake))") }
        }

        deinit {
            if wake >= 0 { postgres_support_close(wake) }
        }

        var isClosed: Bool { closed.load(ordering: .acquiring) }

        func close() {
            closed.store(true, ordering: .releasing)
            postgres_support_wake_signal(wake)
        }
    }
}

/// The listener's thread.
private final class ListenerLoop {
    private let configuration: ConnectionConfiguration
    private let channels: [String]
    private let shared: Listener.Shared
    private let continuation: AsyncStream<Listener.Event>.Continuation
    private var connects = 0
    private var failedAttempts = 0

    init(
        _ configuration: ConnectionConfiguration, _ channels: [String], _ shared: Listener.Shared,
        _ continuation: AsyncStream<Listener.Event>.Continuation
    ) {
        self.configuration = configuration
        self.channels = channels
        self.shared = shared
        self.continuation = continuation
    }

    func run() {
        while !shared.isClosed {
            do throws(PostgresError) {
                try listen()
            } catch {
                guard !shared.isClosed else { break }
                // The first failure of a row is news, the others are the same.
                if failedAttempts == 0 { continuation.yield(.lost(error)) }
                failedAttempts += 1
                _ = wait(-1, 0, Backoff.delay(attempt: failedAttempts))
            }
        }
        continuation.finish()
    }

    /// Connects and hands over what it hears, until the connection breaks or the listener is closed.
    private func listen() throws(PostgresError) {
        let link = try Link.open(configuration) { (socket, wanted, deadline) in
            let now = Monotonic.now
            _ = self.wait(socket, wanted, deadline - min(now, deadline))
            return !self.shared.isClosed
        }
        for channel in channels { try subscribe(channel, link) }
        connects += 1
        failedAttempts = 0
        continuation.yield(.listening(reconnected: connects > 1))
        handOver(link)
        while !shared.isClosed {
            let found = wait(link.socket, Int(POSTGRES_SUPPORT_READABLE), nil)
            guard found & Int(POSTGRES_SUPPORT_READABLE) != 0 else { continue }
            let isAlive = PQconsumeInput(link.handle) == 1
            handOver(link)
            if !isAlive || link.isBroken { throw .connectionLost(message: link.errorMessage, maybeApplied: false) }
        }
    }

    private func subscribe(_ channel: String, _ link: Link) throws(PostgresError) {
        guard let name = PQescapeIdentifier(link.handle, channel, channel.utf8.count) else {
            throw .connection(message: link.errorMessage)
        }
        defer { PQfreemem(name) }
        let sql = "listen \(String(cString: name))"
        guard PQsendQuery(link.handle, sql) == 1 else { throw .connection(message: link.errorMessage) }
        while PQflush(link.handle) == 1 {
            _ = wait(link.socket, Int(POSTGRES_SUPPORT_WRITABLE), nil)
        }
        var failure: PostgresError?
        while true {
            while PQisBusy(link.handle) == 1 {
                if shared.isClosed { throw .closed }
                _ = wait(link.socket, Int(POSTGRES_SUPPORT_READABLE), nil)
                if PQconsumeInput(link.handle) != 1 { throw .connection(message: link.errorMessage) }
            }
            guard let result = PQgetResult(link.handle) else { break }
            if PQresultStatus(result) != PGRES_COMMAND_OK { failure = .server(ServerError(result, statement: sql)) }
            PQclear(result)
        }
        if let failure { throw failure }
    }

    private func handOver(_ link: Link) {
        // Parses what has arrived.
        _ = PQisBusy(link.handle)
        while let notification = PQnotifies(link.handle) {
            continuation.yield(
                .notification(
                    .init(
                        channel: notification.pointee.relname.map { String(cString: $0) } ?? "",
                        payload: notification.pointee.extra.map { String(cString: $0) } ?? "",
                        processID: notification.pointee.be_pid)))
            PQfreemem(notification)
        }
    }

    private func wait(_ socket: Int32, _ wanted: Int, _ nanoseconds: UInt64?) -> Int {
        guard !shared.isClosed else { return 0 }
        let milliseconds = nanoseconds.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
        return Int(postgres_support_wait(socket, Int32(wanted), shared.wake, milliseconds))
    }
}

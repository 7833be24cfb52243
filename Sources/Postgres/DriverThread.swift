import CPostgresSupport

/// A thread of its own for what blocks in poll(2).
enum DriverThread {
    /// - Parameter name: at most 15 bytes, for `top -H` and debuggers.
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(PostgresError) {
        let context = Unmanaged.passRetained(Body(body))
        let error = postgres_support_thread_start(
            name,
            { context in
                guard let context else { return }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            }, context.toOpaque())
        guard error == 0 else {
            context.release()
            throw .connection(message: "no thread for a connection (errno \(error))")
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}

/// Nanoseconds of the monotonic clock.
enum Monotonic {
    static var now: UInt64 { postgres_support_now() }
}

extension Duration {
    /// Whole nanoseconds, at least 0 and at most what 64 bits hold.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product &+ UInt64(attoseconds / 1_000_000_000)
    }
}

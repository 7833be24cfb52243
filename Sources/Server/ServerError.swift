import NIOCore
import Postgres
import Store

/// Why a server does not start or does not go on, in a sentence for the operator.
public struct ServerError: Error, Sendable, CustomStringConvertible {
    public let description: String

    init(_ error: any Error, _ configuration: ServerConfiguration) {
        if let error = error as? IOError, error.errnoCode == 98 {
            description =
                "Port \(configuration.port) on \(configuration.host) is taken by another program. Stop it, or choose "
                + "another with --port."
        } else if let error = error as? IOError, error.errnoCode == 13 {
            description =
                "Port \(configuration.port) may only be opened by root. Choose one above 1023 with --port, and put a "
                + "proxy before it."
        } else if let error = error as? IOError, error.errnoCode == 99 {
            description =
                "\(configuration.host) is no address of this machine. Choose one with --host; 127.0.0.1 is always there."
        } else {
            description = String(describing: error)
        }
    }
}

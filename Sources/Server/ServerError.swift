import Glibc
import NIOCore
import Postgres

/// Why a server does not start or does not go on, in a sentence for the operator.
public struct ServerError: Error, Sendable, CustomStringConvertible {
    public let description: String

    /// - Parameter option: the option that names the database.
    init(database error: PostgresError, option: String) {
        description =
            "The database that \(option) names cannot be reached (\(error)). Check that it runs and takes connections from "
            + "here, and that address, user and password are right."
    }

    /// - Parameter option: the option that chooses the port.
    init(_ error: any Error, host: String, port: Int, option: String) {
        switch (error, (error as? IOError)?.errnoCode) {
        case (let error as ServerError, _):
            self = error
        case (_, EADDRINUSE):
            description =
                "Port \(port) on \(host) is taken by another program. Stop it, or choose another with \(option)."
        case (_, EACCES):
            description =
                "Port \(port) may only be opened by root. Choose one above 1023 with \(option), and put a proxy before it."
        case (_, EADDRNOTAVAIL):
            description =
                "\(host) is no address of this machine. Choose one with --host; 127.0.0.1 is always there."
        default:
            description = String(describing: error)
        }
    }
}

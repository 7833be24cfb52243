/// Everything that can go wrong between this process and PostgreSQL.
public enum PostgresError: Error, Sendable {
    /// The server refused a statement; what the group did is undone.
    indirect case server(ServerError)

    /// No connection could be made.
    case connection(message: String)

    /// The connection broke under a group. With `maybeApplied` the server may have committed it before.
    case connectionLost(message: String, maybeApplied: Bool)

    /// No connection came free in time.
    case timeout

    /// More groups wait than the queue may hold.
    case overloaded

    /// The task was cancelled; the server has stopped the statement.
    case cancelled

    /// The pool is closed, or a connection was used after its lease.
    case closed

    /// The body swallowed a statement's error and its transaction could only be rolled back.
    case transactionAborted

    /// The values do not fit the statement; nothing was sent.
    case parameters(message: String)

    /// A cell is not what was asked for.
    case decoding(message: String)

    /// Client and server no longer understand each other; the connection was given up.
    case protocolViolation(message: String)
}

extension PostgresError {
    /// What the server said, if it is the server that refused.
    public var serverError: ServerError? {
        if case .server(let error) = self { error } else { nil }
    }

    public var sqlState: SQLState? { serverError?.sqlState }

    /// The same transaction may succeed when it is run again: serialization failure or deadlock.
    public var isRetryable: Bool {
        sqlState == .serializationFailure || sqlState == .deadlockDetected
    }

    /// The server is gone, going or not yet there.
    public var isConnectionLoss: Bool {
        switch self {
        case .connection, .connectionLost: true
        case .server(let error):
            switch error.sqlState {
            case .adminShutdown, .crashShutdown, .cannotConnectNow, .databaseDropped, .idleSessionTimeout,
                .idleInTransactionSessionTimeout:
                true
            default: error.sqlState.conditionClass == "08"
            }
        default: false
        }
    }

    /// False only where it is certain that the group left no trace.
    public var maybeApplied: Bool {
        switch self {
        case .connectionLost(_, let maybeApplied): maybeApplied
        case .protocolViolation: true
        default: false
        }
    }

    /// Whether a unique constraint or index refused the row: any, or the named one.
    public func isUniqueViolation(_ constraint: String? = nil) -> Bool {
        violates(.uniqueViolation, constraint)
    }

    /// Whether an exclusion constraint refused the row: any, or the named one.
    public func isExclusionViolation(_ constraint: String? = nil) -> Bool {
        violates(.exclusionViolation, constraint)
    }

    /// The constraint that refused, whatever its kind.
    public var violatedConstraint: String? {
        guard let error = serverError, error.sqlState.conditionClass == "23" else { return nil }
        return error.constraint
    }

    private func violates(_ state: SQLState, _ constraint: String?) -> Bool {
        guard let error = serverError, error.sqlState == state else { return false }
        return constraint == nil || error.constraint == constraint
    }
}

extension PostgresError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .server(let error): error.description
        case .connection(let message): "no connection to PostgreSQL: \(message)"
        case .connectionLost(let message, let maybeApplied):
            "connection to PostgreSQL lost\(maybeApplied ? " (the statements may have been applied)" : ""): \(message)"
        case .timeout: "no connection to PostgreSQL came free in time"
        case .overloaded: "too many statements wait for PostgreSQL"
        case .cancelled: "cancelled"
        case .closed: "the connection to PostgreSQL is closed"
        case .transactionAborted: "the transaction was rolled back because one of its statements had failed"
        case .parameters(let message): "the values do not fit the statement: \(message)"
        case .decoding(let message): "unexpected value from PostgreSQL: \(message)"
        case .protocolViolation(let message): "lost step with PostgreSQL: \(message)"
        }
    }
}

/// An ERROR or FATAL of the server (PostgreSQL 15 §55.8, "Error and Notice Message Fields").
public struct ServerError: Error, Sendable, Hashable {
    public var sqlState: SQLState
    /// `ERROR`, `FATAL` or `PANIC`, whatever the server's language.
    public var severity: String
    public var message: String
    public var detail: String?
    public var hint: String?
    /// Where in nested functions and statements it happened.
    public var context: String?
    public var schema: String?
    public var table: String?
    public var column: String?
    public var dataType: String?
    public var constraint: String?
    /// Character of the statement, counted from 1.
    public var position: Int?
    /// The server's function that reported it.
    public var routine: String?
    /// The SQL of the statement that failed; absent where the commit did.
    public var statement: String?

    /// The server ends the session after it.
    public var isFatal: Bool { severity == "FATAL" || severity == "PANIC" }
}

extension ServerError: CustomStringConvertible {
    public var description: String {
        var text = "\(sqlState) \(message)"
        if let detail { text += " (\(detail))" }
        if let hint { text += " [\(hint)]" }
        if let statement { text += " in: \(statement)" }
        return text
    }
}

import Postgres

extension StoreError {
    /// Runs `body` and says what went wrong in the record's own terms.
    static func mapping<R: Sendable>(_ body: () async throws -> R) async throws(StoreError) -> R {
        do {
            return try await body()
        } catch {
            throw StoreError(error)
        }
    }

    /// The refusals that the write function raises come back as refusals, a lost connection as what is known of it.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as PostgresError: self = Self.of(error)
        case let error as PageRefusal: self = .page(error)
        case is CancellationError: self = .timeout
        default: self = .failed(String(describing: error))
        }
    }

    private static func of(_ error: PostgresError) -> StoreError {
        guard case .server(let server) = error else {
            switch error {
            case .connectionLost(let message, true): return .unknownOutcome(message)
            case .cancelled: return .timeout
            case .timeout, .overloaded: return .overloaded(error.description)
            case .closed: return .unavailable(error.description)
            default:
                return error.isConnectionLoss ? .unavailable(error.description) : .failed(error.description)
            }
        }
        let numbers = (server.detail ?? "").split(separator: ",").compactMap { Int32($0) }
        let entry = Int(numbers.first ?? 1) - 1
        let version = numbers.count > 1 ? numbers[1] : 0
        switch server.sqlState.rawValue {
        case "MC404": return .refused(entry: entry, .absent)
        case "MC409": return .refused(entry: entry, .exists(version: version))
        case "MC410": return .refused(entry: entry, .deleted(version: version))
        case "MC412": return .refused(entry: entry, .versionMismatch(current: version))
        // query_canceled, by a timeout or because nobody waits any more; lock_not_available.
        case "MC424": return .refused(entry: entry, .dangling(reference: "", path: ""))
        case "57014", "55P03": return .timeout
        // configuration_limit_exceeded, and the class of program limits: too complex, too deep, too many arguments.
        case "53400", "54000", "54001", "54011", "54023": return .tooLarge(server.message)
        // out_of_memory, too_many_connections
        case "53200", "53300": return .overloaded(server.message)
        case "53100": return .full(server.message)
        case "23505" where server.constraint == "resource_identity": return .collision
        default: break
        }
        if error.isRetryable { return .collision }
        if error.isConnectionLoss { return .unavailable(server.message) }
        return .failed("\(server.sqlState.rawValue) \(server.message)")
    }
}

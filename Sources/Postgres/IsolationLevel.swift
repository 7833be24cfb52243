/// What a transaction sees of others (PostgreSQL 15 §13.2).
public enum IsolationLevel: String, Sendable {
    case readCommitted = "read committed"
    case repeatableRead = "repeatable read"
    case serializable

    func begin(readOnly: Bool) -> Query {
        switch (self, readOnly) {
        case (.readCommitted, false): Self.readCommittedWrite
        case (.readCommitted, true): Self.readCommittedRead
        case (.repeatableRead, false): Self.repeatableReadWrite
        case (.repeatableRead, true): Self.repeatableReadRead
        case (.serializable, false): Self.serializableWrite
        case (.serializable, true): Self.serializableRead
        }
    }

    private static let readCommittedWrite = Query("begin isolation level read committed read write")
    private static let readCommittedRead = Query("begin isolation level read committed read only")
    private static let repeatableReadWrite = Query("begin isolation level repeatable read read write")
    private static let repeatableReadRead = Query("begin isolation level repeatable read read only")
    private static let serializableWrite = Query("begin isolation level serializable read write")
    private static let serializableRead = Query("begin isolation level serializable read only")
}

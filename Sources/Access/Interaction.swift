/// What somebody wants to do, in R4's words (http.html, restful-interaction).
public enum Interaction: String, Sendable, Hashable, CaseIterable {
    case read
    case vread
    case update
    case patch
    case delete
    case historyInstance = "history-instance"
    case historyType = "history-type"
    case historySystem = "history-system"
    case create
    case searchType = "search-type"
    case searchSystem = "search-system"
    case capabilities
    case transaction
    case batch
    case operation

    /// Whether it may change the record. A transaction, batch or operation is judged again by what it does.
    public var changesRecord: Bool {
        switch self {
        case .update, .patch, .delete, .create, .transaction, .batch, .operation: true
        case .read, .vread, .historyInstance, .historyType, .historySystem, .searchType, .searchSystem, .capabilities:
            false
        }
    }
}

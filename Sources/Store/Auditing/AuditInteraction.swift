/// What was done, as the audit names it (R4 restful-interaction codes).
public enum AuditInteraction: Int16, Sendable, CaseIterable {
    case read = 1
    case vread
    case update
    case patch
    case delete
    case historyInstance
    case historyType
    case historySystem
    case create
    case searchType
    case searchSystem
    case capabilities
    case transaction
    case batch
    case operation

    /// The code of http://hl7.org/fhir/restful-interaction.
    public var code: String {
        switch self {
        case .read: "read"
        case .vread: "vread"
        case .update: "update"
        case .patch: "patch"
        case .delete: "delete"
        case .historyInstance: "history-instance"
        case .historyType: "history-type"
        case .historySystem: "history-system"
        case .create: "create"
        case .searchType: "search-type"
        case .searchSystem: "search-system"
        case .capabilities: "capabilities"
        case .transaction: "transaction"
        case .batch: "batch"
        case .operation: "operation"
        }
    }

    /// AuditEvent.action: C, R, U, D or E.
    public var action: String {
        switch self {
        case .create: "C"
        case .read, .vread, .historyInstance, .historyType, .historySystem, .capabilities: "R"
        case .update, .patch: "U"
        case .delete: "D"
        case .searchType, .searchSystem, .transaction, .batch, .operation: "E"
        }
    }
}

import FHIR
import NIOHTTP1

/// An operation that the server offers, as R4's OperationDefinition describes it (R4 operations.html).
struct Operation: Sendable, Equatable {
    /// Where it may be called.
    enum Level: String, Sendable {
        /// `[base]/$name`
        case system
        /// `[base]/Type/$name`
        case type
        /// `[base]/Type/id/$name`
        case instance
    }

    struct Parameter: Sendable {
        let name: String
        /// A data type or resource type of R4; `Resource` for any; empty for one with parts.
        let type: String
        let isRepeated: Bool

        init(_ name: String, _ type: String, isRepeated: Bool = false) {
            self.name = name
            self.type = type
            self.isRepeated = isRepeated
        }

        /// Can stand in a url.
        var isPrimitive: Bool { R4.table.type(type)?.primitive != nil }

        var isResource: Bool { type == "Resource" || ResourceType(type) != nil }
    }

    /// Without the `$`.
    let name: String
    /// The url of its OperationDefinition.
    let definition: String
    /// nil: every type.
    let types: [ResourceType]?
    let levels: Set<Level>
    /// It changes the record, so that it can only be called by POST (R4 §3.2.0.1).
    let affectsState: Bool
    let parameters: [Parameter]
    /// It takes search parameters beside its own.
    var takesCriteria = false
    let perform: @Sendable (FHIRService, OperationCall) async throws -> Answer

    static func == (left: Operation, right: Operation) -> Bool { left.definition == right.definition }

    func isOffered(at level: Level, of type: ResourceType?) -> Bool {
        guard levels.contains(level) else { return false }
        guard let type, let types else { return true }
        return types.contains(type)
    }

    /// The methods that it can be called by at a place.
    func methods(at level: Level) -> [HTTPMethod] {
        // To be validated something must be there: the body, or what is stored.
        affectsState || level == .type && parameters.contains { $0.type == "Resource" } ? [.POST] : [.GET, .POST]
    }
}

/// What is asked of an operation.
struct OperationCall: Sendable {
    let operation: Operation
    /// nil at the level of the system.
    let type: ResourceType?
    /// nil unless it is called on an instance.
    let id: String?
    let request: FHIRRequest
    let configuration: ServerConfiguration

    /// What was sent along, read and checked by the operation's parameters.
    func input() throws -> OperationInput { try OperationInput(self) }

    /// `$expand?url=…`, for the audit.
    var query: String {
        let query = request.call.query
        return "$\(operation.name)" + (query.isEmpty ? "" : "?\(query)")
    }
}

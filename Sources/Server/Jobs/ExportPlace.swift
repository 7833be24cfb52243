import FHIR

/// Where `$export` is asked: of the whole record, of patients, of a group.
enum ExportPlace: Sendable, Equatable {
    case system
    case patient
    case group(String)

    init(_ call: OperationCall) {
        switch (call.type, call.id) {
        case (.group?, let id?): self = .group(id)
        case (.patient?, _): self = .patient
        default: self = .system
        }
    }

    var type: ResourceType? {
        switch self {
        case .system: nil
        case .patient: .patient
        case .group: .group
        }
    }

    var id: String? { if case .group(let id) = self { id } else { nil } }

    /// Below the base.
    var path: String {
        let name = "$" + ExportOperations.name
        return switch self {
        case .system: name
        case .patient: "Patient/\(name)"
        case .group(let id): "Group/\(id)/\(name)"
        }
    }
}

/// `$export` in the table of operations.
enum ExportOperations {
    static let name = "export"

    static let all: [Operation] = [
        operation("export", types: [], .system, parameters),
        operation("patient-export", types: [.patient], .type, parameters + [patient]),
        operation("group-export", types: [.group], .instance, parameters + [patient]),
    ]

    private static func operation(
        _ definition: String, types: [ResourceType], _ level: Operation.Level, _ parameters: [Operation.Parameter]
    ) -> Operation {
        Operation(
            name: name, definition: "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/" + definition, types: types,
            levels: [level], affectsState: false, parameters: parameters,
            perform: { try await $0.export(ExportPlace($1), $1.request) })
    }

    private static let parameters: [Operation.Parameter] = [
        .init("_outputFormat", "string"), .init("_since", "instant"), .init("_until", "instant"),
        .init("_type", "string", isRepeated: true), .init("_typeFilter", "string", isRepeated: true),
        .init("_elements", "string", isRepeated: true),
    ]
    private static let patient = Operation.Parameter("patient", "Reference", isRepeated: true)
}

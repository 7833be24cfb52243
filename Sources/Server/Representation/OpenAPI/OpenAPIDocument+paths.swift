import Exchange
import FHIR
import NIOHTTP1
import Store

extension OpenAPIDocument {
    private typealias Verb = OpenAPIOperation
    private typealias Reply = OpenAPIOperation.Answer

    func paths() -> [OpenAPIPath] {
        systemPaths + Self.types.flatMap { typePaths($0) } + jobPaths
    }

    private static let results = ["_sort", "_count", "_include", "_revinclude", "_summary", "_elements", "_total"]
    private static let formats = ["_format", "_pretty"]
    private static let version = ["ETag", "Last-Modified"]

    /// The common search parameters that a type knows.
    private static func common(_ type: ResourceType?) -> [String] {
        // AuditEvents are searched in two places, and only by what both know.
        (type == .auditEvent ? Array(Offered.commonParameters.prefix(2)) : Offered.commonParameters).map(\.name)
    }

    // MARK: The whole system

    private var systemPaths: [OpenAPIPath] {
        let tag = Self.systemTag
        let found = Reply("200", "A searchset", .resource("Bundle"))
        let later = Reply("202", "With Prefer: respond-async", headers: ["Content-Location"])
        let histories = Reply("200", "A history", .resource("Bundle"))
        var base: [Verb] = []
        if offers(.searchSystem) {
            base.append(
                Verb(
                    method: "get", id: "searchSystem", tag: tag, summary: "Search in several types, or all",
                    shared: ["_type"] + Self.common(nil) + Self.results + Self.formats + ["Prefer"],
                    answers: [found, later]))
        }
        base.append(
            Verb(
                method: "post", id: "transaction", tag: tag,
                summary: "A transaction, all of it or nothing, or a batch", shared: ["Prefer"],
                body: .resource("Bundle"), answers: [Reply("200", "What became of each entry", .resource("Bundle"))]))
        var paths = [
            OpenAPIPath(path: "/", operations: base),
            OpenAPIPath(
                path: "/metadata",
                operations: [
                    Verb(
                        method: "get", id: "capabilities", tag: tag, summary: "What the server can do",
                        shared: Self.formats,
                        answers: [Reply("200", "The CapabilityStatement", .resource("CapabilityStatement"))])
                ]),
            OpenAPIPath(
                path: "/OpenAPI",
                operations: [
                    Verb(
                        method: "get", id: "openAPI", tag: tag, summary: "This document",
                        answers: [Reply("200", "OpenAPI 3.0", .document)])
                ]),
        ]
        if offers(.searchSystem) {
            paths.append(
                OpenAPIPath(
                    path: "/_search",
                    operations: [
                        Verb(
                            method: "post", id: "searchSystemForm", tag: tag,
                            summary: "The same search, its parameters in the body", shared: ["Prefer"], body: .form,
                            answers: [found, later])
                    ]))
        }
        if offers(.historySystem) {
            paths.append(
                OpenAPIPath(
                    path: "/_history",
                    operations: [
                        Verb(
                            method: "get", id: "historySystem", tag: tag, summary: "What changed, newest first",
                            shared: ["_since", "_count"] + Self.formats + ["Prefer"], answers: [histories, later])
                    ]))
        }
        return paths + OperationTable.ofSystem.map { operation in self.path(operation, .system, nil) }
    }

    private func offers(_ interaction: AuditInteraction) -> Bool { Offered.systemInteractions.contains(interaction) }

    private func offers(_ interaction: AuditInteraction, _ type: ResourceType) -> Bool {
        Offered.interactions.contains(interaction) && permits(interaction, type)
            && Exchange.offers(interaction, type)
    }

    // MARK: A type

    private func typePaths(_ type: ResourceType) -> [OpenAPIPath] {
        let name = type.name
        var paths = [
            OpenAPIPath(path: "/\(name)", operations: typeLevel(type)),
            OpenAPIPath(path: "/\(name)/{id}", operations: instanceLevel(type)),
        ]
        if offers(.searchType, type) {
            paths.append(
                OpenAPIPath(
                    path: "/\(name)/_search",
                    operations: [
                        Verb(
                            method: "post", id: "search\(name)Form", tag: name,
                            summary: "The same search, its parameters in the body", shared: ["Prefer"], body: .form,
                            answers: [
                                Reply("200", "A searchset", .resource("Bundle")),
                                Reply("202", "With Prefer: respond-async", headers: ["Content-Location"]),
                            ])
                    ]))
        }
        if offers(.historyType, type) {
            paths.append(
                OpenAPIPath(path: "/\(name)/_history", operations: [history("history\(name)s", type, [])]))
        }
        if offers(.historyInstance, type) {
            paths.append(
                OpenAPIPath(path: "/\(name)/{id}/_history", operations: [history("history\(name)", type, ["id"])]))
        }
        if offers(.vread, type) {
            paths.append(
                OpenAPIPath(
                    path: "/\(name)/{id}/_history/{vid}",
                    operations: [
                        Verb(
                            method: "get", id: "vread\(name)", tag: name, summary: "One version",
                            shared: ["id", "vid"] + Self.formats,
                            answers: [Reply("200", "The version", .resource(name), headers: Self.version)])
                    ]))
        }
        for operation in OperationTable.offered(by: type, permits) {
            for level in [Operation.Level.type, .instance] where operation.levels.contains(level) {
                paths.append(path(operation, level, type))
            }
        }
        return paths
    }

    private func history(_ id: String, _ type: ResourceType, _ places: [String]) -> Verb {
        Verb(
            method: "get", id: id, tag: type.name, summary: "What changed, newest first",
            shared: places + ["_since", "_count"] + Self.formats + ["Prefer"],
            answers: [Reply("200", "A history", .resource("Bundle"))])
    }

    private func typeLevel(_ type: ResourceType) -> [Verb] {
        let name = type.name
        var verbs: [Verb] = []
        if offers(.searchType, type) {
            let results = type == .auditEvent ? ["_count", "_summary"] : Self.results
            verbs.append(
                Verb(
                    method: "get", id: "search\(name)", tag: name, summary: "Search",
                    shared: Self.common(type) + results + Self.formats + ["Prefer"],
                    parameters: own(type),
                    answers: [
                        Reply("200", "A searchset", .resource("Bundle")),
                        Reply("202", "With Prefer: respond-async", headers: ["Content-Location"]),
                    ]))
        }
        if offers(.create, type) {
            verbs.append(
                Verb(
                    method: "post", id: "create\(name)", tag: name, summary: "Create",
                    shared: (Offered.conditionalCreate ? ["If-None-Exist"] : []) + ["Prefer"] + Self.formats,
                    body: .resource(name),
                    answers: [
                        Reply("201", "Made", .resource(name), headers: ["Location"] + Self.version),
                        Reply("200", "There was one already", .resource(name), headers: Self.version),
                    ]))
        }
        if Offered.conditionalUpdate, offers(.update, type) {
            verbs.append(
                Verb(
                    method: "put", id: "conditionalUpdate\(name)", tag: name,
                    summary: "Update what the criteria find, or create", shared: ["If-Match", "Prefer"],
                    parameters: own(type), body: .resource(name),
                    answers: [
                        Reply("200", "Changed", .resource(name), headers: Self.version),
                        Reply("201", "Made", .resource(name), headers: ["Location"] + Self.version),
                    ]))
            verbs.append(
                Verb(
                    method: "patch", id: "conditionalPatch\(name)", tag: name,
                    summary: "Change a part of what the criteria find", shared: ["If-Match", "Prefer"],
                    parameters: own(type), body: .patch("Parameters"),
                    answers: [Reply("200", "Changed", .resource(name), headers: Self.version)]))
        }
        if offers(.delete, type) {
            verbs.append(
                Verb(
                    method: "delete", id: "conditionalDelete\(name)", tag: name,
                    summary: "Delete what the criteria find", parameters: own(type),
                    answers: [Reply("200", "Deleted", .resource("OperationOutcome")), Reply("204", "Deleted")]))
        }
        return verbs
    }

    /// The search parameters of a type.
    private func own(_ type: ResourceType) -> [OpenAPIOperation.Parameter] {
        parameters(type).map { parameter in
            .init(
                name: parameter.code, place: .query, description: "\(parameter.kind), \(parameter.url)",
                isRepeated: true)
        }
    }

    private func instanceLevel(_ type: ResourceType) -> [Verb] {
        let name = type.name
        var verbs: [Verb] = []
        if offers(.read, type) {
            verbs.append(
                Verb(
                    method: "get", id: "read\(name)", tag: name, summary: "Read",
                    shared: ["id", "If-None-Match", "_summary", "_elements"] + Self.formats,
                    answers: [
                        Reply("200", "The current version", .resource(name), headers: Self.version),
                        Reply("304", "It is still the version that is known"), Reply("410", "It was deleted"),
                    ]))
        }
        if offers(.update, type) {
            verbs.append(
                Verb(
                    method: "put", id: "update\(name)", tag: name, summary: "Update, or create with this id",
                    shared: ["id", "If-Match", "If-None-Match", "Prefer"] + Self.formats, body: .resource(name),
                    answers: [
                        Reply("200", "Changed", .resource(name), headers: Self.version),
                        Reply("201", "Made", .resource(name), headers: ["Location"] + Self.version),
                    ]))
        }
        if offers(.patch, type) {
            verbs.append(
                Verb(
                    method: "patch", id: "patch\(name)", tag: name, summary: "Change a part",
                    shared: ["id", "If-Match", "Prefer"] + Self.formats, body: .patch("Parameters"),
                    answers: [Reply("200", "Changed", .resource(name), headers: Self.version)]))
        }
        if offers(.delete, type) {
            verbs.append(
                Verb(
                    method: "delete", id: "delete\(name)", tag: name, summary: "Delete", shared: ["id", "If-Match"],
                    answers: [
                        Reply("200", "Deleted", .resource("OperationOutcome")), Reply("204", "Deleted, or not there"),
                    ]))
        }
        return verbs
    }

    // MARK: Operations

    private func path(_ operation: Operation, _ level: Operation.Level, _ type: ResourceType?) -> OpenAPIPath {
        let place =
            switch level {
            case .system: ""
            case .type: "/\(type?.name ?? "")"
            case .instance: "/\(type?.name ?? "")/{id}"
            }
        return OpenAPIPath(
            path: "\(place)/$\(operation.name)",
            operations: operation.methods(at: level).map { verb(operation, level, type, $0) })
    }

    private func verb(
        _ operation: Operation, _ level: Operation.Level, _ type: ResourceType?, _ method: HTTPMethod
    ) -> Verb {
        let isPost = method == .POST
        let isExport = operation.name == ExportOperations.name
        let words = operation.name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        let done =
            isExport
            ? Reply("202", "Taken on", headers: ["Content-Location"])
            : Reply("200", "What came of it", .resource("Resource"))
        var shared = level == .instance ? ["id"] : []
        shared += isExport ? ["respond-async"] : Self.formats
        return Verb(
            method: isPost ? "post" : "get",
            id: "\(isPost ? "perform" : "get")\(words)\(type?.name ?? "")\(level == .instance ? "Instance" : "")",
            tag: type?.name ?? Self.systemTag, summary: "$\(operation.name) (\(operation.definition))",
            shared: shared,
            parameters: operation.parameters.filter(\.isPrimitive).map { parameter in
                .init(
                    name: parameter.name, place: .query, description: parameter.type,
                    isRepeated: parameter.isRepeated)
            },
            body: isPost ? .resource("Parameters") : nil, needsBody: false, answers: [done])
    }

    // MARK: Background jobs

    private var jobPaths: [OpenAPIPath] {
        let tag = Self.systemTag
        return [
            OpenAPIPath(
                path: "/\(JobURL.folder)/{job}",
                operations: [
                    Verb(
                        method: "get", id: "job", tag: tag, summary: "What became of a background job", shared: ["job"],
                        answers: [
                            Reply("202", "Not yet complete", headers: ["X-Progress", "Retry-After"]),
                            Reply(
                                "200", "The manifest of an export, or a batch-response", .manifest, headers: ["Expires"]
                            ),
                        ]),
                    Verb(
                        method: "delete", id: "removeJob", tag: tag, summary: "End it, and remove what it made",
                        shared: ["job"], answers: [Reply("202", "Removed")]),
                ]),
            OpenAPIPath(
                path: "/\(JobURL.folder)/{job}/{file}",
                operations: [
                    Verb(
                        method: "get", id: "jobFile", tag: tag, summary: "A file of an export",
                        shared: ["job", "file", "Range"],
                        answers: [
                            Reply("200", "Resources, a line each", .lines, headers: ["ETag", "Expires"]),
                            Reply("206", "The part that was asked for", .lines, headers: ["Content-Range"]),
                        ])
                ]),
        ]
    }
}

import FHIR
import NIOHTTP1
import Testing

/// Tries everything that the capability statement claims, of every type.
@Suite("The capability statement's claims")
struct CapabilityWalkTests {
    private func rest() async throws -> JSONNode {
        try #require(try await House.client.get("metadata").json?.at("rest.0"))
    }

    private func names(_ node: JSONNode, _ list: String, _ member: String) -> [String] {
        node[list]?.elements.compactMap { $0[member]?.string } ?? []
    }

    /// Runs `body` for each type, some at a time.
    private func forEachType(_ body: @escaping @Sendable (_ type: String, JSONNode) async throws -> Void) async throws {
        let resources = Array(try await rest().elements("resource"))
        #expect(resources.count > 140)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, resource) in resources.enumerated() {
                if index >= 6 { try await group.next() }
                let type = try #require(resource["type"]?.string)
                group.addTask { try await body(type, resource) }
            }
            try await group.waitForAll()
        }
    }

    /// Whether an answer is about what was asked, and does not say that there is no such thing.
    private func isOffered(_ reply: Reply) -> Bool {
        ![405, 501, 500].contains(reply.status) && reply["issue.0.code"] != "not-supported"
    }

    private func attempt(_ interaction: String, _ type: String) async throws -> Reply {
        let client = try await House.client
        let id = unique("none")
        switch interaction {
        case "read": return try await client.get("\(type)/\(id)")
        case "vread": return try await client.get("\(type)/\(id)/_history/1")
        case "history-instance": return try await client.get("\(type)/\(id)/_history")
        case "history-type": return try await client.get("\(type)/_history?_count=1")
        case "search-type": return try await client.get("\(type)?_count=1")
        case "create": return try await client.post(type, "{}")
        case "update": return try await client.put("\(type)/\(id)", "{}")
        case "patch":
            return try await client.send(
                .PATCH, "\(type)/\(id)", body: Array("[]".utf8), ["Content-Type": "application/json-patch+json"])
        case "delete": return try await client.delete("\(type)/\(id)")
        case "search-system": return try await client.get("?_count=1")
        case "history-system": return try await client.get("_history?_count=1")
        case "transaction", "batch": return try await client.post("", Sample.bundle(interaction, []))
        default:
            Testing.Issue.record("nobody knows how to try \(interaction)")
            return try await client.get("metadata")
        }
    }

    @Test("interactions that a type lists are there, and others are not")
    func interactions() async throws {
        let known = [
            "read", "vread", "history-instance", "history-type", "search-type", "create", "update", "patch", "delete",
        ]
        try await forEachType { type, resource in
            let listed = Set(names(resource, "interaction", "code"))
            for interaction in known {
                let reply = try await attempt(interaction, type)
                #expect(isOffered(reply) == listed.contains(interaction), "\(interaction) of \(type): \(reply)")
            }
        }
        for interaction in names(try await rest(), "interaction", "code") {
            let reply = try await attempt(interaction, "")
            #expect(isOffered(reply) && reply.status == 200, "\(interaction): \(reply)")
        }
    }

    /// A value that a parameter can have.
    private static func value(_ kind: String, _ name: String, _ type: String) -> String? {
        switch (kind, name) {
        case ("composite", _):
            guard let type = ResourceType(type), let fact = R4.table.searchParameter(type, name) else { return nil }
            let parts = fact.components.map { component in
                value("\(R4.table.searchParameters[Int(component.parameter)].kind)", "", "")
            }
            return parts.contains(nil) ? nil : parts.compactMap(\.self).joined(separator: "$")
        case (_, "_has"): return nil
        case (_, "_filter"): return "_id%20eq%20x"
        case (_, "near"): return "1%7C2%7C3%7Ckm"
        case (_, "_type"): return "Patient"
        case (_, "_text"), (_, "_content"), ("special", _), ("token", _), ("string", _): return "x"
        case ("reference", "entity"): return "Patient/x"
        case ("reference", _): return "x"
        case ("uri", _): return "http://x.example"
        case ("date", _): return "2020"
        case ("number", _): return "1"
        case ("quantity", _): return "1%7Chttp://unitsofmeasure.org%7Cg"
        default: return nil
        }
    }

    @Test(
        "every parameter that R4 gives a type and an expression is listed, but for AuditEvent, which is searched by few"
    )
    func completeness() async throws {
        try await forEachType { type, resource in
            guard type != "AuditEvent", let known = ResourceType(type) else { return }
            let listed = Set(names(resource, "searchParam", "name"))
            let given = R4.table.searchParameters(for: known).filter { !$0.expression.isEmpty }.map(\.code)
            #expect(Set(given).subtracting(listed).isEmpty, "\(type)")
            #expect(listed.isSuperset(of: ["_id", "_lastUpdated", "_content", "_filter", "_has", "_list"]), "\(type)")
        }
    }

    @Test("every search parameter that is listed can be searched by, also for resources without it")
    func parameters() async throws {
        let client = try await House.client
        try await forEachType { type, resource in
            #expect(resource.elements("searchParam").first != nil)
            for parameter in resource.elements("searchParam") {
                let name = try #require(parameter["name"]?.string)
                let kind = try #require(parameter["type"]?.string)
                #expect(parameter["documentation"]?.string?.isEmpty == false)
                guard name != "_has" else {
                    let reply = try await client.get("\(type)?_has:List:item:_id=x&_count=1")
                    #expect(reply.status == 200, "\(type)?_has: \(reply)")
                    continue
                }
                let value = try #require(Self.value(kind, name, type), "\(type)?\(name) of kind \(kind)")
                let reply = try await client.get("\(type)?\(name)=\(value)&_count=1")
                #expect(reply.status == 200, "\(type)?\(name)=\(value): \(reply)")
                let said = parameter["documentation"]?.string ?? ""
                if said.contains(":missing") {
                    let missing = try await client.get("\(type)?\(name):missing=true&_id=x")
                    #expect(missing.status == 200, "\(type)?\(name):missing: \(missing)")
                }
            }
        }
        for parameter in try await rest().elements("searchParam") {
            let name = try #require(parameter["name"]?.string)
            guard let value = Self.value(parameter["type"]?.string ?? "", name, "") else { continue }
            let reply = try await client.get("?\(name)=\(value)&_count=1")
            #expect(reply.status == 200, "?\(name)=\(value): \(reply)")
        }
    }

    @Test("everything that is listed to be included can be")
    func includes() async throws {
        let client = try await House.client
        try await forEachType { type, resource in
            for (list, name) in [("searchInclude", "_include"), ("searchRevInclude", "_revinclude")] {
                var rest = resource[list]?.elements.compactMap(\.string)[...] ?? []
                while !rest.isEmpty {
                    let query = rest.prefix(50).map { "\(name)=\($0)" }.joined(separator: "&")
                    rest = rest.dropFirst(50)
                    let reply = try await client.get("\(type)?_id=none&\(query)")
                    #expect(reply.status == 200, "\(type)?\(query): \(reply)")
                    #expect(!reply.diagnostics.contains("includes nothing"), "\(type)?\(query): \(reply)")
                }
            }
        }
    }

    @Test("operations, compartments, formats and patch formats that are listed are there")
    func others() async throws {
        let client = try await House.client
        let rest = try await rest()
        let parameters = #"{"resourceType":"Parameters"}"#
        for name in names(rest, "operation", "name") {
            let reply = try await client.post("$\(name)", parameters)
            #expect(isOffered(reply), "$\(name): \(reply)")
        }
        try await forEachType { type, resource in
            for name in names(resource, "operation", "name") {
                let reply = try await client.post("\(type)/$\(name)", parameters)
                let instance = try await client.post("\(type)/none/$\(name)", parameters)
                #expect(isOffered(reply) || isOffered(instance), "\(type)/$\(name): \(reply) \(instance)")
            }
        }
        let compartments = rest.elements("compartment").compactMap(\.string)
        #expect(compartments.count == 5)
        for url in compartments {
            let name = try #require(url.split(separator: "/").last)
            let reply = try await client.get("\(name.prefix(1).uppercased())\(name.dropFirst())/none/*?_count=1")
            #expect(reply.status == 200, "\(url): \(reply)")
        }
        let statement = try #require(try await client.get("metadata").json)
        for format in statement.elements("format").compactMap(\.string) {
            let reply = try await client.get("Patient?_id=none&_format=\(format.replacing("+", with: "%2B"))")
            #expect(reply.status == 200, "\(format)")
            #expect(reply.header("Content-Type")?.contains(format.contains("xml") ? "xml" : "json") == true)
        }
        for format in statement.elements("patchFormat").compactMap(\.string) {
            let reply = try await client.send(.PATCH, "Patient/none", body: Array("x".utf8), ["Content-Type": format])
            #expect(reply.status == 400, "\(format): \(reply)")
        }
    }

    @Test("conditional interactions are there as far as they are claimed")
    func conditionals() async throws {
        let client = try await House.client
        let patient = try #require(
            try await rest().elements("resource").first { $0["type"]?.string == "Patient" })
        let query = "Patient?identifier=\(unique())"
        let update = try await client.put(query, Sample.patient())
        #expect((update.status == 201) == (patient["conditionalUpdate"]?.bool == true), "\(update)")
        let delete = try await client.delete(query)
        #expect((delete.status == 204) == (patient["conditionalDelete"]?.string != "not-supported"), "\(delete)")
        let created = try await client.post(
            "Patient", Sample.patient(), ["If-None-Exist": "identifier=\(unique())"])
        #expect((created.status == 201) == (patient["conditionalCreate"]?.bool == true))
        let read = try await client.get("Patient/\(created.id)", ["If-None-Match": #"W/"1""#])
        #expect((read.status == 304) == (patient["conditionalRead"]?.string == "full-support"))
    }
}

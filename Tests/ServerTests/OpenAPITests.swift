import FHIR
import Testing

@testable import Server

@Suite("The OpenAPI document")
struct OpenAPITests {
    @Test("it names every path that the CapabilityStatement claims, and nothing that is refused")
    func paths() async throws {
        let client = try await House.client
        let reply = try await client.get("OpenAPI")
        #expect(reply.status == 200)
        #expect(reply.header("Content-Type")?.hasPrefix("application/json") == true)
        #expect(reply["openapi"] == "3.0.3")
        #expect(reply["servers.0.url"] == client.base)
        #expect(try await client.get("OpenAPI.json").body == reply.body)
        let paths = try #require(reply.json?["paths"])
        let statement = try await client.get("metadata")
        let rest = try #require(statement.json?.at("rest.0"))
        var expected: Set<String> = []
        for resource in rest.elements("resource") {
            let type = try #require(resource["type"]?.string)
            for interaction in resource.elements("interaction") {
                switch interaction["code"]?.string {
                case "read": expected.insert("get /\(type)/{id}")
                case "vread": expected.insert("get /\(type)/{id}/_history/{vid}")
                case "update": expected.insert("put /\(type)/{id}")
                case "patch": expected.insert("patch /\(type)/{id}")
                case "delete": expected.insert("delete /\(type)/{id}")
                case "create": expected.insert("post /\(type)")
                case "search-type": expected.formUnion(["get /\(type)", "post /\(type)/_search"])
                case "history-type": expected.insert("get /\(type)/_history")
                case "history-instance": expected.insert("get /\(type)/{id}/_history")
                default: Testing.Issue.record("\(type) \(interaction.source)")
                }
            }
            let names = Set(parameters(of: paths["/\(type)"]?["get"], reply))
            for parameter in resource.elements("searchParam") {
                let name = try #require(parameter["name"]?.string)
                #expect(names.contains(name), "\(type) \(name)")
            }
        }
        var found: Set<String> = []
        for (path, verbs) in paths.members {
            for (verb, _) in verbs.members { found.insert("\(verb.string) \(path.string)") }
        }
        #expect(expected.subtracting(found).isEmpty)
        #expect(expected.count > 1000)
        for operation in rest.elements("operation") {
            let path = "/$" + (operation["name"]?.string ?? "")
            #expect(found.contains("get \(path)") || found.contains("post \(path)"), "\(path)")
        }
        #expect(
            found.isSuperset(of: ["get /Patient/$export", "get /Group/{id}/$export", "get /_jobs/{job}", "post /"]))
        // What nobody may is not described.
        #expect(!found.contains("put /AuditEvent/{id}"))
        #expect(!found.contains { $0.contains("/Parameters") })
    }

    @Test("every reference leads somewhere, every operation has a name of its own, and every {place} is described")
    func soundness() async throws {
        let reply = try await House.client.get("OpenAPI")
        let root = try #require(reply.json)
        let references = Set(reply.text.matches(of: /"\$ref":"#\/([^"]+)"/).map { String($0.1) })
        #expect(references.count > 100)
        for reference in references {
            var node: JSONNode? = root
            for part in reference.split(separator: "/") { node = node?[String(part)] }
            #expect(node != nil, "\(reference)")
        }
        var ids: Set<String> = []
        for (path, verbs) in try #require(root["paths"]).members {
            let places = path.string.matches(of: /\{([a-z]+)\}/).map { String($0.1) }
            for (verb, operation) in verbs.members {
                let id = try #require(operation["operationId"]?.string)
                #expect(ids.insert(id).inserted, "\(id) twice")
                let described = parameters(of: operation, reply, at: "path")
                #expect(described.sorted() == places.sorted(), "\(verb.string) \(path.string)")
                let all = parameters(of: operation, reply, at: "query")
                #expect(Set(all).count == all.count, "\(path.string): a parameter stands twice")
            }
        }
    }

    private func parameters(of operation: JSONNode?, _ reply: Reply, at place: String = "query") -> [String] {
        guard let operation else { return [] }
        return operation.elements("parameters").compactMap { parameter in
            var node: JSONNode? = parameter
            if let reference = parameter["$ref"]?.string, let name = reference.split(separator: "/").last {
                node = reply.json?["components"]?["parameters"]?[String(name)]
            }
            return node?["in"]?.string == place ? node?["name"]?.string : nil
        }
    }
}

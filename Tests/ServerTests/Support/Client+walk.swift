import FHIR
import Testing

extension Client {
    /// Creates a resource and answers its id.
    func make(_ type: String, _ json: String, at place: SourceLocation = #_sourceLocation) async throws -> String {
        let reply = try await post(type, json)
        try #require(reply.status == 201, "\(reply)", sourceLocation: place)
        return reply.id
    }

    /// Every page from `path` on, by the `next` links.
    func pages(_ path: String, limit: Int = 100, at place: SourceLocation = #_sourceLocation) async throws -> [Reply] {
        var pages: [Reply] = []
        var next: String? = path
        while let url = next {
            let page = try await get(url)
            try #require(page.status == 200, "\(url): \(page)", sourceLocation: place)
            pages.append(page)
            try #require(pages.count <= limit, "the pages of \(path) do not end", sourceLocation: place)
            next = page.link("next")
        }
        return pages
    }

    /// Expects that a search, with all its pages, finds exactly these, each once.
    func expect(
        _ query: String, finds ids: [String], at place: SourceLocation = #_sourceLocation
    ) async throws {
        let reply = try await get(query)
        guard reply.status == 200 else {
            Issue.record("\(query): \(reply)", sourceLocation: place)
            return
        }
        let found = try await pages(query, at: place).flatMap { $0.ids(mode: "match") }
        #expect(found.sorted() == ids.sorted(), "\(query)", sourceLocation: place)
    }
}

extension Reply {
    /// The ids of a searchset's entries that are there for this reason.
    func ids(mode: String) -> [String] {
        entries.filter { $0.at("search.mode")?.string == mode }.compactMap { $0.at("resource.id")?.string }
    }

    /// `Patient/1` of a searchset's entries that are there for this reason.
    func references(mode: String) -> [String] {
        entries.filter { $0.at("search.mode")?.string == mode }.compactMap { entry in
            guard let type = entry.at("resource.resourceType")?.string, let id = entry.at("resource.id")?.string else {
                return nil
            }
            return "\(type)/\(id)"
        }
    }

    /// Whether the resource says that it is not whole.
    var isSubsetted: Bool { json?.at("meta")?.elements("tag").contains { $0["code"]?.string == "SUBSETTED" } ?? false }
}

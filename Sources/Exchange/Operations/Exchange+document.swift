import FHIR
import Store

/// A composition with all that it refers to.
public struct CompositionDocument: Sendable {
    public let composition: StoredVersion
    /// In the order in which the composition names them, each once.
    public let resources: [StoredVersion]
}

extension Exchange {
    /// What a document of a composition holds (R4 composition-operation-document): the composition, and the resources that
    /// it refers to. Audited by the caller.
    ///
    /// - Parameter bases: absolute references below them are the server's own.
    /// - Throws: 422 with the references to resources that are not there: a document without them would look whole.
    public func document(_ id: String, bases: [String], origin: Origin) async throws(Problem) -> CompositionDocument {
        let composition = try await read(.composition, id, origin: origin)
        guard let content = composition.content, let parsed = try? JSONDocument.parse(content) else {
            throw Problem(.internalError, .exception, "Composition/\(id) cannot be read.")
        }
        var wanted: [(type: ResourceType, id: String)] = []
        var seen: Set<String> = []
        for text in ReferenceScan.references(in: parsed.root) {
            // What is elsewhere cannot be fetched; its absolute reference stays good.
            guard let query = try? SearchQueryValue.ReferenceQuery(parsing: text[...]),
                case .local(let type, let id, _) = query.resolved(against: bases),
                seen.insert("\(type)/\(id)").inserted
            else { continue }
            wanted.append((type, id))
        }
        var found: [String: StoredVersion] = [:]
        for type in Set(wanted.map(\.type)).sorted() {
            let ids = wanted.filter { $0.type == type }.map(\.id)
            for page in try await all(type, ids) { found["\(type)/\(page.id)"] = page }
        }
        let missing = wanted.filter { found["\($0.type)/\($0.id)"] == nil }
        guard missing.isEmpty else {
            throw Problem(
                .unprocessable,
                missing.map {
                    Issue(
                        .notFound,
                        "Composition/\(id) refers to \($0.type)/\($0.id), which is not there: the document would not be whole.",
                        at: "Composition")
                })
        }
        return CompositionDocument(
            composition: composition, resources: wanted.compactMap { found["\($0.type)/\($0.id)"] })
    }

    private func all(_ type: ResourceType, _ ids: [String]) async throws(Problem) -> [StoredVersion] {
        do {
            return try await store.search(
                SearchRequest(types: [type], expression: .id(ids), count: ids.count)
            ).matches
        } catch {
            throw Problem(error)
        }
    }
}

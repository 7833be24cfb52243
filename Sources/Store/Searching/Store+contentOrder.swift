import FHIR
import Postgres

extension Store {
    /// Of more matches than these the codes are not read one by one.
    static let contentOrderLimit = 10_000

    private static let manyCodes = Statement(
        "select param from search_text where kind = 4 and param = any($1)", [.int4Array])

    /// Codes of which there are too many to keep their texts, such as identifiers, are read from the matches themselves
    /// where the order asks for them.
    func orderByContent(_ search: inout PreparedSearch) async throws {
        guard !search.predicate.isNone else { return }
        for (index, order) in search.order.enumerated() {
            guard case .text(let parameters, .code) = order.key else { continue }
            let many = try await reads.run([Query(Self.manyCodes, [.int4Array(parameters)])])
            guard !many[0].isEmpty else { continue }
            let texts = try await codes(of: search, parameters, highest: order.isDescending)
            search.order[index] = SearchOrder(key: .given(texts), isDescending: order.isDescending)
        }
    }

    private func codes(
        of search: PreparedSearch, _ parameters: [Int32], highest: Bool
    ) async throws -> [Int64: String] {
        let query = SearchSQL.contents(search, limit: Self.contentOrderLimit + 1)
        let rows = try await searches.withConnection { try await $0.query(query) }
        guard rows.count <= Self.contentOrderLimit else {
            throw StoreError.refusedOrder(limit: Self.contentOrderLimit)
        }
        let extractor = extractor
        var texts: [Int64: String] = [:]
        for row in rows {
            guard let type = ResourceType(code: try row.int2(1)), let content = try row.optionalBytes(2) else {
                continue
            }
            let document = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max))
            let codes = extractor.entries(of: document, type: type).compactMap { entry -> String? in
                guard case .token(_, let code) = entry.value, !code.isEmpty,
                    parameters.contains(Indexer.parameter(type, entry.parameter))
                else { return nil }
                return CodeCase.folded(code)
            }
            let ordered = codes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            texts[try row.int8(0)] = highest ? ordered.last : ordered.first
        }
        return texts
    }
}

extension StoreError {
    static func refusedOrder(limit: Int) -> StoreError {
        .tooLarge(
            "more than \(limit) resources match, too many to be sorted by a parameter with this many codes; make the search "
                + "narrower or sort by another parameter")
    }
}

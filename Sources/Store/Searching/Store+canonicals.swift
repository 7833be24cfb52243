import FHIR
import Postgres

// Canonical references: https://hl7.org/fhir/R4/references.html#canonical
extension Store {
    /// The canonicals by which resources of a type that fulfil an expression name others: few, whoever uses them.
    func named(
        by parameter: SearchParameterFact, of source: ResourceType, that expression: SearchExpression,
        _ context: Following
    ) async throws -> [Canonical] {
        let search = try await prepared(
            SearchRequest(types: [source], expression: expression, count: 1), now: context.now, at: context.moment)
        guard !search.predicate.isNone else { return [] }
        let numbers = Indexer.parameters(source, parameter.id)
        let limit = Self.canonicalLimit + 1
        let rows = try await looking([source], context.moment) { connection, hasChanged in
            var sql = SearchSQL(hasChanged ? .asOf : .current)
            let type = sql.binder.bind(.int2(source.code), .int2)
            let filter = sql.filter(search.predicate, [source], on: "s")
            let (x, y) = (SearchSQL.numbers(numbers, of: "x"), SearchSQL.numbers(numbers, of: "y"))
            return try await connection.query(
                sql.query(
                    """
                    select distinct x.text from search_text x where \(x) and x.kind = 2 and exists (
                        select from \(sql.tables.search) s
                        where s.type = \(type) and s.terms @> array[x.term] and \(filter)
                            and (strpos(x.text, '|') > 0 or not exists (
                                select from search_text y where \(y) and y.kind = 2 and y.term = any(s.terms)
                                    and starts_with(y.text, x.text || '|')))
                        offset 0)
                    limit \(limit)
                    """, prepared: false))
        }
        guard rows.count < limit else { throw StoreError.tooManyCanonicals(limit: Self.canonicalLimit) }
        return try rows.map { Canonical(indexed: try $0.text(0)) }
    }
}

extension SearchExtractor {
    /// How a parameter leads to others, of one of the types; empty: of any.
    func leads(_ parameter: SearchParameterFact, ofAny types: [ResourceType]) -> (byName: Bool, byURL: Bool) {
        (types.isEmpty ? ResourceType.all : types).filter(parameter.applies).reduce((false, false)) { sum, type in
            let own = leads(parameter, of: type)
            return (sum.0 || own.byName, sum.1 || own.byURL)
        }
    }
}

extension SearchCompiler {
    /// Whether a reference parameter holds canonical urls and nothing else.
    func leadsByURL(_ parameter: SearchParameterFact, _ types: [ResourceType]) -> Bool {
        let leads = extractor.leads(parameter, ofAny: types)
        return leads.byURL && !leads.byName
    }
}

extension Canonical {
    /// As ``FHIR/SearchExtractor`` tells it: what follows the first bar is the version.
    init(indexed text: String) {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(url: String(parts[0]), version: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// What has this url, and the version where one is named: for each of the types that know urls.
    func meant(of types: [ResourceType]) -> [SearchExpression] {
        let types = types.isEmpty ? ResourceType.all : types
        return types.compactMap { type in
            guard let parameter = R4.table.searchParameter(type, "url"), parameter.kind == .uri else { return nil }
            var parts: [SearchExpression] = [.value(parameter, .uri(url))]
            if let version {
                guard let parameter = R4.table.searchParameter(type, "version") else { return nil }
                parts.append(.value(parameter, .token(.init(system: .any, code: version))))
            }
            if types.count > 1 { parts.append(.type([type])) }
            return .and(parts)
        }
    }
}

extension StoredVersion {
    /// By which canonicals lead to it; nil where it has no url.
    var canonical: Canonical? {
        get throws {
            guard let content else { return nil }
            let root = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)).root
            return root["url"]?.string.map { Canonical(url: $0, version: root["version"]?.string) }
        }
    }
}

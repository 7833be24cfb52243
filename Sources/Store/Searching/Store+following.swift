import FHIR
import Postgres

// What chains ask that no index joins: https://hl7.org/fhir/R4/search.html#chaining
extension Store {
    /// How many resources, or urls, are followed in one step of a chain.
    static let canonicalLimit = 1000

    /// The same request, with what no index joins looked up: what chains and `_has` ask behind canonical urls, and what
    /// chains ask of contained resources. Definitions are few, and so are resources that contain others.
    ///
    /// A canonical with a version leads to what has its url and version, one without to all that have its url.
    func following(_ request: SearchRequest, at moment: Moment, now: Int64) async throws -> SearchRequest {
        guard request.expression.asksOthers else { return request }
        let context = Following(
            moment: moment, now: now,
            containing: try await containing(request.expression.links(of: request.types), at: moment))
        var request = request
        request.expression = try await following(request.expression, of: request.types, beside: [], context)
        return request
    }

    /// What is the same for a whole expression.
    struct Following {
        let moment: Moment
        let now: Int64
        /// The terms of containers of which there are some; nil: not known.
        let containing: Set<Int64>?
    }

    /// - Parameter others: what the same resources must fulfil beside it.
    func following(
        _ expression: SearchExpression, of types: [ResourceType], beside others: [SearchExpression],
        _ context: Following
    ) async throws -> SearchExpression {
        switch expression {
        case .and(let parts):
            let plain = parts.filter { !$0.asksOthers }
            return .and(try await following(parts, of: types, beside: others + plain, context))
        case .or(let parts): return .or(try await following(parts, of: types, beside: others, context))
        case .not(let inner): return .not(try await following(inner, of: types, beside: others, context))
        case .chain(let parameter, let target, let asked):
            return try await following(parameter, target, asked, of: types, beside: others, context)
        case .has(let source, let parameter, let asked):
            let leads = leads(parameter, of: [source])
            guard leads.byURL else {
                return .has(source, parameter, try await following(asked, of: [source], beside: [], context))
            }
            let named = try await named(by: parameter, of: source, that: asked, context)
            return .or((leads.byName ? [.has(source, parameter, asked)] : []) + named.flatMap { $0.meant(of: types) })
        case .id, .type, .lastUpdated, .value, .missing, .codes, .text, .content: return expression
        }
    }

    private func following(
        _ parts: [SearchExpression], of types: [ResourceType], beside others: [SearchExpression],
        _ context: Following
    ) async throws -> [SearchExpression] {
        var all: [SearchExpression] = []
        for part in parts { all.append(try await following(part, of: types, beside: others, context)) }
        return all
    }

    private func following(
        _ parameter: SearchParameterFact, _ target: ResourceType, _ asked: SearchExpression,
        of types: [ResourceType], beside others: [SearchExpression], _ context: Following
    ) async throws -> SearchExpression {
        let leads = leads(parameter, of: types)
        var ways: [SearchExpression] = []
        if leads.byURL {
            ways += try await targets([target], asked, context, limit: Self.canonicalLimit).compactMap {
                try $0.canonical
            }.map { .value(parameter, .canonical($0)) }
        }
        guard leads.byName else { return .or(ways) }
        let link = SearchLink(parameter: parameter, target: target)
        ways += try await within(link, asked, of: types, beside: others, context)
        let chain = SearchExpression.chain(
            parameter, target, try await following(asked, of: [target], beside: [], context))
        return ways.isEmpty ? chain : .or([chain] + ways)
    }

    /// - Throws: where there are more than are followed.
    func targets(
        _ types: [ResourceType], _ asked: SearchExpression, _ context: Following, limit: Int
    ) async throws -> [StoredVersion] {
        let targets = try await found(types, asked, at: context.moment, now: context.now, limit: limit + 1)
        guard targets.count <= limit else { throw StoreError.tooManyCanonicals(limit: limit) }
        return targets
    }

    func leads(_ parameter: SearchParameterFact, of types: [ResourceType]) -> (byName: Bool, byURL: Bool) {
        extractor.leads(parameter, ofAny: types)
    }

    /// What fulfils an expression, as it was at a moment.
    func found(
        _ types: [ResourceType], _ expression: SearchExpression, at moment: Moment, now: Int64, limit: Int
    ) async throws -> [StoredVersion] {
        let search = try await prepared(
            SearchRequest(types: types, expression: expression, count: limit), now: now, at: moment)
        guard !search.predicate.isNone else { return [] }
        return try await looking(types, moment) { connection, hasChanged in
            let (text, binder) = SearchSQL.list(search, hasChanged: hasChanged, limit: limit)
            return try Self.matches(try await connection.query(PageList.versions(text, binder)))
        }
    }

    func looking<R: Sendable>(
        _ types: [ResourceType], _ moment: Moment, _ body: (Connection, _ hasChanged: Bool) async throws -> R
    ) async throws -> R {
        guard moment.isNow else { return try await withPast(types, moment, body) }
        return try await searches.withConnection { try await body($0, false) }
    }
}

extension SearchExpression {
    /// Whether it asks for other resources than those that are searched.
    var asksOthers: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains(where: \.asksOthers)
        case .not(let inner): inner.asksOthers
        case .chain, .has: true
        case .id, .type, .lastUpdated, .value, .missing, .codes, .text, .content: false
        }
    }
}

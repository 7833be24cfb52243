import FHIR
import Postgres

/// A step of a chain.
struct SearchLink: Hashable {
    let parameter: SearchParameterFact
    let target: ResourceType
}

// "A chained condition will be evaluated inside contained resources" (R4 search.html §3.1.1.5.6).
extension Store {
    private static let known = Statement(
        "select term from search_text where param = any($1) and kind = 7", [.int4Array])

    /// The terms of the containers in which links may end, as far as there are such containers; nil for a moment that has
    /// passed.
    func containing(_ links: [(types: [ResourceType], link: SearchLink)], at moment: Moment) async throws -> Set<Int64>?
    {
        guard moment.isNow else { return nil }
        let numbers = Set(
            links.flatMap { types, link in
                containers(of: link, among: types).map { Indexer.containment(link.target, in: $0) }
            })
        guard !numbers.isEmpty else { return [] }
        return try await knownContainers.value(numbers.sorted()) {
            let rows = try await reads.run([Query(Self.known, [.int4Array(numbers.sorted())])])[0]
            return Set(try rows.map { try $0.int8(0) })
        }
    }

    /// The types whose resources may hold what a link leads to.
    private func containers(of link: SearchLink, among types: [ResourceType]) -> [ResourceType] {
        (types.isEmpty ? ResourceType.all : types).filter {
            link.parameter.applies(to: $0) && extractor.leads(link.parameter, of: $0).byName
        }
    }

    /// The resources that refer, by a link's parameter, to a resource within themselves that fulfils an expression. They
    /// are found by what they contain and judged one by one.
    ///
    /// - Parameter others: what they must fulfil beside it, which leaves fewer to be judged.
    func within(
        _ link: SearchLink, _ asked: SearchExpression, of types: [ResourceType], beside others: [SearchExpression],
        _ context: Following
    ) async throws -> [SearchExpression] {
        let types = containers(of: link, among: types).filter { type in
            context.containing?.contains(indexer.containing(link.target, in: type)) ?? true
        }
        guard !types.isEmpty else { return [] }
        let asked = try await named(asked, of: link.target, context)
        var containers = try await prepared(
            SearchRequest(types: types, expression: .and(others), count: 1), now: context.now, at: context.moment)
        containers.predicate =
            SearchPredicate.and([
                .terms(types.map { indexer.containing(link.target, in: $0) }), containers.predicate,
            ]).simplified
        guard !containers.predicate.isNone else { return [] }
        let search = containers
        let found = try await looking(types, context.moment) { connection, hasChanged in
            var found: [ResourceType: [String]] = [:]
            try await forEach(of: search, hasChanged: hasChanged, on: connection) { row in
                guard let type = ResourceType(code: try row.int2(6)),
                    try leads(try row.bytes(3), type, link, to: asked, now: context.now)
                else { return }
                found[type, default: []].append(try row.text(4))
            }
            return found
        }
        return found.sorted { $0.key < $1.key }.map { .and([.type([$0.key]), .id($0.value)]) }
    }

    /// Whether a resource refers by a link's parameter to one within itself that fulfils an expression.
    private func leads(
        _ content: [UInt8], _ type: ResourceType, _ link: SearchLink, to asked: SearchExpression, now: Int64
    ) throws -> Bool {
        let document = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max))
        var meant: Set<String> = []
        for (_, contained, node) in document.root.contained where contained == link.target {
            let id = node["id"]?.string ?? ""
            let subject = SearchSubject(
                type: contained, id: id, entries: extractor.entries(of: node, type: contained), parameters: parameters)
            if try Self.holds(asked, for: subject, now: now) { meant.insert("#\(id)") }
        }
        guard !meant.isEmpty else { return false }
        // No parameter finds references into the resource itself. With names of their own they are found like others.
        var edits = JSONEdits()
        let findings = ReferenceScan.findings(in: document.root, type: type) { text, kind in
            kind == .reference && meant.contains(text)
        }
        for finding in findings { edits.replace(finding.node.index, withString: "\(link.target)/\(Self.inside)") }
        let edited = try JSONDocument.parse(
            JSONWriter.compact(document.root, edits: edits), limits: JSONLimits(maximumBytes: .max))
        return extractor.entries(of: edited, type: type).contains { entry in
            entry.parameter == link.parameter.id
                && entry.value == .reference(.local(type: link.target, id: Self.inside, version: nil))
        }
    }

    /// An id that no reference names: random, anew in each process.
    private static let inside = "within-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"

    /// What is asked of a contained resource, as far as others are asked for by their names: those that it may refer to
    /// are looked up. Nothing refers to it from elsewhere.
    private func named(
        _ expression: SearchExpression, of type: ResourceType, _ context: Following
    ) async throws -> SearchExpression {
        switch expression {
        case .and(let parts): return .and(try await named(parts, of: type, context))
        case .or(let parts): return .or(try await named(parts, of: type, context))
        case .not(let inner): return .not(try await named(inner, of: type, context))
        case .chain(let parameter, let target, let asked):
            let leads = leads(parameter, of: [type])
            return .or(
                try await targets([target], asked, context, limit: Self.canonicalLimit).flatMap { found in
                    var ways: [SearchExpression] = []
                    if leads.byName {
                        ways.append(.value(parameter, .reference(.local(type: target, id: found.id, version: nil))))
                    }
                    if leads.byURL, let canonical = try found.canonical {
                        ways.append(.value(parameter, .canonical(canonical)))
                    }
                    return ways
                })
        case .has, .text, .content: return .or([])
        case .id, .type, .lastUpdated, .value, .missing, .codes: return expression
        }
    }

    private func named(
        _ parts: [SearchExpression], of type: ResourceType, _ context: Following
    ) async throws -> [SearchExpression] {
        var all: [SearchExpression] = []
        for part in parts { all.append(try await named(part, of: type, context)) }
        return all
    }
}

extension SearchExpression {
    /// All steps of its chains, with the types from which they lead.
    func links(of types: [ResourceType]) -> [(types: [ResourceType], link: SearchLink)] {
        switch self {
        case .and(let parts), .or(let parts): parts.flatMap { $0.links(of: types) }
        case .not(let inner): inner.links(of: types)
        case .chain(let parameter, let target, let asked):
            [(types, SearchLink(parameter: parameter, target: target))] + asked.links(of: [target])
        case .has(let source, _, let asked): asked.links(of: [source])
        case .id, .type, .lastUpdated, .value, .missing, .codes, .text, .content: []
        }
    }
}

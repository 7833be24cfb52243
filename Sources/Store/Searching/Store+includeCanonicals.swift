import FHIR
import Postgres

// Includes through canonical urls: https://hl7.org/fhir/R4/references.html#canonical
extension Store {
    /// What includes that name a parameter of canonicals ask for; `*` follows references alone.
    func canonicals(
        _ includes: [SearchInclude], _ sources: [StoredVersion], at moment: Moment,
        into collection: inout IncludeCollection
    ) async throws -> [StoredVersion] {
        var all: [StoredVersion] = []
        for include in includes {
            guard let type = include.source, let parameter = include.parameter,
                extractor.leads(parameter, of: type).byURL
            else { continue }
            let asked =
                include.isReverse
                ? try reverse(include, parameter, type, to: sources)
                : try forward(include, parameter, type, from: sources)
            guard let (types, expression) = asked else { continue }
            // Of those that are known already some may come again.
            let limit = collection.room + collection.known + 1
            let found = try await found(types, expression, at: moment, now: clock(), limit: limit)
            let (taken, left) = collection.take(found)
            all += taken
            collection.omit(include, include.isReverse ? [] : left.map { ($0.type, $0.id) }, count: left.count)
        }
        return all
    }

    /// What refers to the sources by their urls.
    private func reverse(
        _ include: SearchInclude, _ parameter: SearchParameterFact, _ type: ResourceType, to sources: [StoredVersion]
    ) throws -> (types: [ResourceType], SearchExpression)? {
        let meant = try sources.filter { include.target == nil || include.target == $0.type }
            .filter { parameter.targets.isEmpty || parameter.targets.contains($0.type) }
            .compactMap { try $0.canonical }
        guard !meant.isEmpty else { return nil }
        return ([type], .or(Set(meant).map { .value(parameter, .canonical($0)) }))
    }

    /// What the sources name by their urls.
    private func forward(
        _ include: SearchInclude, _ parameter: SearchParameterFact, _ type: ResourceType, from sources: [StoredVersion]
    ) throws -> (types: [ResourceType], SearchExpression)? {
        var named: Set<Canonical> = []
        for source in sources where source.type == type {
            let document = try JSONDocument.parse(source.content ?? [], limits: JSONLimits(maximumBytes: .max))
            let own = extractor.entries(of: document, type: type).compactMap { entry -> Canonical? in
                guard entry.parameter == parameter.id, case .uri(let text) = entry.value else { return nil }
                return Canonical(indexed: text)
            }
            // One with a version stands beside its url.
            let versioned = Set(own.filter { $0.version != nil }.map(\.url))
            named.formUnion(own.filter { $0.version != nil || !versioned.contains($0.url) })
        }
        let targets = include.target.map { [$0] } ?? extractor.targets(parameter, of: type)
        let ways = named.flatMap { $0.meant(of: targets) }
        return ways.isEmpty ? nil : (targets, .or(ways))
    }
}

import FHIR
import TestSupport

@testable import Store

/// Searches of everything that the resources of a model say, and of a little more.
struct RandomSearch {
    let model: NaiveSearch

    func request(_ random: inout SeededRandom) -> SearchRequest {
        let all = Array(Set(model.resources.map(\.type))).sorted { $0.code < $1.code }
        var types = [random.pick(all)]
        if random.chance(10) { types.append(random.pick(all)) }
        if types.count == 2, types[0] == types[1] { types.removeLast() }
        if random.chance(3) { types = [] }
        let expression = expression(types, depth: 3, &random)
        var sort: [SearchSort] = []
        if types.count == 1, random.chance(40) {
            for _ in 0..<Int.random(in: 1..<3, using: &random) {
                if let key = sortKey(types[0], &random) { sort.append(key) }
            }
        }
        return SearchRequest(types: types, expression: expression, sort: sort, count: 1000)
    }

    /// The position of some resource of a type.
    func one(of type: ResourceType, _ random: inout SeededRandom) -> Int? {
        let all = model.resources.indices.filter { model.resources[$0].type == type }
        return all.isEmpty ? nil : random.pick(Array(all))
    }

    private func sortKey(_ type: ResourceType, _ random: inout SeededRandom) -> SearchSort? {
        let isDescending = random.chance(50)
        if random.chance(20) { return SearchSort(.id, isDescending: isDescending) }
        let kinds: [SearchParameterKind] = [.string, .date, .number, .quantity, .token, .uri, .reference]
        let known = parameters(type).filter { kinds.contains($0.kind) }
        return known.isEmpty ? nil : SearchSort(.parameter(random.pick(known)), isDescending: isDescending)
    }

    private func expression(_ types: [ResourceType], depth: Int, _ random: inout SeededRandom) -> SearchExpression {
        let kind = depth == 0 ? 9 : Int.random(in: 0..<14, using: &random)
        switch kind {
        case 0:
            return .and([expression(types, depth: depth - 1, &random), expression(types, depth: depth - 1, &random)])
        case 1:
            return .or([expression(types, depth: depth - 1, &random), expression(types, depth: depth - 1, &random)])
        case 2: return .not(expression(types, depth: depth - 1, &random))
        case 3: return .id((0..<3).map { _ in random.pick(model.resources).id })
        case 4 where types.count == 1:
            guard let parameter = parameter(types[0], &random) else { return .and([]) }
            return random.chance(50) ? .missing(parameter) : .not(.missing(parameter))
        case 5, 6:
            guard types.count == 1 else { return .type([random.pick(model.resources).type]) }
            return chain(types[0], depth: depth, &random)
        case 7, 8:
            guard types.count == 1 else { return .and([]) }
            return has(types[0], depth: depth, &random)
        default:
            let type = types.isEmpty ? random.pick(model.resources).type : random.pick(types)
            return value(type, &random)
        }
    }

    private func chain(_ type: ResourceType, depth: Int, _ random: inout SeededRandom) -> SearchExpression {
        let references = links.filter { $0.source == type }
        guard !references.isEmpty else { return value(type, &random) }
        let link = random.pick(references)
        return .chain(link.parameter, link.target, expression([link.target], depth: depth - 1, &random))
    }

    private func has(_ type: ResourceType, depth: Int, _ random: inout SeededRandom) -> SearchExpression {
        let references = links.filter { $0.target == type }
        guard !references.isEmpty else { return value(type, &random) }
        let link = random.pick(references)
        return .has(link.source, link.parameter, expression([link.source], depth: depth - 1, &random))
    }

    private struct Link {
        let source: ResourceType
        let parameter: SearchParameterFact
        let target: ResourceType
    }

    private var links: [Link] {
        var seen: Set<String> = []
        var links: [Link] = []
        for resource in model.resources {
            for entry in resource.entries {
                guard case .reference(.local(let target, _, _)) = entry.value,
                    let parameter = SearchParameterSet.r4.parameter(entry.parameter),
                    seen.insert("\(resource.type) \(entry.parameter) \(target)").inserted
                else { continue }
                links.append(Link(source: resource.type, parameter: parameter, target: target))
            }
        }
        return links
    }

    private func parameters(_ type: ResourceType) -> [SearchParameterFact] {
        R4.table.searchParameters(for: type).filter(SearchParameterSet.isSearchable)
    }

    /// Mostly one that some resource has a value of.
    private func parameter(_ type: ResourceType, _ random: inout SeededRandom) -> SearchParameterFact? {
        let known = parameters(type)
        if random.chance(20) { return known.isEmpty ? nil : random.pick(known) }
        let used = Set(model.resources.filter { $0.type == type }.flatMap(\.entries).map(\.parameter))
        let some = known.filter { used.contains($0.id) || $0.kind == .composite }
        return some.isEmpty ? nil : random.pick(some)
    }

    private func value(_ type: ResourceType, _ random: inout SeededRandom) -> SearchExpression {
        guard let parameter = parameter(type, &random) else { return .and([]) }
        let tests = (0..<Int.random(in: 1..<3, using: &random)).compactMap { _ in test(parameter, type, &random) }
        return .or(tests.map { .value(parameter, $0) })
    }

    private func test(
        _ parameter: SearchParameterFact, _ type: ResourceType, _ random: inout SeededRandom
    ) -> SearchTest? {
        if parameter.kind == .composite, random.chance(70),
            let plan = SearchExtractor.r4.composite(parameter.id, of: type), let parts = plan.parts.first
        {
            let tests = parts.compactMap { test($0, type, &random) }.filter(\.isPart)
            return tests.count == parts.count ? .composite(tests) : nil
        }
        let entries = model.resources.filter { $0.type == type }.flatMap(\.entries)
            .filter { $0.parameter == parameter.id }
        return entries.isEmpty ? nil : test(random.pick(entries).value, &random)
    }

    private func prefix(_ random: inout SeededRandom) -> SearchPrefix {
        random.pick([
            .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual, .startsAfter, .endsBefore, .approximate,
        ])
    }

    private func written(_ decimal: FHIRDecimal?, _ random: inout SeededRandom) -> WrittenDecimal? {
        try? WrittenDecimal(random.chance(80) ? decimal?.description ?? "5" : random.pick(["5.0", "1e1", "7", "0.50"]))
    }

    private func query(
        _ system: String?, _ code: String, _ random: inout SeededRandom
    ) -> SearchQueryValue.TokenQuery {
        let code = random.chance(20) ? code.uppercased() : code
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return .init(system: .none, code: code)
        case 1: if let system { return .init(system: .uri(system), code: nil) } else { fallthrough }
        case 2: return .init(system: .any, code: code)
        default: return .init(system: system.map { .uri($0) } ?? .any, code: code)
        }
    }

    private func test(_ value: SearchValue, _ random: inout SeededRandom) -> SearchTest? {
        switch value {
        case .token(let system, let code): return .token(query(system, code, &random))
        case .tokenText(let text): return .tokenText(String(text.prefix(Int.random(in: 1..<5, using: &random))))
        case .typedIdentifier(let system, let code, let value):
            return .ofType(system: system ?? "", code: code, value: random.chance(80) ? value : "none")
        case .reference(.local(let type, let id, let version)):
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return .reference(.id(id))
            case 1: return .reference(.local(type: type, id: id, version: nil))
            default: return .reference(.local(type: type, id: id, version: version ?? "1"))
            }
        case .reference(.absolute(let url)): return .reference(.absolute(url: url))
        case .reference(.identifier(let system, let value)): return .referenceIdentifier(query(system, value, &random))
        case .string(let text):
            let part = String(text.prefix(Int.random(in: 1..<6, using: &random)))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: return .stringExact(random.chance(70) ? text : part)
            case 1: return .stringContains(String(text.dropFirst(1).prefix(3)))
            case 2: return .stringEquals(text.lowercased())
            case 3: return .stringEnds(String(text.suffix(2)))
            default: return .string(part.uppercased())
            }
        case .date(let range):
            let shift: Int64 = random.pick([0, 0, 0, 1, -1, 86_400_000_000, -86_400_000_000, 3_600_000_000])
            func moved(_ bound: Int64) -> Int64 {
                bound == DateRange.openLower
                    ? 1_500_000_000_000_000
                    : bound == DateRange.openUpper ? 1_700_000_000_000_000 : bound + shift
            }
            let search = DateRange(lower: moved(range.lower), upper: moved(range.upper))
            return random.chance(15) ? .dateOverlaps(search) : .date(prefix(&random), search)
        case .number(let low, let high):
            return written(low ?? high, &random).map { .number(prefix(&random), $0) }
        case .quantity(let low, let high, let system, let code, let unit):
            guard let number = written(low ?? high, &random) else { return nil }
            let units: [(String?, String?)] = [
                (nil, nil), (nil, code ?? unit), (nil, unit), (code == nil ? nil : system, code ?? unit),
            ]
            let (wanted, named) = random.pick(units)
            return .quantity(.init(prefix: prefix(&random), value: number, system: wanted, code: named))
        case .uri(let uri):
            switch Int.random(in: 0..<3, using: &random) {
            case 0: return .uriBelow(uri)
            case 1: return .uriAbove(random.chance(50) ? uri : uri + "/x")
            default: return .uri(uri)
            }
        case .composite(let parts):
            let tests = parts.compactMap { values in
                let plain = values.filter { if case .tokenText = $0 { false } else { true } }
                return plain.isEmpty ? nil : test(random.pick(plain), &random)
            }
            .filter(\.isPart)
            return tests.count == parts.count ? .composite(tests) : nil
        case .position(let latitude, let longitude):
            return .near(
                latitude: latitude + 0.001, longitude: longitude, metres: random.pick([100, 1000, 20_000, 100_000]))
        }
    }
}

extension SearchTest {
    /// Whether a part of a composite can be asked so: there are no modifiers in it.
    fileprivate var isPart: Bool {
        switch self {
        case .token, .reference, .string, .date, .number, .quantity, .uri: true
        default: false
        }
    }
}

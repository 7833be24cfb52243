import FHIR

@testable import Store

/// A search carried out resource by resource, in memory: what the record is compared with.
struct NaiveSearch {
    struct Resource {
        let type: ResourceType
        let id: String
        let entries: [SearchEntry]
        let subject: SearchSubject

        var name: String { "\(type)/\(id)" }

        init(type: ResourceType, id: String, entries: [SearchEntry]) {
            self.type = type
            self.id = id
            self.entries = entries
            subject = SearchSubject(type: type, id: id, entries: entries)
        }
    }

    /// In the order of creation.
    let resources: [Resource]
    let now: Int64

    func find(_ request: SearchRequest) throws -> [String] {
        try resources.indices
            .filter { index in
                let resource = resources[index]
                return try (request.types.isEmpty || request.types.contains(resource.type))
                    && holds(request.expression, resource)
            }
            .sorted { one, other in precedes(one, other, request.sort[...]) }
            .map { resources[$0].name }
    }

    /// One resource is judged in memory; what lies outside of it is looked for among the others.
    func holds(_ expression: SearchExpression, _ resource: Resource) throws -> Bool {
        try expression.holds(for: resource.subject, now: now) { part, subject throws(SearchRefusal) in
            do {
                return try elsewhere(part, resource)
            } catch let refusal as SearchRefusal {
                throw refusal
            } catch {
                throw SearchRefusal(issues: [])
            }
        }
    }

    private func elsewhere(_ expression: SearchExpression, _ resource: Resource) throws -> Bool {
        switch expression {
        case .chain(let parameter, let type, let inner):
            return try targets(parameter, resource).contains { try $0.type == type && holds(inner, $0) }
        case .has(let type, let parameter, let inner):
            return try resources.contains { other in
                try other.type == type && targets(parameter, other).contains { $0.name == resource.name }
                    && holds(inner, other)
            }
        default: return false
        }
    }

    private func targets(_ parameter: SearchParameterFact, _ resource: Resource) -> [Resource] {
        resource.subject.values(parameter).compactMap { value in
            guard case .reference(.local(let type, let id, _)) = value else { return nil }
            return resources.first { $0.type == type && $0.id == id }
        }
    }

    // MARK: Order

    fileprivate enum Key: Comparable {
        case text([UInt8])
        case moment(Int64)
        case number(NumberBound)
    }

    private func precedes(_ one: Int, _ other: Int, _ sort: ArraySlice<SearchSort>) -> Bool {
        guard let first = sort.first else { return one < other }
        switch (key(resources[one], first), key(resources[other], first)) {
        case (nil, nil): return precedes(one, other, sort.dropFirst())
        case (nil, _?): return false
        case (_?, nil): return true
        case (let a?, let b?):
            if a == b { return precedes(one, other, sort.dropFirst()) }
            return first.isDescending ? b < a : a < b
        }
    }

    private func key(_ resource: Resource, _ sort: SearchSort) -> Key? {
        guard case .parameter(let parameter) = sort.key else {
            return sort.key == .id ? .text(Array(resource.id.utf8)) : nil
        }
        let keys: [Key] = resource.entries.filter { $0.parameter == parameter.id }.compactMap { entry in
            switch entry.value {
            case .string(let text):
                let folded = String.UnicodeScalarView(SearchText.fold(text).unicodeScalars.prefix(200))
                return folded.isEmpty ? nil : .text(Array(String(folded).utf8))
            case .date(let range): return .moment(sort.isDescending ? range.upper : range.lower)
            case .number(let low, let high), .quantity(let low, let high, _, _, _):
                return .number(
                    sort.isDescending
                        ? high.map(NumberBound.value) ?? .above : low.map(NumberBound.value) ?? .below)
            case .token(_, let code): return code.isEmpty ? nil : .text(Array(CodeCase.folded(code).utf8))
            case .uri(let uri): return .text(Array(uri.utf8))
            case .reference(.local(let type, let id, _)):
                guard resources.contains(where: { $0.type == type && $0.id == id }) else { return nil }
                return .text(Array("\(type)/\(id)".utf8))
            default: return nil
            }
        }
        return sort.isDescending ? keys.max() : keys.min()
    }
}

extension NaiveSearch.Key {
    fileprivate static func < (one: Self, other: Self) -> Bool {
        switch (one, other) {
        case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
        case (.moment(let a), .moment(let b)): a < b
        case (.number(let a), .number(let b)): a < b
        default: false
        }
    }
}

import FHIR

extension Store {
    /// The condition that alternatives of a parameter's value make.
    public func condition(
        _ parameter: SearchParameterFact, of type: ResourceType, _ values: [SearchQueryValue]
    ) -> SearchCondition {
        let numbers = Indexer.parameters(type, parameter.id)
        switch parameter.kind {
        case .date:
            let now = clock()
            return .dates(
                parameters: numbers,
                values.compactMap {
                    if case .date(let prefix, let range) = $0 { DateCondition(prefix, range, now: now) } else { nil }
                })
        case .number, .quantity:
            return .numbers(parameters: numbers, values.compactMap { indexer.test($0) })
        case .string:
            return .strings(
                parameters: numbers,
                values.compactMap { if case .string(let text) = $0 { SearchText.fold(text) } else { nil } })
        case .token, .reference, .uri, .composite, .special:
            return .terms(
                values.flatMap { value in
                    numbers.flatMap { indexer.terms(value, $0, targets: parameter.targets) }
                })
        }
    }

    /// `_lastUpdated`.
    public func lastUpdated(_ values: [SearchQueryValue]) -> SearchCondition {
        let now = clock()
        return .lastUpdated(
            values.compactMap {
                if case .date(let prefix, let range) = $0 { DateCondition(prefix, range, now: now) } else { nil }
            })
    }
}

extension Indexer {
    /// The terms of which one must be there for a value to match.
    func terms(_ value: SearchQueryValue, _ parameter: Int32, targets: [ResourceType]) -> [Int64] {
        switch value {
        case .token(let token): [term(token, parameter)]
        case .uri(let uri): [hash(.uri, parameter, uri)]
        case .reference(.id(let id)):
            (targets.isEmpty ? ResourceType.all : targets).map { hash(.localReference, parameter, $0.name, id) }
        case .reference(.local(let type, let id, _)): [hash(.localReference, parameter, type.name, id)]
        case .reference(.absolute(let url)): absolute(url, parameter)
        case .string, .date, .number, .quantity: []
        }
    }

    /// A canonical is indexed as a uri, a literal reference as a reference; one parameter may hold both.
    private func absolute(_ url: String, _ parameter: Int32) -> [Int64] {
        if let base, url.hasPrefix(base), let local = Self.local(url.dropFirst(base.count)) {
            return [hash(.localReference, parameter, local.0, local.1)]
        }
        return [hash(.absoluteReference, parameter, url), hash(.uri, parameter, url)]
    }

    func term(_ token: SearchQueryValue.TokenQuery, _ parameter: Int32) -> Int64 {
        let code = token.code.map(Self.foldCode)
        switch (token.system, code) {
        case (.any, let code?): return hash(.code, parameter, code)
        case (.none, let code?): return hash(.codeWithoutSystem, parameter, code)
        case (.uri(let system), let code?): return hash(.systemAndCode, parameter, system, code)
        case (.uri(let system), nil): return hash(.system, parameter, system)
        case (.any, nil), (.none, nil): return hash(.code, parameter, "")
        }
    }

    func test(_ value: SearchQueryValue) -> SearchCondition.NumberTest? {
        switch value {
        case .number(let prefix, let number):
            return .init(condition: NumberCondition(prefix, number), unit: nil, code: nil)
        case .quantity(let quantity):
            let condition = NumberCondition(quantity.prefix, quantity.value)
            switch (quantity.system, quantity.code) {
            case (let system?, let code?):
                return .init(condition: condition, unit: hash(.quantityUnit, 0, system, code), code: nil)
            case (nil, let code?):
                return .init(condition: condition, unit: nil, code: hash(.quantityCode, 0, code))
            default:
                return .init(condition: condition, unit: nil, code: nil)
            }
        default: return nil
        }
    }
}

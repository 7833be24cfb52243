import FHIR

extension Indexer {
    /// The terms of which one must be there for a test to hold; none for tests of rows.
    func terms(_ test: SearchTest, _ parameter: Int32, targets: [ResourceType]) -> [Int64] {
        switch test {
        case .token(let token): [term(token, parameter)]
        case .ofType(let system, let code, let value): [ofType(parameter, system, code, value)]
        case .reference(let reference): terms(reference, parameter, targets: targets)
        case .referenceIdentifier(let token): [identifierTerm(token, parameter)]
        case .uri(let uri): [term(uri: uri, parameter)]
        case .uriAbove(let uri): Self.above(uri).map { term(uri: $0, parameter) }
        case .tokenText, .uriBelow, .string, .stringExact, .stringContains, .stringEquals, .stringEnds, .date,
            .dateOverlaps, .number, .quantity, .composite, .near:
            []
        }
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

    /// An identifier by its type and value.
    func ofType(_ parameter: Int32, _ system: String, _ code: String, _ value: String) -> Int64 {
        hash(.ofType, parameter, "\(system)|\(Self.foldCode(code))", Self.foldCode(value))
    }

    private func identifierTerm(_ token: SearchQueryValue.TokenQuery, _ parameter: Int32) -> Int64 {
        let value = token.code.map(Self.foldCode)
        switch (token.system, value) {
        case (.uri(let system), let value?): return hash(.referenceIdentifier, parameter, system, value)
        case (.uri(let system), nil): return hash(.referenceIdentifierSystem, parameter, system)
        case (.none, let value): return hash(.referenceIdentifier, parameter, "", value ?? "")
        case (.any, let value): return hash(.referenceIdentifierValue, parameter, value ?? "")
        }
    }

    private func terms(
        _ reference: SearchQueryValue.ReferenceQuery, _ parameter: Int32, targets: [ResourceType]
    ) -> [Int64] {
        let salt = salt(parameter)
        switch reference {
        case .id(let id): return (targets.isEmpty ? ResourceType.all : targets).map { own($0.name, id) ^ salt }
        case .local(let type, let id, nil): return [own(type.name, id) ^ salt]
        case .local(let type, let id, let version?):
            return [hash(.versionedReference, parameter, "\(type.name)/\(id)", version)]
        case .absolute(let url):
            if let base, url.hasPrefix(base), let local = Self.local(url.dropFirst(base.count)) {
                return [own(local.0, local.1) ^ salt]
            }
            // A canonical is indexed as a uri, a literal reference as a reference; one parameter may hold both.
            return [hash(.absoluteReference, parameter, url), term(uri: url, parameter)]
        }
    }

    /// The uri and those above it: `http://acme.org/fhir/ValueSet/1` is below `http://acme.org/fhir`.
    private static func above(_ uri: String) -> [String] {
        var found = [uri]
        var rest = uri[...]
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            if rest.isEmpty || rest.hasSuffix("/") || rest.hasSuffix(":") { break }
            found.append(String(rest))
            // Some are written with the slash at their end.
            found.append(String(rest) + "/")
        }
        return found
    }

    func value(_ quantity: SearchQueryValue.QuantityQuery) -> SearchPredicate.Value {
        let condition = NumberCondition(quantity.prefix, quantity.value)
        switch (quantity.system, quantity.code) {
        case (let system?, let code?):
            return .number(condition, unit: hash(.quantityUnit, 0, system, code), code: nil)
        case (nil, let code?): return .number(condition, unit: nil, code: hash(.quantityCode, 0, code))
        default: return .number(condition, unit: nil, code: nil)
        }
    }
}

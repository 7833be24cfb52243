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
        case .tokenText, .canonical, .uriBelow, .string, .stringExact, .stringContains, .stringEquals, .stringEnds,
            .date,
            .dateOverlaps, .number, .quantity, .composite, .near:
            []
        }
    }

    func term(_ token: SearchQueryValue.TokenQuery, _ parameter: Int32) -> Int64 {
        switch (token.system, token.code) {
        case (.any, let code?): return hash(.code, parameter, CodeCase.folded(code))
        case (.none, let code?): return hash(.codeWithoutSystem, parameter, CodeCase.folded(code))
        case (.uri(let system), let code?):
            return hash(.systemAndCode, parameter, system, CodeCase.comparable(code, system: system))
        case (.uri(let system), nil): return hash(.system, parameter, system)
        case (.any, nil), (.none, nil): return hash(.code, parameter, "")
        }
    }

    /// An identifier by its type and value.
    func ofType(_ parameter: Int32, _ system: String, _ code: String, _ value: String) -> Int64 {
        hash(
            .ofType, parameter, "\(system)|\(CodeCase.comparable(code, system: system))", CodeCase.folded(value))
    }

    private func identifierTerm(_ token: SearchQueryValue.TokenQuery, _ parameter: Int32) -> Int64 {
        switch (token.system, token.code) {
        case (.uri(let system), let value?):
            return hash(.referenceIdentifier, parameter, system, CodeCase.comparable(value, system: system))
        case (.uri(let system), nil): return hash(.referenceIdentifierSystem, parameter, system)
        case (.none, let value): return hash(.referenceIdentifier, parameter, "", CodeCase.folded(value ?? ""))
        case (.any, let value): return hash(.referenceIdentifierValue, parameter, CodeCase.folded(value ?? ""))
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
        guard !uri.hasPrefix("urn:") else { return [uri] }
        return [uri] + uri.indices.filter { uri[$0] == "/" || uri[$0] == "#" }.map { String(uri[..<$0]) }
    }
}

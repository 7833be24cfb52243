import FHIR

/// Tells which codes `:in`, `:above` and `:below` mean (R4 §3.1.1.4.10): value sets are expanded and hierarchies walked
/// before the record is asked, which knows codes only one by one.
public protocol CodeExpansion: Sendable {
    /// The tokens of which one must be there.
    ///
    /// - Throws: 400 with what is not known, or 413 where there are too many.
    func tokens(of codes: SearchCodes) async throws(Problem) -> [SearchQueryValue.TokenQuery]
}

/// For a server that knows no value sets.
public struct NoCodeExpansion: CodeExpansion {
    public init() {}

    public func tokens(of codes: SearchCodes) async throws(Problem) -> [SearchQueryValue.TokenQuery] {
        let what =
            switch codes {
            case .inValueSet(let url): ":in and :not-in need the value set \(url)"
            case .below(let token): ":below needs the code system of \(token.code ?? "that code")"
            case .above(let token): ":above needs the code system of \(token.code ?? "that code")"
            }
        throw Problem(
            .invalid, .notSupported, "\(what), and this server knows none. Name the codes themselves, with commas.")
    }
}

extension CodeExpansion {
    /// The expression with tokens in the place of codes that had to be looked up.
    func resolve(_ expression: SearchExpression) async throws(Problem) -> SearchExpression {
        switch expression {
        case .codes(let parameter, let codes):
            return .or(try await tokens(of: codes).map { .token(parameter, $0) })
        case .and(let parts): return .and(try await resolve(parts))
        case .or(let parts): return .or(try await resolve(parts))
        case .not(let inner): return .not(try await resolve(inner))
        case .chain(let parameter, let type, let inner): return .chain(parameter, type, try await resolve(inner))
        case .has(let type, let parameter, let inner): return .has(type, parameter, try await resolve(inner))
        case .id, .type, .lastUpdated, .value, .missing, .text, .content: return expression
        }
    }

    private func resolve(_ parts: [SearchExpression]) async throws(Problem) -> [SearchExpression] {
        var resolved: [SearchExpression] = []
        for part in parts { resolved.append(try await resolve(part)) }
        return resolved
    }
}

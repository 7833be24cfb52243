import FHIR

/// Tells which codes `:in`, `:above` and `:below` mean (R4 §3.1.1.4.10), by the terminology that is loaded.
public struct TerminologyExpansion: CodeExpansion {
    private let known: KnownTerminology
    /// How many codes one condition may become.
    private let limit: Int

    public init(_ known: KnownTerminology, limit: Int = 10_000) {
        self.known = known
        self.limit = limit
    }

    public func tokens(of codes: SearchCodes) async throws(Problem) -> [SearchQueryValue.TokenQuery] {
        try tokens(for: codes)
    }

    /// The tokens of which one must be there.
    ///
    /// - Throws: 400 with what is not known and what would help, 413 where there are too many.
    public func tokens(for codes: SearchCodes) throws(Problem) -> [SearchQueryValue.TokenQuery] {
        let set = known.current
        switch codes {
        case .inValueSet(let url):
            guard let valueSet = set.valueSet(url) else {
                throw Problem(TerminologyProblem.unknownValueSet(url, versions: set.versions(.valueSet, url)), .invalid)
            }
            var evaluation = ValueSetEvaluation(set)
            let found: [ExpandedCode]
            do throws(TerminologyProblem) {
                found = try evaluation.codes(of: valueSet)
            } catch {
                throw Problem(error, .invalid)
            }
            return try bounded(found) { code in
                SearchQueryValue.TokenQuery(system: code.system.map { .uri($0) } ?? .none, code: code.code)
            }
        case .below(let token): return try related(token, "below", set) { $0.descendants(of: $1) }
        case .above(let token): return try related(token, "above", set) { $0.ancestors(of: $1) }
        }
    }

    private func related(
        _ token: SearchQueryValue.TokenQuery, _ modifier: String, _ set: TerminologySet,
        _ codes: (CodeSystem, String) -> [String]?
    ) throws(Problem) -> [SearchQueryValue.TokenQuery] {
        guard case .uri(let url) = token.system, let code = token.code else {
            throw Problem(
                .invalid, .required,
                ":\(modifier) needs the code with its system, as http://example.org/system|code; in another system it stands elsewhere."
            )
        }
        guard let system = set.codeSystem(url), system.content != .notPresent else {
            throw Problem(TerminologyProblem.unknownCodeSystem(url, versions: []), .invalid)
        }
        guard system.content == .complete else {
            throw Problem(TerminologyProblem.incompleteCodeSystem(url), .invalid)
        }
        guard let found = codes(system, code) else {
            throw Problem(
                .invalid, .codeInvalid, "The code system \(url) has no code \(code), so nothing is \(modifier) it.")
        }
        return try bounded(found) { SearchQueryValue.TokenQuery(system: .uri(url), code: $0) }
    }

    private func bounded<Code>(
        _ codes: [Code], _ token: (Code) -> SearchQueryValue.TokenQuery
    ) throws(Problem) -> [SearchQueryValue.TokenQuery] {
        guard codes.count <= limit else {
            throw Problem(
                .tooLarge, .tooCostly,
                "That means \(codes.count) codes, and a search asks for \(limit) at most; name a smaller value set or a narrower code."
            )
        }
        return codes.map(token)
    }
}

extension Problem {
    /// Why a question about codes has no answer here.
    ///
    /// - Parameter otherwise: what it is where nothing is too much.
    public init(_ problem: TerminologyProblem, _ otherwise: Kind) {
        if case .tooCostly = problem {
            self.init(.tooLarge, [problem.issue])
        } else {
            self.init(otherwise, [problem.issue])
        }
    }
}

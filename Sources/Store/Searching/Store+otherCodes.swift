import FHIR
import Postgres

extension Store {
    /// Nearly all resources have the code: those that have not are found by their other codes.
    private static let nearlyAll: Float = 0.98
    /// Of more codes the index is not asked at once.
    private static let codeLimit = 64

    /// The codes of parameters that have few; a row without a term where there are more than are kept.
    private static let knownCodes = Statement(
        "select case kind when 3 then term end from search_text where param = any($1) and kind in (3, 4)", [.int4Array])

    private static let shapesWithout = Statement(
        "select shape from search_shape where type = $1 and not parameters @> array[$2]", [.int2, .int4])

    /// `:not` with a code that nearly all resources have, such as a status, says nothing that an index could find. The
    /// record knows all codes that there are of parameters that have few: it is asked for the others, or for none, besides.
    func affirm(_ search: inout PreparedSearch, _ request: SearchRequest) async throws {
        guard request.types.count == 1, !search.isRare else { return }
        let type = request.types[0]
        for part in request.expression.conjuncts {
            guard let (parameter, codes) = part.deniedCodes, extractor.isCode(parameter, of: type) else { continue }
            let numbers = Indexer.parameters(type, parameter.id)
            let denied = codes.flatMap { code in numbers.map { indexer.hash(.code, $0, CodeCase.folded(code)) } }
            guard let share = frequencies.share(of: denied), share > Self.nearlyAll * frequencies.share(of: [type])
            else {
                continue
            }
            let answers = try await reads.run([
                Query(Self.knownCodes, [.int4Array(numbers)]),
                Query(Self.shapesWithout, [.int2(type.code), .int4(parameter.id)]),
            ])
            let known = try answers[0].map { try $0.optionalInt8(0) }
            guard known.allSatisfy({ $0 != nil }) else { continue }
            let terms = Set(known.compactMap(\.self)).subtracting(denied).union(try answers[1].map { try $0.int8(0) })
            guard terms.count <= Self.codeLimit, frequencies.areFew(Array(terms)) else { continue }
            search.predicate = SearchPredicate.and([search.predicate, .terms(terms.sorted())]).simplified
            return
        }
    }
}

extension SearchExpression {
    fileprivate var conjuncts: [SearchExpression] { if case .and(let parts) = self { parts } else { [self] } }

    /// The codes of one parameter of which a resource must have none, whatever their systems are.
    fileprivate var deniedCodes: (parameter: SearchParameterFact, codes: [String])? {
        guard case .not(let inner) = self else { return nil }
        let parts = if case .or(let parts) = inner { parts } else { [inner] }
        var found: (parameter: SearchParameterFact, codes: [String])?
        for part in parts {
            guard case .value(let parameter, .token(let token)) = part, case .any = token.system, let code = token.code,
                found.map({ $0.parameter.id == parameter.id }) ?? true
            else { return nil }
            found = (parameter, (found?.codes ?? []) + [code])
        }
        return found
    }
}

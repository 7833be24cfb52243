import FHIR
import Store

extension Exchange {
    /// Reads the parameters of a search; what is not understood is refused by its name, never ignored silently.
    func parse(
        _ query: SearchQuery, _ scope: SearchScope, _ handling: SearchHandling = .strict
    ) throws(Problem) -> ParsedSearch {
        var parsed: ParsedSearch
        do throws(SearchRefusal) {
            parsed = try parser(query.base, handling).parse(query.parameters, types: scope.type.map { [$0] } ?? [])
        } catch {
            throw Problem(error.issues.contains { $0.code == .tooCostly } ? .tooLarge : .invalid, error.issues)
        }
        if case .compartment(let compartment, _, nil) = scope {
            let asked = parsed.types
            parsed.types = asked.isEmpty ? scope.types : asked.filter(scope.types.contains)
            for type in asked where !parsed.types.contains(type) {
                throw Problem(
                    .invalid, .value,
                    "_type: \(type) is never part of the compartment of a \(compartment.resourceType).",
                    at: "http._type")
            }
        }
        if let membership = scope.membership(of: parsed.types) {
            parsed.expression = parsed.hasCriteria ? .and([membership, parsed.expression]) : membership
        }
        if parsed.types.count > 1, parsed.applied.contains(where: { $0.name == "_type" }),
            parsed.types.contains(.auditEvent)
        {
            parsed.warnings.append(
                Issue(
                    .incomplete,
                    "AuditEvents that the server itself wrote are found by searches of AuditEvent alone: AuditEvent?…",
                    at: "http._type", severity: .warning))
        }
        if let count = parsed.count, count > limits.maximumPage {
            parsed.warnings.append(
                Issue(
                    .tooCostly, "A page holds at most \(limits.maximumPage) matches; follow the next link.",
                    at: "http._count", severity: .information))
        }
        return parsed
    }

    private func parser(_ base: String?, _ handling: SearchHandling) -> SearchParser {
        SearchParser(
            parameters: searchParameters, bases: [base, store.baseURL].compactMap(\.self),
            defaultOffset: searchParameters.defaultOffset, ignored: limits.ignoredParameters,
            isLenient: handling == .lenient)
    }
}

import FHIR
import Store

/// The parameters of a history (R4 §3.1.0.12). Those of other interactions, and of nobody, are ignored as R4 says;
/// what is known and cannot be read is refused.
struct HistoryQuery: Sendable {
    private(set) var count: Int
    private(set) var since: Int64?
    private(set) var at: DateRange?
    private(set) var page: String?
    /// Only the number of versions is asked for.
    private(set) var countsOnly = false
    /// The parameters that have effect, in the order in which they were given.
    private(set) var applied: [SearchQuery.Parameter] = []

    init(_ query: SearchQuery, limits: ExchangeLimits) throws(Problem) {
        count = limits.defaultPage
        for parameter in query.parameters where !parameter.value.isEmpty {
            switch parameter.name {
            case "_count":
                guard let number = Int(parameter.value), number >= 0 else {
                    throw Self.refusal(parameter, "is no number of entries")
                }
                countsOnly = countsOnly || number == 0
                count = min(max(number, 1), limits.maximumPage)
            case "_since":
                guard let range = DateRange(fhir: parameter.value) else {
                    throw Self.refusal(parameter, "is no instant; write it like 2026-03-01T10:00:00Z")
                }
                since = max(since ?? .min, range.lower)
            case "_at": at = try Self.period(parameter, within: at)
            case "_page": page = parameter.value
            case "_summary": countsOnly = countsOnly || parameter.value == "count"
            case "_elements", "_format", "_pretty": break
            default: continue
            }
            applied.append(parameter)
        }
    }

    func request(_ scope: HistoryScope) -> HistoryRequest {
        HistoryRequest(scope, since: since, at: at, count: count, page: page)
    }

    /// A date is all the time that it speaks of; `ge`, `gt`, `le` and `lt` (of two parameters) give one end each.
    private static func period(
        _ parameter: SearchQuery.Parameter, within known: DateRange?
    ) throws(Problem) -> DateRange {
        guard let values = try? SearchQueryValue.parse(parameter.value, as: .date), values.count == 1,
            case .date(let prefix, let range) = values[0]
        else {
            throw refusal(parameter, "is no instant, date or end of a period; write it like 2026-03-01 or ge2026-03")
        }
        let asked: DateRange
        switch prefix {
        case .equal: asked = range
        case .greaterOrEqual: asked = DateRange(lower: range.lower, upper: DateRange.openUpper)
        case .greater, .startsAfter: asked = DateRange(lower: range.upper, upper: DateRange.openUpper)
        case .lessOrEqual: asked = DateRange(lower: DateRange.openLower, upper: range.upper)
        case .less, .endsBefore: asked = DateRange(lower: DateRange.openLower, upper: range.lower)
        case .notEqual, .approximate:
            throw refusal(parameter, "has the prefix \(prefix.rawValue), which says no time; write ge, gt, le or lt")
        }
        guard let known else { return asked }
        return DateRange(lower: max(known.lower, asked.lower), upper: min(known.upper, asked.upper))
    }

    private static func refusal(_ parameter: SearchQuery.Parameter, _ reason: String) -> Problem {
        Problem(
            .invalid, .value, "\(parameter.name)=\(parameter.value) \(reason).", at: "http.\(parameter.name)")
    }
}

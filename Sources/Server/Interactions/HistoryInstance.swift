import Exchange
import FHIR

// history: https://hl7.org/fhir/R4/http.html#history
extension FHIRService {
    func historyInstance(_ type: ResourceType, _ id: String, _ request: FHIRRequest) async throws -> Answer {
        var count = 50
        var since: Int64 = 0
        var before = Int32.max
        for parameter in request.query.parameters where !parameter.value.isEmpty {
            switch parameter.name {
            case "_count":
                guard let number = Int(parameter.value), number >= 0 else {
                    throw Problem(
                        .invalid, .value, "_count=\(parameter.value) is no number of entries.", at: "http._count")
                }
                count = min(number, 1000)
            case "_since":
                guard let range = DateRange(fhir: parameter.value) else {
                    throw Problem(.invalid, .value, "_since=\(parameter.value) is no instant.", at: "http._since")
                }
                since = range.lower
            case "_page":
                guard let version = Int32(parameter.value), version > 0 else {
                    throw Problem(.invalid, .value, "_page is no page of this server.", at: "http._page")
                }
                before = version
            default: continue
            }
        }
        let view = try request.view(of: type, counts: true)
        if view == .count { count = 0 }
        let history = try await exchange.history(
            type, id, before: before, since: since, count: max(count, 1), origin: request.origin)
        let shown = count == 0 ? Exchange.History(versions: [], total: history.total, next: nil) : history
        let bundle = HistoryBundle(
            history: shown, type: type, id: id, base: request.base, query: request.query.parameters, view: view)
        return Answer(status: .ok, fhir: bundle.json(), pretty: request.isPretty)
    }
}

import Exchange
import FHIR
import HTTPTypes
import NIOHTTP1
import Store

// $export: https://hl7.org/fhir/uv/bulkdata/STU2/export.html
extension FHIRService {
    /// Takes an export on; it is made in the background.
    func export(_ place: ExportPlace, _ request: FHIRRequest) async throws -> Answer {
        guard request.prefersAsync else {
            throw Problem(
                .invalid, .required,
                "$export is answered in the background only: send the header Prefer: respond-async, and ask at the "
                    + "Content-Location of the answer what became of it.", at: "http.Prefer")
        }
        let isPost = request.call.method == .POST
        var given = request.query.parameters
        if isPost, try !request.body(limit: configuration.maximumBody).isEmpty {
            given += try ExportParameters.parameters(in: request.document(configuration))
        }
        let parameters = try ExportParameters(
            given, place: place, base: request.base, isLenient: request.handling == .lenient, isPost: isPost)
        for filter in parameters.filters { try exchange.check(filter, base: request.base) }
        let moment = Self.moment(clock())
        let export = ExportRequest(
            level: try await level(place, parameters, moment: moment),
            types: types(place, parameters), since: parameters.since, until: parameters.until,
            filters: parameters.filters, elements: try Self.elements(given, request), base: request.base,
            url: Self.url(place, request))
        let id = try await jobs.add(.export, moment: moment, request: export.json)
        try await exchange.note(
            .operation, status: 202, type: place.type, id: place.id,
            query: "\(place.path)?\(SearchQuery.encoded(given))", origin: request.origin)
        return Self.accepted(id, request)
    }

    /// The next full millisecond, because instants are told in those: what has been written is in.
    private static func moment(_ now: Int64) -> Int64 { (now + 999) / 1000 * 1000 }

    static func accepted(_ id: String, _ request: FHIRRequest) -> Answer {
        Answer(
            status: .accepted,
            headers: [.contentLocation: JobURL.status(id, base: request.base), .retryAfter: "1"])
    }

    /// `_elements`, checked as everywhere.
    private static func elements(_ given: [SearchQuery.Parameter], _ request: FHIRRequest) throws -> [String] {
        let own = given.filter { $0.name == "_elements" }
        let asked = FHIRRequest(request.call, base: request.base, query: SearchQuery(own, base: request.base))
        guard case .elements(let names) = try asked.view(of: nil) else { return [] }
        return names
    }

    /// The url of a POST does not show what its body asks for.
    private static func url(_ place: ExportPlace, _ request: FHIRRequest) -> String {
        "\(request.base)/\(place.path)" + (request.call.query.isEmpty ? "" : "?\(request.call.query)")
    }

    /// Without `_type`: all types at the level of the system, and what a patient's compartment holds elsewhere.
    private func types(_ place: ExportPlace, _ parameters: ExportParameters) -> [ResourceType] {
        if !parameters.types.isEmpty { return parameters.types }
        if place == .system { return ResourceType.all.filter { $0 != .parameters && $0 != .operationOutcome } }
        return CompartmentMembership(.patient).types
    }

    private func level(
        _ place: ExportPlace, _ parameters: ExportParameters, moment: Int64
    ) async throws -> ExportRequest.Level {
        for id in parameters.patients ?? [] {
            guard try await exchange.store.read(.patient, id)?.content != nil else {
                throw Problem(.notFound, .notFound, "patient: Patient/\(id) is not known.", at: "http.patient")
            }
        }
        switch place {
        case .system: return .system
        case .patient: return .patients(parameters.patients)
        case .group(let group):
            guard let found = try await exchange.store.read(.group, group) else {
                throw Problem(.notFound, .notFound, "Group/\(group) is not known.")
            }
            guard found.content != nil else {
                throw Problem(
                    .gone(version: found.version), .deleted,
                    "Group/\(group) was deleted by version \(found.version).")
            }
            let members = try await GroupMembers(store: exchange.store, moment: moment).patients(of: group)
            if let stranger = parameters.patients?.first(where: { !members.contains($0) }) {
                throw Problem(
                    .invalid, .value, "patient: Patient/\(stranger) is no member of Group/\(group).",
                    at: "http.patient")
            }
            return .group(group, parameters.patients)
        }
    }
}

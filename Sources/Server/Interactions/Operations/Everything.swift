import Exchange
import FHIR

// $everything: https://hl7.org/fhir/R4/patient-operation-everything.html,
// https://hl7.org/fhir/R4/encounter-operation-everything.html
extension FHIRService {
    func everything(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        guard let type = call.type, let compartment = Compartment(type) else {
            throw Problem(.notFound, .notSupported, "$everything is for a patient or an encounter.")
        }
        var asked = EverythingRequest(compartment, id: call.id)
        asked.start = try input.range("start")
        asked.end = try input.range("end")
        asked.since = try input.range("_since")
        asked.types = try input.types("_type")
        asked.count = input.integer("_count")
        asked.page = input.text("_page")
        let found = try await exchange.everything(asked, applied: input.all, origin: call.request.origin)
        return try await answer(call, SearchBundle(answer: found, base: call.request.base).json())
    }
}

extension OperationInput {
    /// A date, dateTime or instant as the range that it means.
    fileprivate func range(_ name: String) throws(Problem) -> DateRange? {
        guard let text = text(name) else { return nil }
        guard let value = try? SearchQueryValue.single(text[...], as: .date), case .date(.equal, let range) = value
        else {
            throw Problem(.invalid, .value, "The parameter \(name)=\(text) is no date.", at: "http.\(name)")
        }
        return range
    }

    /// Types, in one list or several.
    fileprivate func types(_ name: String) throws(Problem) -> [ResourceType] {
        var types: [ResourceType] = []
        for text in texts(name) {
            for part in text.split(separator: ",") {
                guard let type = ResourceType(String(part)) else {
                    throw Problem(
                        .invalid, .value,
                        "\(name): \(part) is no resource type of R4."
                            + (NearestName.of(String(part), among: ResourceType.all.map(\.name)).map {
                                " Did you mean \($0)?"
                            } ?? ""), at: "http.\(name)")
                }
                types.append(type)
            }
        }
        return types
    }
}

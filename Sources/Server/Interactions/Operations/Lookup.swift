import Exchange
import FHIR

// $lookup: https://hl7.org/fhir/R4/codesystem-operation-lookup.html
extension FHIRService {
    func lookup(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        let known = validation.profiles.current.definitions
        let coding = try input.node("coding").map(OperationInput.coding)
        guard let code = coding?.code ?? input.text("code"), let url = coding?.system ?? input.text("system") else {
            throw Problem(
                .invalid, .required, "Which concept? Give code and system, or a coding with both.",
                at: "Parameters.parameter")
        }
        let system = try Self.codeSystem(url, coding?.version ?? input.text("version"), known)
        let properties = input.texts("property")
        if let strange = CodeLookup.unknown(properties, in: system).first {
            let names = CodeLookup.names(in: system)
            throw Problem(
                .invalid, .notSupported,
                "\(url) has no property \(strange)"
                    + (NearestName.of(strange, among: names).map { "; did you mean \($0)?" } ?? ";")
                    + " There are \(names.joined(separator: ", ")).", at: "Parameters.parameter")
        }
        guard
            let found = CodeLookup(code, in: system, properties: properties, language: input.text("displayLanguage"))
        else {
            throw Problem(
                .notFound, .notFound,
                system.content == .complete
                    ? "The code system \(url) has no code \(code)."
                    : "The code \(code) is not among those that are loaded of \(url), which are not all.")
        }
        return try await answer(call, found.json())
    }
}

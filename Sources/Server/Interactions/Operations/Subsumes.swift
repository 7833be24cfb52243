import Exchange
import FHIR

// $subsumes: https://hl7.org/fhir/R4/codesystem-operation-subsumes.html
extension FHIRService {
    func subsumes(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        let known = validation.profiles.current.definitions
        let one = try input.node("codingA").map(OperationInput.coding)
        let other = try input.node("codingB").map(OperationInput.coding)
        guard let codeA = one?.code ?? input.text("codeA"), let codeB = other?.code ?? input.text("codeB") else {
            throw Problem(
                .invalid, .required, "Which concepts? Give codeA and codeB, or codingA and codingB.",
                at: "Parameters.parameter")
        }
        let system: CodeSystem
        if let stored = try await stored(call) {
            system = CodeSystem(stored.root)
        } else {
            guard let url = input.text("system") ?? one?.system ?? other?.system else {
                throw Problem(
                    .invalid, .required, "In which code system? Give system, or call $subsumes on one that is stored.",
                    at: "Parameters.parameter")
            }
            system = try Self.codeSystem(url, input.text("version") ?? one?.version, known)
        }
        for coding in [one, other] {
            guard let foreign = coding?.system, foreign != system.url else { continue }
            throw Problem(
                .unprocessable, .notSupported,
                "How \(foreign) relates to \(system.url) is not known here; both codes must be of one system.")
        }
        guard let relation = system.relation(codeA, codeB) else {
            let strange = system.contains(codeA) ? codeB : codeA
            throw Problem(.notFound, .notFound, "The code system \(system.url) has no code \(strange).")
        }
        if relation != .equivalent, let meaning = system.hierarchyMeaning, meaning != "is-a" {
            throw Problem(
                .unprocessable, .notSupported,
                "The hierarchy of \(system.url) means \(meaning), which is no subsumption.")
        }
        var answer = ParametersBuilder()
        answer.add("outcome", "valueCode", relation.rawValue)
        return try await self.answer(call, answer.json())
    }
}

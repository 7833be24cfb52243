import Exchange
import FHIR

// $translate: https://hl7.org/fhir/R4/conceptmap-operation-translate.html
extension FHIRService {
    func translate(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        let known = validation.profiles.current.definitions
        var wish = ConceptTranslation.Wish()
        wish.codings = try input.codings(system: input.text("system"), version: input.text("version"))
        guard wish.codings.allSatisfy({ $0.system != nil }) else {
            throw Problem(
                .invalid, .required, "A code alone means nothing: give its system too.", at: "Parameters.parameter")
        }
        wish.source = input.text("source")
        wish.target = input.text("target")
        wish.targetSystem = input.text("targetsystem")
        wish.isReverse = input.flag("reverse") ?? false
        wish.dependencies = try input.nodes("dependency").map(Self.dependency)
        let translation = ConceptTranslation(wish, maps: try await maps(call, input, known), known: known)
        return try await answer(call, translation.json())
    }

    /// The map that is meant: the instance, the one that was sent, the one of a url; else all that are known.
    private func maps(
        _ call: OperationCall, _ input: OperationInput, _ known: TerminologySet
    ) async throws -> [ConceptMap] {
        if let stored = try await stored(call) { return [ConceptMap(stored.root)] }
        if let sent = input.node("conceptMap") { return [ConceptMap(sent)] }
        guard let url = input.text("url") else { return known.conceptMaps }
        guard let map = known.conceptMap(url, version: input.text("conceptMapVersion")) else {
            throw Self.unknown(.conceptMap, url, input.text("conceptMapVersion"), known)
        }
        return [map]
    }

    private static func dependency(_ node: JSONNode) throws(Problem) -> ConceptTranslation.Dependency {
        var element: String?
        var concept: JSONNode?
        for part in node.elements("part") {
            switch part["name"]?.string {
            case "element": element = part["valueUri"]?.string
            case "concept": concept = part["valueCodeableConcept"]
            case let name:
                throw Problem(
                    .invalid, .notSupported,
                    "dependency has no part \(name ?? "without a name"); it has element and concept.",
                    at: "Parameters.parameter")
            }
        }
        guard let element, let concept else {
            throw Problem(
                .invalid, .required, "A dependency has an element (uri) and a concept (CodeableConcept).",
                at: "Parameters.parameter")
        }
        var codings: [CodeValidation.Coding] = []
        for coding in concept.elements("coding") { codings.append(try OperationInput.coding(coding)) }
        return ConceptTranslation.Dependency(element: element, codings: codings, text: concept["text"]?.string)
    }
}

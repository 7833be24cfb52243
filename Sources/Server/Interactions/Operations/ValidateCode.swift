import Exchange
import FHIR

// $validate-code: https://hl7.org/fhir/R4/valueset-operation-validate-code.html,
// https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
extension FHIRService {
    func validateCodeInValueSet(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        let known = validation.profiles.current.definitions
        let set = try await valueSet(call, input, known)
        let codings = try input.codings(system: input.text("system"), version: input.text("systemVersion"))
        guard codings.allSatisfy({ $0.system != nil }) || !input.has("code") else {
            throw Problem(
                .invalid, .required, "A code alone means nothing: give its system too.", at: "Parameters.parameter")
        }
        let language = input.text("displayLanguage")
        let allows = input.flag("abstract") ?? false
        var first: CodeValidation?
        for coding in codings {
            let validation: CodeValidation
            do throws(TerminologyProblem) {
                validation = try CodeValidation(
                    coding, in: set, known: known, allowsAbstract: allows, language: language)
            } catch {
                throw Problem(error, .unprocessable)
            }
            if validation.isValid { return try await answer(call, validation.json()) }
            first = first ?? validation
        }
        return try await answer(call, (first ?? CodeValidation(nothingGiven: set.url ?? set.title)).json())
    }

    func validateCodeInCodeSystem(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        let known = validation.profiles.current.definitions
        let system = try await codeSystem(call, input, known)
        let codings = try input.codings(system: system.url, version: input.text("version"))
        var first: CodeValidation?
        for coding in codings {
            let validation =
                coding.system == system.url
                ? CodeValidation(
                    coding, in: system, allowsAbstract: input.flag("abstract") ?? false,
                    language: input.text("displayLanguage"))
                : CodeValidation(coding, foreignTo: system)
            if validation.isValid { return try await answer(call, validation.json()) }
            first = first ?? validation
        }
        return try await answer(call, (first ?? CodeValidation(nothingGiven: system.url)).json())
    }

    /// The code system that is meant: the instance, the one that was sent, the one of a url, or that of the coding.
    private func codeSystem(
        _ call: OperationCall, _ input: OperationInput, _ known: TerminologySet
    ) async throws -> CodeSystem {
        if let stored = try await stored(call) { return CodeSystem(stored.root) }
        if let sent = input.node("codeSystem") { return CodeSystem(sent) }
        let coding = input.node("coding")
        guard let url = input.text("url") ?? coding?["system"]?.string else {
            throw Problem(
                .invalid, .required,
                "Which code system? Give its url, send it as codeSystem, or call $validate-code on one that is stored.",
                at: "Parameters.parameter")
        }
        return try Self.codeSystem(url, input.text("version") ?? coding?["version"]?.string, known)
    }

    /// - Throws: 404 where it is not loaded.
    static func codeSystem(
        _ url: String, _ version: String?, _ known: TerminologySet
    ) throws(Problem) -> CodeSystem {
        guard let system = known.codeSystem(url, version: version) else {
            throw unknown(.codeSystem, url, version, known)
        }
        guard system.content != .notPresent else {
            throw Problem(TerminologyProblem.unknownCodeSystem(url, versions: []), .notFound)
        }
        return system
    }
}

extension OperationInput {
    /// What `code`, `coding` and `codeableConcept` name.
    ///
    /// - Throws: 400 where nothing, or more than one of them, is given.
    func codings(system: String?, version: String?) throws(Problem) -> [CodeValidation.Coding] {
        let given = ["code", "coding", "codeableConcept"].filter(has)
        guard given.count == 1 else {
            throw Problem(
                .invalid, given.isEmpty ? .required : .invalid,
                given.isEmpty
                    ? "Which code? Give code, coding or codeableConcept."
                    : "Give one of code, coding and codeableConcept, not \(given.joined(separator: " and ")).",
                at: "Parameters.parameter")
        }
        if let code = text("code") {
            return [CodeValidation.Coding(system: system, version: version, code: code, display: text("display"))]
        }
        if let coding = node("coding") { return [try Self.coding(coding)] }
        var codings: [CodeValidation.Coding] = []
        for concept in nodes("codeableConcept") {
            for coding in concept.elements("coding") { codings.append(try Self.coding(coding)) }
        }
        return codings
    }

    static func coding(_ node: JSONNode) throws(Problem) -> CodeValidation.Coding {
        guard let code = node["code"]?.string else {
            throw Problem(.invalid, .required, "A Coding has no code.", at: "Parameters.parameter")
        }
        return CodeValidation.Coding(
            system: node["system"]?.string, version: node["version"]?.string, code: code,
            display: node["display"]?.string)
    }
}

/// What `$validate-code` answers (R4 valueset-operation-validate-code, codesystem-operation-validate-code).
public struct CodeValidation: Sendable {
    /// A code as a client wrote it.
    public struct Coding: Sendable {
        public let system: String?
        public let version: String?
        public let code: String
        public let display: String?

        public init(system: String?, version: String? = nil, code: String, display: String? = nil) {
            self.system = system
            self.version = version
            self.code = code
            self.display = display
        }
    }

    public var isValid: Bool
    public var message: String?
    /// What the concept is rightly called.
    public var display: String?

    /// Whether a coding is in a value set, and its display is one that the concept has.
    ///
    /// - Parameter allowsAbstract: concepts that only group others are right, too.
    public init(
        _ coding: Coding, in set: ValueSet, known: TerminologySet, allowsAbstract: Bool, language: String?
    ) throws(TerminologyProblem) {
        guard let system = coding.system else {
            self.init(
                isValid: false, message: "The coding \(coding.code) has no system, so that it is in no value set.")
            return
        }
        if let version = coding.version, known.codeSystem(system, version: version) == nil,
            known.codeSystem(system) != nil
        {
            self.init(
                isValid: false,
                message: TerminologyProblem.unknownCodeSystem(
                    system, versions: known.versions(.codeSystem, system)
                ).issue.diagnostics)
            return
        }
        var evaluation = ValueSetEvaluation(known)
        let loaded = known.codeSystem(system, version: coding.version)
        do throws(TerminologyProblem) {
            guard try evaluation.contains(set, system: system, version: coding.version, code: coding.code) else {
                let reason =
                    loaded?.content == .complete && loaded?.contains(coding.code) == false
                    ? "; the system does not even have it" : ""
                self.init(
                    isValid: false,
                    message:
                        "The code \(coding.code) of \(system) is not in the value set \(set.url ?? set.title)\(reason)."
                )
                return
            }
        } catch {
            switch error {
            case .unknownCodeSystem, .incompleteCodeSystem:
                self.init(
                    isValid: false,
                    message: "It is not known whether \(coding.code) is in the value set: \(error.issue.diagnostics)")
                return
            default: throw error
            }
        }
        let named = Self.named(coding, in: set)
        self.init(
            coding, ExpandedCode(named, of: system, loaded: loaded), allowsAbstract: allowsAbstract,
            language: language)
    }

    /// Whether a code is in a code system.
    public init(
        _ coding: Coding, in system: CodeSystem, allowsAbstract: Bool, language: String?
    ) {
        guard let place = system.place(of: coding.code) else {
            let isWhole = system.content == .complete
            self.init(
                isValid: false,
                message: isWhole
                    ? "The code system \(system.url) has no code \(coding.code)."
                    : "It is not known whether \(coding.code) is right: "
                        + TerminologyProblem.incompleteCodeSystem(system.url).issue.diagnostics)
            return
        }
        self.init(coding, ExpandedCode(system, place), allowsAbstract: allowsAbstract, language: language)
    }

    private init(_ coding: Coding, _ concept: ExpandedCode, allowsAbstract: Bool, language: String?) {
        isValid = true
        display = concept.display(in: language)
        if concept.isAbstract, !allowsAbstract {
            isValid = false
            message =
                "The code \(coding.code) only groups others and is not for use in a record; abstract=true allows it."
        } else if let given = coding.display, !Self.isCalled(concept, given) {
            isValid = false
            message =
                display.map { "The display '\(given)' is wrong for \(coding.code); it is '\($0)'." }
                ?? "The display '\(given)' cannot be confirmed: no display of \(coding.code) is known here."
        } else if concept.isInactive {
            message = "The code \(coding.code) is not active any more."
        }
    }

    /// A CodeableConcept without codings.
    public init(nothingGiven place: String) {
        self.init(isValid: false, message: "The concept has no coding, so that none is in \(place).")
    }

    /// A coding of another system than the one that is asked.
    public init(_ coding: Coding, foreignTo system: CodeSystem) {
        self.init(
            isValid: false,
            message: "The code \(coding.code) is of \(coding.system ?? "no system"), not of \(system.url).")
    }

    private init(isValid: Bool, message: String?, display: String? = nil) {
        self.isValid = isValid
        self.message = message
        self.display = display
    }

    /// Case, accents and spaces do not count.
    private static func isCalled(_ concept: ExpandedCode, _ given: String) -> Bool {
        let names = [concept.display].compactMap(\.self) + concept.designations.compactMap { $0["value"]?.string }
        let wanted = SearchText.fold(given)
        return names.contains { SearchText.fold($0) == wanted }
    }

    /// The code where the value set names it itself, with what it says of it.
    private static func named(_ coding: Coding, in set: ValueSet) -> ValueSet.Concept {
        for part in set.includes where part.system == coding.system {
            if let found = part.concepts?.first(where: { $0.code == coding.code }) { return found }
        }
        for entry in set.expansion ?? [] where entry["code"]?.equals(coding.code) == true {
            if entry["system"]?.string == coding.system { return ValueSet.Concept(code: coding.code, node: entry) }
        }
        return ValueSet.Concept(code: coding.code, node: nil)
    }

    /// The answer as Parameters.
    public func json() -> [UInt8] {
        var answer = ParametersBuilder()
        answer.add("result", isValid)
        answer.add("message", ifPresent: message)
        answer.add("display", ifPresent: display)
        return answer.json()
    }
}

import Exchange
import FHIR

// $expand: https://hl7.org/fhir/R4/valueset-operation-expand.html
extension FHIRService {
    /// Codes of one answer.
    static let expansionLimit = 20_000

    func expand(_ call: OperationCall) async throws -> Answer {
        let input = try call.input()
        let known = validation.profiles.current.definitions
        let set = try await valueSet(call, input, known)
        let wish = Self.wish(input)
        let expansion: ValueSetExpansion
        do throws(TerminologyProblem) {
            expansion = try ValueSetExpansion(of: set, wish, known: known, limit: Self.expansionLimit)
        } catch {
            throw Problem(error, .unprocessable)
        }
        let json = expansion.json(
            identifier: "urn:uuid:\(Identifiers.uuid7(now: clock()))",
            timestamp: Instant.format(microseconds: clock()))
        return try await answer(call, json)
    }

    private static func wish(_ input: OperationInput) -> ValueSetExpansion.Wish {
        var wish = ValueSetExpansion.Wish()
        wish.filter = input.text("filter")
        wish.offset = input.integer("offset")
        wish.count = input.integer("count")
        wish.activeOnly = input.flag("activeOnly") ?? false
        wish.selectableOnly = input.flag("excludeNotForUI") ?? false
        // Flat unless somebody says that it may be nested: only that can be paged.
        wish.nests = input.flag("excludeNested") == false
        wish.includesDesignations = input.flag("includeDesignations") ?? input.has("designation")
        wish.designations = input.texts("designation")
        wish.includesDefinition = input.flag("includeDefinition") ?? false
        wish.language = input.text("displayLanguage")
        wish.versions.excluded = input.texts("exclude-system").map { Canonical($0) }
        wish.versions.defaults = input.texts("system-version").map { Canonical($0) }
        wish.versions.checked = input.texts("check-system-version").map { Canonical($0) }
        wish.versions.forced = input.texts("force-system-version").map { Canonical($0) }
        for (name, type) in [
            ("filter", "valueString"), ("offset", "valueInteger"), ("count", "valueInteger"),
            ("includeDesignations", "valueBoolean"), ("designation", "valueString"), ("activeOnly", "valueBoolean"),
            ("excludeNested", "valueBoolean"), ("excludeNotForUI", "valueBoolean"), ("displayLanguage", "valueCode"),
            ("exclude-system", "valueUri"), ("system-version", "valueUri"), ("check-system-version", "valueUri"),
            ("force-system-version", "valueUri"),
        ] {
            wish.echo += input.texts(name).map { (name, type, $0) }
        }
        return wish
    }

    /// The value set that is meant: the instance, the one that was sent, or the one of a url.
    func valueSet(
        _ call: OperationCall, _ input: OperationInput, _ known: TerminologySet
    ) async throws -> ValueSet {
        if let stored = try await stored(call) { return ValueSet(stored.root) }
        if let sent = input.node("valueSet") { return ValueSet(sent) }
        guard let url = input.text("url") else {
            throw Problem(
                .invalid, .required,
                "Which value set? Give its url, send it as valueSet, or call $\(call.operation.name) on one that is stored.",
                at: "Parameters.parameter")
        }
        guard let set = known.valueSet(url, version: input.text("valueSetVersion")) else {
            throw Self.unknown(.valueSet, url, input.text("valueSetVersion"), known)
        }
        return set
    }

    static func unknown(
        _ kind: TerminologyDefinition.Kind, _ url: String, _ version: String?, _ known: TerminologySet
    ) -> Problem {
        let versions = known.versions(kind, url)
        if !versions.isEmpty {
            let asked = version ?? Canonical(url).version ?? ""
            return Problem(
                .notFound, .notFound,
                "The \(kind.type) \(Canonical(url).url) is not known in version \(asked); known: \(versions.joined(separator: ", "))."
            )
        }
        return Problem(
            .notFound, .notFound,
            "The \(kind.type) \(url) is not known here"
                + (known.nearest(kind, to: Canonical(url).url).map { "; did you mean \($0)?" } ?? ".")
                + " Load it as a resource or by a package.")
    }

    /// The resource that an operation is called on; nil at the level of the type.
    func stored(_ call: OperationCall) async throws -> JSONDocument? {
        guard let type = call.type, let id = call.id else { return nil }
        let version = try await exchange.read(type, id, origin: call.request.origin)
        return try FHIRRequest.document(json: version.rendered() ?? [], limit: .max)
    }

    /// The answer of an operation that changed nothing; audited.
    func answer(_ call: OperationCall, _ json: [UInt8]) async throws -> Answer {
        try await exchange.note(
            .operation, status: 200, type: call.type, id: call.id, query: call.query, origin: call.request.origin)
        return Answer(status: .ok, fhir: json, pretty: call.request.isPretty)
    }
}

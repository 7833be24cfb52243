import Exchange
import FHIR
import HTTPTypes

// $validate: https://hl7.org/fhir/R4/resource-operation-validate.html
extension FHIRService {
    /// 200 with an OperationOutcome, also when the resource is not valid; nothing is written.
    func validate(_ type: ResourceType, id: String?, _ request: FHIRRequest) async throws -> Answer {
        let body: JSONDocument?
        do {
            body = try request.call.method == .POST ? request.validationBody(configuration) : nil
        } catch let problem as Problem where problem.issues.allSatisfy({ $0.expression != nil }) {
            // It could be read, and is no tree that FHIR knows: that is what was asked.
            try await exchange.note(
                .operation, status: 200, type: type, id: id, query: "$validate", origin: request.origin)
            return Answer(status: .ok, fhir: OperationOutcome(problem.issues).json(), pretty: request.isPretty)
        }
        let wish = try ValidationWish(body, query: request.query, isInstance: id != nil)
        var issues: [Issue] = []
        var stored: JSONDocument?
        if let id, wish.mode == .delete || wish.resource == nil {
            let version = try await exchange.read(type, id, origin: request.origin)
            stored = try FHIRRequest.document(json: version.rendered() ?? [], limit: .max)
        }
        if wish.mode == .delete {
            issues = [Issue(.informational, "\(type)/\(id ?? "") is there and can be deleted.", severity: .information)]
        } else if let document = wish.resource ?? stored {
            issues = validation.judge(document, as: type, profiles: wish.profiles, notesMustSupport: true).issues
            if wish.resource != nil { issues += Self.identityIssues(document.root, wish.mode, type, id) }
        }
        try await exchange.note(
            .operation, status: 200, type: type, id: id, query: "$validate", origin: request.origin)
        return Answer(status: .ok, fhir: OperationOutcome(issues).json(), pretty: request.isPretty)
    }

    /// What an update at this place would say of the id.
    private static func identityIssues(
        _ resource: JSONNode, _ mode: ValidationWish.Mode?, _ type: ResourceType, _ id: String?
    ) -> [Issue] {
        let given = resource["id"]?.string
        if mode == .update, given == nil {
            return [Issue(.required, "The resource has no id; an update needs one.", at: "\(type).id")]
        }
        if let id, let given, given != id, mode != .create {
            return [
                Issue(
                    .value, "The resource's id is \(given), the url's is \(id); they must be the same.",
                    at: "\(type).id")
            ]
        }
        return []
    }
}

/// What `$validate` is asked, by Parameters, by a resource alone, and by the url.
struct ValidationWish {
    enum Mode: String, CaseIterable {
        case create, update, delete
        /// R4 knows the code, for profiles themselves.
        case profile
    }

    private(set) var resource: JSONDocument?
    private(set) var mode: Mode?
    private(set) var profiles: [String] = []

    init(_ body: JSONDocument?, query: SearchQuery, isInstance: Bool) throws(Problem) {
        for parameter in query.parameters where !parameter.value.isEmpty {
            switch parameter.name {
            case "profile": profiles.append(parameter.value)
            case "mode": mode = try Self.mode(parameter.value, at: "http.mode")
            case "_format", "_pretty": break
            default:
                throw Problem(
                    .invalid, .notSupported,
                    "$validate has no parameter \(parameter.name); it takes resource, mode and profile.",
                    at: "http.\(parameter.name)")
            }
        }
        if let body, body.root["resourceType"]?.equals("Parameters") == true {
            try take(body)
        } else {
            resource = body
        }
        guard resource != nil || isInstance else {
            throw Problem(
                .invalid, .required,
                "There is no resource to validate; send it as the body, or as the parameter resource.",
                at: "Parameters.parameter")
        }
        guard mode != .delete || isInstance else {
            throw Problem(
                .invalid, .value, "The mode delete is for an instance: Type/id/$validate.", at: "Parameters.parameter")
        }
    }

    /// A Parameters resource; one that is itself to be validated comes as the parameter `resource` of another.
    private mutating func take(_ parameters: JSONDocument) throws(Problem) {
        for (index, parameter) in parameters.root.elements("parameter").enumerated() {
            let place = "Parameters.parameter[\(index)]"
            switch parameter["name"]?.string {
            case "resource":
                guard let node = parameter["resource"] else { continue }
                resource = try FHIRRequest.document(json: Array(node.document.bytes[node.sourceRange]), limit: .max)
            case "mode":
                guard let code = parameter["valueCode"]?.string else { continue }
                mode = try Self.mode(code, at: place)
            case "profile":
                guard let url = (parameter["valueUri"] ?? parameter["valueCanonical"])?.string else { continue }
                profiles.append(url)
            case let name:
                throw Problem(
                    .invalid, .notSupported,
                    "$validate has no parameter \(name ?? "without a name"); it takes resource, mode and profile.",
                    at: place)
            }
        }
    }

    private static func mode(_ code: String, at place: String) throws(Problem) -> Mode {
        guard let mode = Mode(rawValue: code) else {
            throw Problem(
                .invalid, .codeInvalid, "The mode \(code) is not known; it is create, update, delete or profile.",
                at: place)
        }
        return mode
    }
}

extension FHIRRequest {
    /// The body of a `$validate`; nil where there is none.
    fileprivate func validationBody(_ configuration: ServerConfiguration) throws -> JSONDocument? {
        if try call.body.get().readableBytes == 0 { return nil }
        return try document(configuration)
    }
}

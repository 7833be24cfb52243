import Exchange
import FHIR
import HTTPTypes

// $validate: https://hl7.org/fhir/R4/resource-operation-validate.html
extension FHIRService {
    /// 200 with an OperationOutcome, also when the resource is not valid; nothing is written.
    func validate(_ call: OperationCall) async throws -> Answer {
        guard let type = call.type else { throw Problem(.notFound, .notSupported, "$validate is for a type.") }
        let id = call.id
        let wish: ValidationWish
        do {
            wish = try ValidationWish(try call.input(), isInstance: id != nil)
        } catch let problem as Problem where problem.issues.allSatisfy(\.isOfContent) {
            // It could be read, and is no tree that FHIR knows: that is what was asked.
            return try await answer(call, OperationOutcome(problem.issues).json())
        }
        var issues: [Issue] = []
        var stored: JSONDocument?
        if wish.mode == .delete || wish.resource == nil { stored = try await self.stored(call) }
        if wish.mode == .delete {
            issues = [Issue(.informational, "\(type)/\(id ?? "") is there and can be deleted.", severity: .information)]
        } else if let document = wish.resource ?? stored {
            issues = validation.judge(document, as: type, profiles: wish.profiles, notesMustSupport: true).issues
            if wish.resource != nil { issues += Self.identityIssues(document.root, wish.mode, type, id) }
        }
        return try await answer(call, OperationOutcome(issues).json())
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

/// What `$validate` is asked.
struct ValidationWish {
    enum Mode: String, CaseIterable {
        case create, update, delete
        /// R4 knows the code, for profiles themselves.
        case profile
    }

    let resource: JSONDocument?
    let mode: Mode?
    let profiles: [String]

    init(_ input: OperationInput, isInstance: Bool) throws(Problem) {
        resource = try input.document("resource")
        profiles = input.texts("profile")
        if let code = input.text("mode") {
            guard let mode = Mode(rawValue: code) else {
                throw Problem(
                    .invalid, .codeInvalid, "The mode \(code) is not known; it is create, update, delete or profile.",
                    at: "http.mode")
            }
            self.mode = mode
        } else {
            mode = nil
        }
        guard resource != nil || isInstance else {
            throw Problem(
                .invalid, .required,
                "There is no resource to validate; send it as the body, or as the parameter resource.",
                at: "http.resource")
        }
        guard mode != .delete || isInstance else {
            throw Problem(.invalid, .value, "The mode delete is for an instance: Type/id/$validate.", at: "http.mode")
        }
    }
}

extension Issue {
    /// It is about a place within the resource that was sent, and not about the request.
    fileprivate var isOfContent: Bool {
        guard let expression else { return false }
        return !expression.hasPrefix("http.") && !expression.hasPrefix("Parameters")
    }
}

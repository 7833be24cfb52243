import FHIR

/// Who may do what. Pure: the same question gets the same answer.
///
/// The rules are asked in order, and the first that refuses decides. What nobody may comes first; then what this
/// principal may. Login, SMART scopes, roles, compartments and consent are rules of the second kind that come with
/// their own issue; callers ask the same question then as now.
public enum Access {
    /// - Parameter type: the resource type in question; nil for the whole system.
    public static func decide(
        _ principal: Principal, _ interaction: Interaction, type: ResourceType? = nil
    ) -> AccessDecision {
        let question = Question(principal: principal, interaction: interaction, type: type)
        for rule in rules {
            if let refusal = rule(question) { return .refused(refusal) }
        }
        return .allowed
    }

    /// Whether somebody may see how a search is carried out: its SQL, the plan and the estimates of rows tell of the record
    /// as a whole.
    public static func explanation(to principal: Principal) -> AccessDecision {
        switch principal.kind {
        case .loopbackDevelopment, .system: .allowed
        case .user, .device:
            .refused(AccessRefusal(.forbidden, "How a search is carried out is shown to operators only."))
        }
    }

    struct Question: Sendable {
        var principal: Principal
        var interaction: Interaction
        var type: ResourceType?
    }

    private static let rules: [@Sendable (Question) -> AccessRefusal?] = [auditIsAppendOnly]

    /// What was recorded about who did what stays as it was recorded, for everybody.
    private static func auditIsAppendOnly(_ question: Question) -> AccessRefusal? {
        guard question.type == .auditEvent else { return nil }
        switch question.interaction {
        case .update, .patch, .delete:
            return AccessRefusal(
                .notSupported,
                "Audit events are never changed or deleted; \(question.interaction.rawValue) is not offered.")
        default: return nil
        }
    }
}

import Access
import FHIR
import Testing

@Suite("Access")
struct AccessTests {
    private let principals: [Principal] = [
        .loopbackDevelopment, .system, .device(sender: "LAB"), Principal(id: "u1", displayName: "Ann", kind: .user),
    ]

    @Test("nobody changes or deletes an audit event, not even the system")
    func audit() {
        for principal in principals {
            for interaction in Interaction.allCases {
                let decision = Access.decide(principal, interaction, type: .auditEvent)
                let isRefused = [.update, .patch, .delete].contains(interaction)
                #expect(decision.isAllowed == !isRefused)
                #expect(decision.refusal?.code == (isRefused ? .notSupported : nil))
            }
        }
    }

    @Test("everything else is allowed while there is no login")
    func everythingElse() {
        for type in ResourceType.all where type != .auditEvent {
            for interaction in Interaction.allCases {
                #expect(Access.decide(.loopbackDevelopment, interaction, type: type) == .allowed)
            }
        }
        #expect(Access.decide(.loopbackDevelopment, .transaction) == .allowed)
        #expect(Access.decide(.loopbackDevelopment, .capabilities) == .allowed)
    }

    @Test("interactions have R4's codes, and reading is told from changing")
    func interactions() {
        #expect(Interaction.historyInstance.rawValue == "history-instance")
        #expect(Interaction.searchType.rawValue == "search-type")
        #expect(Interaction.allCases.filter { !$0.changesRecord }.count == 8)
    }

    @Test("a principal always says who")
    func who() {
        #expect(Principal.device(sender: "LAB").kind == .device(sender: "LAB"))
        #expect(principals.allSatisfy { !$0.id.isEmpty && !$0.displayName.isEmpty })
    }

    @Test("how a search is carried out is shown to operators, not to users and devices")
    func explanations() {
        #expect(Access.explanation(to: .loopbackDevelopment).isAllowed)
        #expect(Access.explanation(to: .system).isAllowed)
        let user = Principal(id: "u", displayName: "U", kind: .user)
        #expect(Access.explanation(to: user).refusal?.code == .forbidden)
        #expect(Access.explanation(to: .device(sender: "LAB")).refusal?.code == .forbidden)
    }
}

import FHIR
import HL7v2

extension Converter {
    /// Where all this comes from (R4 §6.3): what was touched, when it happened, by which event, who sent it, and in which
    /// stored message.
    mutating func addProvenance() {
        let operators = operators()
        let targets = drafts.filter { $0.use != .findOnly }.map { FHIRValue.reference(to: $0.name) }
        guard !targets.isEmpty else { return }
        let sender = ProjectURI.path([header.sendingApplication, header.sendingFacility])
        let shown = [header.sendingApplication, header.sendingFacility].filter { !$0.isEmpty }
            .joined(separator: " at ")
        let who = FHIRValue.object(of: [
            "type": "Device",
            "identifier": .object(of: ["system": .string(ProjectURI.sender), "value": .text(sender)]),
            "display": .text(shown),
        ])
        var agents: [FHIRValue] = [
            .object([.init("type", Self.agent("author")), .init("who", who ?? .object([]))])
        ]
        agents += operators.map { .object([.init("type", Self.agent("enterer")), .init("who", $0)]) }
        let activity = Self.coding(
            "http://terminology.hl7.org/CodeSystem/v2-0003", route.triggerEvent, nil)
        let message = FHIRValue.object([
            .init("system", .string(ProjectURI.message)),
            .init(
                "value",
                .string(ProjectURI.path([header.sendingApplication, header.sendingFacility, header.controlID]))),
        ])
        add(
            "provenance", .provenance, .none,
            edits: [
                .set("target", .list(targets)),
                .set("occurredDateTime", .string(occurred.text)),
                .set("recorded", .string(recordedAt)),
                .set("activity", .object([.init("coding", .list([activity]))])),
                .set("agent", .list(agents)),
                .set(
                    "entity",
                    .list([
                        .object([
                            .init("role", "source"),
                            .init("what", .object([.init("identifier", message)])),
                        ])
                    ])),
            ])
    }

    /// EVN-5: who entered it.
    private mutating func operators() -> [FHIRValue] {
        guard let row = (0..<fields.count).first(where: { fields.name($0) == "EVN" }) else { return [] }
        return fields.read(row, 5).repetitions.compactMap { practitioner(Piece($0)) }
    }

    private static func agent(_ code: String) -> FHIRValue {
        let coding = coding("http://terminology.hl7.org/CodeSystem/provenance-participant-type", code, nil)
        return .object([.init("coding", .list([coding]))])
    }
}

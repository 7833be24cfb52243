import FHIR
import HL7v2

extension Converter {
    /// XCN (v2.5.1 ch. 2A §2.A.87) as a reference to a Practitioner, found by the number and its authority. Somebody without
    /// a number is a name only. What a patient's message says of a practitioner fills gaps and changes nothing.
    mutating func practitioner(_ piece: Piece) -> FHIRValue? {
        let family = piece.part(2)?.text(1)
        let given = [piece.text(3), piece.text(4)].compactMap { $0 }
        let display = ([piece.text(6)] + given.map(Optional.some) + [family]).compactMap { $0 }
            .joined(separator: " ")
        guard let value = piece.text(1) else {
            if display.isEmpty { return nil }
            assume("A person without a number is carried as a name only.", at: piece.place)
            return .object([.init("display", .string(display))])
        }
        let authority = piece.part(9)
        let system = self.system(
            namespace: authority?.text(1), universal: authority?.text(2), type: authority?.text(3),
            role: "practitioner", at: piece.place)
        let identifier = Identity.Identifier(system: system, value: value)
        let name = practitionerName(piece, family: family, given: given)
        let draft =
            self.name(of: .practitioner, [identifier])
            ?? add(
                "practitioner", .practitioner, .identifiers([identifier]),
                edits: [.mergeIdentifiers("identifier", [Self.value(identifier)], replacing: [])]
                    + (name.map { [.setIfAbsent("name", .list([$0]))] } ?? []))
        return .object(of: ["reference": .string(draft.reference), "display": .text(display)])
    }

    private func practitionerName(_ piece: Piece, family: String?, given: [String]) -> FHIRValue? {
        .object(of: [
            "family": .text(family), "given": .list(ifAny: given.map { .string($0) }),
            "prefix": .list(ifAny: [piece.text(6)].compactMap { FHIRValue.text($0) }),
            "suffix": .list(ifAny: [piece.text(5), piece.text(7)].compactMap { FHIRValue.text($0) }),
        ])
    }

    /// XON (§2.A.90), or a plain name, as a reference to an Organization.
    mutating func organization(_ piece: Piece) -> FHIRValue? {
        let name = piece.text(1)
        let number = piece.text(10) ?? piece.text(3)
        guard let shown = name ?? number else { return nil }
        let identifier: Identity.Identifier
        if let number {
            let authority = piece.part(6)
            let system = self.system(
                namespace: authority?.text(1), universal: authority?.text(2), type: authority?.text(3),
                role: "organization", at: piece.place)
            identifier = Identity.Identifier(system: system, value: number)
        } else {
            identifier = Identity.Identifier(
                system: ProjectURI.organization, value: ProjectURI.path([facility, shown]))
        }
        let draft =
            self.name(of: .organization, [identifier])
            ?? add(
                "organization", .organization, .identifiers([identifier]),
                edits: [
                    .mergeIdentifiers("identifier", [Self.value(identifier)], replacing: []),
                    .setIfAbsent("name", .string(shown)),
                ])
        return .object(of: ["reference": .string(draft.reference), "display": .text(name)])
    }
}

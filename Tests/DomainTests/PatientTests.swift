import Domain
import Testing

@Suite("Patients")
struct PatientTests {
    @Test("a patient linked to itself is refused, with the link's place", arguments: PatientLink.Kind.allCases)
    func itself(kind: PatientLink.Kind) {
        let links = [
            PatientLink(position: 0, other: PatientID("b"), kind: kind),
            PatientLink(position: 2, other: PatientID("a"), kind: kind),
        ]
        let refusal = Patient(id: PatientID("a"), links: links).decide().refusal
        #expect(refusal?.code == .linkedToItself)
        #expect(refusal?.element?.description == "link[2].other")
        #expect(Patient(id: PatientID("c"), links: links).decide() == .accepted)
    }
}

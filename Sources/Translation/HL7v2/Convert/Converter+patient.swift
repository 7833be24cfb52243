import FHIR
import HL7v2

extension Converter {
    /// The patient of a group, found by the numbers of PID-3 (v2.5.1 ch. 3 §3.4.2.3).
    mutating func patient(_ group: SegmentGroup) throws(ConversionRefusal) -> DraftName {
        guard let row = group.first("PID") else {
            throw ConversionRefusal(
                .segmentSequence, at: Place(segment: "PID"), "The message needs a PID segment.")
        }
        let identity = try patientIdentity(row)
        let edits = edits(for: .patient, in: group)
        // A second part of the message about the same patient adds to what the first said.
        if let known = name(of: .patient, identity) {
            if let index = drafts.firstIndex(where: { $0.name == known }) { drafts[index].edits += edits }
            return known
        }
        return add("patient", .patient, .identifiers(identity), edits: edits)
    }

    private mutating func patientIdentity(_ row: Int) throws(ConversionRefusal) -> [Identity.Identifier] {
        let candidates = identifiers(of: fields.read(row, 3), role: "patient")
        let place = fields.peek(row, 3).place
        guard let first = candidates.first else {
            let external = identifiers(of: fields.read(row, 2), role: "patient")
            guard let found = external.first else {
                throw ConversionRefusal(
                    .requiredField, at: place, "PID-3 has no number by which the patient could be found.")
            }
            assume("PID-3 is empty; the patient is found by PID-2.", at: place)
            return [found.identifier]
        }
        if sender.patientAuthorities.isEmpty {
            let record = candidates.first { $0.type == "MR" || $0.type == "MRN" } ?? first
            if candidates.count > 1 {
                assumeOnce(
                    "No authority is configured to find patients by; the number of \(record.identifier.system) was used.",
                    at: place)
            }
            return [record.identifier]
        }
        let chosen = candidates.filter { candidate in
            sender.patientAuthorities.contains { candidate.names.contains($0) }
        }
        guard !chosen.isEmpty else {
            throw ConversionRefusal(
                .requiredField, at: place,
                "PID-3 has no number of an authority that finds this sender's patients (\(sender.patientAuthorities.joined(separator: ", ")))."
            )
        }
        return chosen.map(\.identifier)
    }

    struct Candidate {
        var identifier: Identity.Identifier
        /// What the authority is called: its namespace, its universal id and the URI.
        var names: [String]
        /// CX-5
        var type: String?
    }

    /// The numbers of a field, each once.
    mutating func identifiers(of field: Field, role: String) -> [Candidate] {
        var found: [Candidate] = []
        for repetition in field.repetitions {
            let piece = Piece(repetition)
            guard let value = piece.text(1) else { continue }
            let authority = piece.part(4)
            let system = self.system(
                namespace: authority?.text(1), universal: authority?.text(2), type: authority?.text(3), role: role,
                at: piece.place)
            let identifier = Identity.Identifier(system: system, value: value)
            if found.contains(where: { $0.identifier == identifier }) { continue }
            let names = [authority?.text(1), authority?.text(2), system].compactMap { $0 }
            found.append(Candidate(identifier: identifier, names: names, type: piece.text(5)))
        }
        return found
    }
}

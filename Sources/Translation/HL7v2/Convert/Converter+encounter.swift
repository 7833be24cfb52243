import FHIR
import HL7v2

extension Converter {
    /// The encounter of a group's PV1, found by the visit number.
    ///
    /// Status and location belong to the movements; what stands here of a status is for an encounter that nobody has
    /// told of before.
    mutating func encounter(
        _ group: SegmentGroup, patient: DraftName, isRequired: Bool
    ) throws(ConversionRefusal) -> DraftName? {
        guard let row = group.first("PV1") else { return nil }
        guard let identity = visitIdentity(row) else {
            let place = Place(segment: "PV1", sequence: 1, field: 19)
            if isRequired {
                throw ConversionRefusal(
                    .requiredField, at: place,
                    "PV1-19 has no visit number; without it the visit cannot be told from another.")
            }
            assume("There is no visit number; no Encounter was made.", at: place)
            return nil
        }
        let mother = motherEncounter(group)
        let diagnoses = diagnoses(group, patient: patient, visit: identity)
        var edits = edits(for: .encounter, in: group)
        edits.append(.set("subject", .reference(to: patient)))
        edits.append(.setIfAbsent("status", .string(Self.initialStatus[route.triggerEvent] ?? "unknown")))
        if !edits.contains(where: { $0.path == "class" }) {
            assume(
                "PV1-2 says no class of visit that is known; a new Encounter gets 'unknown'.",
                at: Place(segment: "PV1", field: 2))
            edits.append(.setIfAbsent("class", Self.coding(Self.nullFlavor, "UNK", "unknown")))
        }
        if let mother { edits.append(.setIfAbsent("partOf", .reference(to: mother))) }
        if !diagnoses.isEmpty { edits.append(.union("diagnosis", diagnoses)) }
        return add("encounter", .encounter, .identifiers(identity), edits: edits)
    }

    /// How an encounter begins that this event is the first to tell of.
    private static let initialStatus: [String: String] = [
        "A01": "in-progress", "A02": "in-progress", "A03": "finished", "A04": "arrived", "A05": "planned",
        "A06": "in-progress", "A07": "in-progress", "A11": "cancelled", "A12": "in-progress", "A13": "in-progress",
        "A17": "in-progress",
    ]

    private static let nullFlavor = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"

    /// PV1-19, of the configured authorities where there are any; else PV1-50, the alternate visit id.
    private mutating func visitIdentity(_ row: Int) -> [Identity.Identifier]? {
        let visits = identifiers(of: fields.read(row, 19), role: "visit")
        let chosen = visits.filter { visit in
            sender.visitAuthorities.isEmpty || sender.visitAuthorities.contains { visit.names.contains($0) }
        }
        if !chosen.isEmpty { return chosen.map(\.identifier) }
        if !visits.isEmpty { return nil }
        guard let alternate = identifiers(of: fields.peek(row, 50), role: "visit").first else { return nil }
        assume("PV1-19 is empty; the visit is found by PV1-50.", at: Place(segment: "PV1", field: 19))
        return [alternate.identifier]
    }

    /// PID-21: a newborn's encounter is part of the one that its mother is here for. Found, never made.
    private mutating func motherEncounter(_ group: SegmentGroup) -> DraftName? {
        guard let row = group.first("PID") else { return nil }
        let numbers = identifiers(of: fields.read(row, 21), role: "patient").map(\.identifier)
        guard !numbers.isEmpty else { return nil }
        let mother =
            name(of: .patient, numbers) ?? add("mother", .patient, .identifiers(numbers), use: .findOnly)
        return add("mother-encounter", .encounter, .currentEncounter(ofPatient: mother), use: .findOnly)
    }

    /// DG1: a Condition for each diagnosis of the visit, and how the encounter refers to it.
    private mutating func diagnoses(
        _ group: SegmentGroup, patient: DraftName, visit: [Identity.Identifier]
    ) -> [FHIRValue] {
        var diagnoses: [FHIRValue] = []
        for row in group.all("DG1") {
            var own = SegmentGroup()
            own.add("DG1", row)
            let code = Piece(fields.read(row, 3).repetition(1))
            guard let key = code.text(1) ?? code.text(2) ?? fields.peek(row, 4).value, let visit = visit.first else {
                continue
            }
            let identifier = Identity.Identifier(
                system: ProjectURI.diagnosis,
                value: ProjectURI.path([visit.system, visit.value, key, code.text(3) ?? ""]))
            if name(of: .condition, [identifier]) != nil { continue }
            var edits: [Edit] = [.mergeIdentifiers("identifier", [Self.value(identifier)], replacing: [])]
            edits += self.edits(for: .condition, in: own)
            edits.append(.set("subject", .reference(to: patient)))
            let condition = add("condition", .condition, .identifiers([identifier]), edits: edits)
            let type = Piece(fields.read(row, 6).repetition(1))
            let use = type.text == nil ? nil : concept(type, table: "HL70052")
            diagnoses.append(
                FHIRValue.object(of: ["condition": .reference(to: condition), "use": use]) ?? .null)
        }
        return diagnoses
    }
}

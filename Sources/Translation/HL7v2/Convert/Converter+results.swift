import FHIR
import HL7v2

extension Converter {
    /// ORU R01 (v2.5.1 ch. 7 §7.3.1): for each patient the visit if it is known, and for each OBR the order, its observations
    /// and the report.
    mutating func convertResults() throws(ConversionRefusal) {
        for group in patientGroups() {
            let patient = try patient(group)
            var encounter: DraftName?
            if let row = group.first("PV1") {
                encounter = try self.encounter(group, patient: patient, isRequired: false)
                noteUnmoved(row)
            } else {
                assume("There is no visit (PV1); no Encounter was made.")
            }
            let found = fields.orders(in: group)
            for row in found.strays {
                assume(
                    "An observation before any order, or of the specimen (behind SPM), is not carried over.",
                    at: fields.segment(row).place)
            }
            let placers = found.orders.map { fields.peek($0.request, 2).value ?? "" }
            for order in found.orders {
                let placer = fields.peek(order.request, 2).value ?? ""
                var context = OrderContext(group: group, patient: patient, encounter: encounter)
                context.isPlacerShared = placers.filter { $0 == placer }.count > 1
                convert(order, context)
            }
        }
    }

    private struct OrderContext {
        var group: SegmentGroup
        var patient: DraftName
        var encounter: DraftName?
        /// Several orders of the message have this placer number: it finds none of them.
        var isPlacerShared = false
    }

    private mutating func convert(_ order: OrderGroup, _ context: OrderContext) {
        var group = SegmentGroup()
        if let common = order.common { group.add("ORC", common) }
        group.add("OBR", order.request)
        let placer = number(order, 2, "placer")
        let filler = number(order, 3, "filler")
        let request = serviceRequest(order, group, context, placer: placer, filler: filler)
        let about = subject(context)

        var results: [FHIRValue] = []
        var attachments: [FHIRValue] = []
        var keys: [String: Int] = [:]
        let number = (filler ?? placer).map { ProjectURI.path([$0.system, $0.value]) }
        for observation in order.observations {
            let outcome = convert(
                observation, in: group, number: number, keys: &keys, about: about, basedOn: request)
            results.append(.reference(to: outcome.name))
            attachments += outcome.attachments
        }

        let identity = reportIdentity(order, filler: filler, placer: placer)
        var edits = identifierEdits(of: identity, placer: placer, filler: filler)
        edits += self.edits(for: .diagnosticReport, in: group)
        edits.append(.setIfAbsent("status", "unknown"))
        edits.append(.setIfAbsent("code", Self.unknownConcept))
        edits += about
        if let request { edits.append(.union("basedOn", [.reference(to: request)])) }
        if !results.isEmpty { edits.append(.union("result", results)) }
        if !attachments.isEmpty { edits.append(.union("presentedForm", attachments)) }
        add("report", .diagnosticReport, identity, edits: edits)
    }

    /// OBR-2 or OBR-3, else the same number of ORC.
    private mutating func number(_ order: OrderGroup, _ field: Int, _ role: String) -> Identity.Identifier? {
        let own = entity(fields.read(order.request, field), role: role)
        guard let common = order.common else { return own }
        fields.mark(common, field)
        return own ?? entity(fields.read(common, field), role: role)
    }

    private mutating func serviceRequest(
        _ order: OrderGroup, _ group: SegmentGroup, _ context: OrderContext, placer: Identity.Identifier?,
        filler: Identity.Identifier?
    ) -> DraftName? {
        let numbers = [context.isPlacerShared && filler != nil ? nil : placer, filler].compactMap { $0 }
        guard !numbers.isEmpty else {
            assume(
                "The order has no number; no ServiceRequest was made.",
                at: Place(segment: "OBR", sequence: fields.segment(order.request).sequence, field: 3))
            return nil
        }
        if let known = name(of: .serviceRequest, numbers) { return known }
        var edits = identifierEdits(placer: placer, filler: filler)
        edits += self.edits(for: .serviceRequest, in: group)
        edits += subject(context)
        edits += [.setIfAbsent("status", "unknown"), .setIfAbsent("intent", "order")]
        let notes = notes(order.notes)
        if !notes.isEmpty { edits.append(.replace("note", notes, .all)) }
        return add("order", .serviceRequest, .identifiers(numbers), edits: edits)
    }

    private func identifierEdits(placer: Identity.Identifier?, filler: Identity.Identifier?) -> [Edit] {
        let numbers = [placer.map { Self.value($0, type: "PLAC") }, filler.map { Self.value($0, type: "FILL") }]
            .compactMap { $0 }
        return numbers.isEmpty ? [] : [.mergeIdentifiers("identifier", numbers, replacing: [])]
    }

    /// The order's numbers; for a report that has an identity of its own only that, because a number must lead to one
    /// report. Its numbers stand in the order that it is based on.
    private func identifierEdits(
        of report: Identity, placer: Identity.Identifier?, filler: Identity.Identifier?
    ) -> [Edit] {
        guard case .identifiers(let found) = report, let own = found.first, own.system == ProjectURI.report else {
            return identifierEdits(placer: placer, filler: filler)
        }
        return [.mergeIdentifiers("identifier", [Self.value(own)], replacing: [])]
    }

    /// The filler's number. Where one number stands for several reports of the message, the others are told by their code
    /// too.
    private mutating func reportIdentity(
        _ order: OrderGroup, filler: Identity.Identifier?, placer: Identity.Identifier?
    ) -> Identity {
        let place = Place(segment: "OBR", sequence: fields.segment(order.request).sequence, field: 3)
        guard let number = filler ?? placer else {
            assume("The report has no number; each time it is sent it is a new one.", at: place)
            return .none
        }
        if filler == nil { assume("OBR-3 is empty; the report is found by the placer's number.", at: place) }
        guard name(of: .diagnosticReport, [number]) != nil else { return .identifiers([number]) }
        let code = fields.peek(order.request, 4).component(1).value ?? fields.peek(order.request, 1).value ?? ""
        assume("Several reports have one filler number; this one is found by its code too.", at: place)
        var parts = [number.system, number.value, code]
        var own = Identity.Identifier(system: ProjectURI.report, value: ProjectURI.path(parts))
        parts.append("")
        var count = 2
        while name(of: .diagnosticReport, [own]) != nil {
            parts[3] = String(count)
            own.value = ProjectURI.path(parts)
            count += 1
        }
        return .identifiers([own])
    }

    private func subject(_ context: OrderContext) -> [Edit] {
        var edits: [Edit] = [.set("subject", .reference(to: context.patient))]
        if let encounter = context.encounter { edits.append(.set("encounter", .reference(to: encounter))) }
        return edits
    }

    /// NTE-3 of each segment as an Annotation.
    mutating func notes(_ rows: [Int]) -> [FHIRValue] {
        var notes: [FHIRValue] = []
        for row in rows {
            let lines = fields.read(row, 3).repetitions.compactMap { $0.value }
            if let text = FHIRValue.text(lines.joined(separator: "\n")) { notes.append(.object([.init("text", text)])) }
        }
        return notes
    }

    /// What a code says that was not sent.
    static let unknownConcept = FHIRValue.object([
        .init(
            "coding",
            .list([coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown")]))
    ])
}

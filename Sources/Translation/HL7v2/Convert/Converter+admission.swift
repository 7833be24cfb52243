import FHIR
import HL7v2

extension Converter {
    /// ADT events with a patient (v2.5.1 ch. 3 §3.3): the patient, unless A28 or A31 the encounter, and the movement.
    mutating func convertAdmission() throws(ConversionRefusal) {
        let groups = patientGroups()
        let isSwap = route.triggerEvent == "A17"
        if isSwap, groups.count != 2 {
            throw ConversionRefusal(
                .segmentSequence, at: Place(segment: "PID", sequence: groups.count),
                "A swap (A17) needs two patients, each with PID and PV1; there are \(groups.count).")
        }
        for group in groups {
            let patient = try patient(group)
            try convertVisit(group, patient: patient)
            if !isSwap { break }
        }
        if !isSwap, groups.count > 1 {
            assume("Only the first patient of the message is carried over.", at: Place(segment: "PID", sequence: 2))
        }
    }

    private mutating func convertVisit(_ group: SegmentGroup, patient: DraftName) throws(ConversionRefusal) {
        let event = route.triggerEvent
        guard let row = group.first("PV1") else {
            if Movement.Kind(triggerEvent: event) != nil {
                throw ConversionRefusal(
                    .segmentSequence, at: Place(segment: "PV1"), "The event \(event) needs a PV1 segment.")
            }
            return
        }
        if event == "A28" || event == "A31" {
            // Senders write PV1|1|N because the structure wants the segment; anything else is unread, and reported so.
            if fields.peek(row, 2).value == "N" {
                fields.mark(row, 2)
            } else if fields.peek(row, 19).value != nil {
                assume(
                    "\(event) speaks of the person; the visit in PV1 is not carried over.", at: Place(segment: "PV1"))
            }
            return
        }
        let kind = Movement.Kind(triggerEvent: event)
        let locations = kind == nil ? nil : (current: location(row, 3, "location"), prior: location(row, 6, "prior"))
        guard let encounter = try encounter(group, patient: patient, isRequired: kind != nil) else { return }
        let admitted = eventTime(Piece(fields.read(row, 44).repetition(1)))
        guard let kind, let locations else { return noteUnmoved(row) }
        let discharged = eventTime(Piece(fields.read(row, 45).repetition(1)))
        movements.append(
            Movement(
                kind: kind, occurred: occurred, recorded: recorded, encounter: encounter,
                location: locations.current, priorLocation: locations.prior, admitted: admitted,
                discharged: discharged))
    }

    /// A place and a discharge in an event that moves nobody.
    mutating func noteUnmoved(_ row: Int) {
        let place = fields.read(row, 3)
        if !place.isAbsent {
            assume("This event moves nobody; the location is not carried over.", at: place.place)
        }
        let discharge = fields.read(row, 45)
        if !discharge.isAbsent {
            assume("This event moves nobody; the discharge time is not carried over.", at: discharge.place)
        }
    }

    private mutating func location(_ row: Int, _ field: Int, _ name: String) -> DraftName? {
        let place = fields.read(row, field)
        if place.isNull { assume("\"\" says of no place that the patient is there.", at: place.place) }
        return location(Piece(place.repetition(1)), name: name)
    }

    /// A20 (§3.3.20): the status of a bed.
    mutating func convertBedStatus() throws(ConversionRefusal) {
        var count = 0
        for row in 0..<fields.count where fields.name(row) == "NPU" {
            guard let name = location(Piece(fields.read(row, 1).repetition(1)), name: "location") else { continue }
            var group = SegmentGroup()
            group.add("NPU", row)
            let edits = edits(for: .location, in: group)
            if let index = drafts.firstIndex(where: { $0.name == name }) { drafts[index].edits += edits }
            count += 1
        }
        guard count > 0 else {
            throw ConversionRefusal(
                .requiredField, at: Place(segment: "NPU", field: 1), "A bed status (A20) needs the bed, in NPU-1.")
        }
    }
}

import FHIR
import Testing

/// The scheduling track: find, propose, accept, book, cancel.
@Suite("Checklist: scheduling")
struct SchedulingChecklistTests {
    @Test("from the schedule by its actor over a free slot to a booked appointment, and back")
    func track() async throws {
        let client = try await House.client
        let (patient, practitioner) = (
            try await client.make("Patient", Sample.patient()),
            try await client.make("Practitioner", Sample.practitioner(npi: unique()))
        )
        let schedule = try await client.make(
            "Schedule",
            #"{"resourceType":"Schedule","active":true,"actor":[{"reference":"Practitioner/\#(practitioner)"}]}"#)
        func slot(_ status: String, _ id: String = "") -> String {
            #"""
            {"resourceType":"Slot"\#(id),"schedule":{"reference":"Schedule/\#(schedule)"},"status":"\#(status)",
            "start":"2026-12-01T08:00:00Z","end":"2026-12-01T08:30:00Z"}
            """#
        }
        let free = try await client.make("Slot", slot("free"))
        try await client.expect("Schedule?actor=Practitioner/\(practitioner)", finds: [schedule])
        let search = "Slot?schedule=Schedule/\(schedule)&status=free&start=ge2026-12-01"
        try await client.expect(search, finds: [free])
        func appointment(_ status: String, _ participation: String, _ id: String = "") -> String {
            #"""
            {"resourceType":"Appointment"\#(id),"status":"\#(status)","slot":[{"reference":"Slot/\#(free)"}],
            "start":"2026-12-01T08:00:00Z","end":"2026-12-01T08:30:00Z","participant":[
            {"actor":{"reference":"Patient/\#(patient)"},"status":"\#(participation)"},
            {"actor":{"reference":"Practitioner/\#(practitioner)"},"status":"\#(participation)"}]}
            """#
        }
        let proposed = try await client.make("Appointment", appointment("proposed", "needs-action"))
        try await client.expect("Appointment?patient=Patient/\(patient)&status=proposed", finds: [proposed])
        let ids = (slot: #","id":"\#(free)""#, appointment: #","id":"\#(proposed)""#)
        _ = try await client.put("Slot/\(free)", slot("busy-tentative", ids.slot))
        try await client.expect(search, finds: [])
        let answer = try await client.make(
            "AppointmentResponse",
            #"""
            {"resourceType":"AppointmentResponse","appointment":{"reference":"Appointment/\#(proposed)"},
            "actor":{"reference":"Practitioner/\#(practitioner)"},"participantStatus":"accepted"}
            """#)
        try await client.expect("AppointmentResponse?appointment=Appointment/\(proposed)", finds: [answer])
        _ = try await client.put("Slot/\(free)", slot("busy", ids.slot))
        let booked = try await client.put("Appointment/\(proposed)", appointment("booked", "accepted", ids.appointment))
        #expect(booked.status == 200, "\(booked)")
        try await client.expect("Appointment?slot=Slot/\(free)&status=booked", finds: [proposed])
        let cancelled = try await client.put(
            "Appointment/\(proposed)", appointment("cancelled", "declined", ids.appointment))
        #expect(cancelled.status == 200, "\(cancelled)")
        _ = try await client.put("Slot/\(free)", slot("free", ids.slot))
        try await client.expect(search, finds: [free])
    }
}

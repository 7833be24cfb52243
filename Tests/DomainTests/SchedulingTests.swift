import Domain
import Testing

@Suite("Scheduling")
struct SchedulingTests {
    private let backwards = Period(start: second(10), end: second(5))
    private let forwards = Period(start: second(10), end: second(10))

    @Test("a slot that ends before it starts is refused")
    func slot() {
        #expect(Slot(id: SlotID("s"), status: .free, period: backwards).decide().refusal?.element?.description == "end")
        #expect(Slot(id: SlotID("s"), status: .free, period: forwards).decide() == .accepted)
    }

    @Test("an appointment that ends before it starts is refused, and so is a requested period")
    func appointment() {
        let booked = Appointment(id: AppointmentID("a"), status: .booked, period: backwards)
        #expect(booked.decide().refusal?.code == .endsBeforeStart)
        let wish = Appointment(
            id: AppointmentID("a"), status: .proposed, period: Period(), requestedPeriods: [forwards, backwards])
        #expect(wish.decide().refusal?.element?.description == "requestedPeriod[1]")
    }

    @Test("a schedule's horizon has an order too")
    func schedule() {
        let refusal = Schedule(id: ScheduleID("s"), planningHorizon: backwards).decide().refusal
        #expect(refusal?.element?.description == "planningHorizon")
    }
}

import Domain
import Testing

@Suite("The journey of a stay")
struct JourneyTests {
    @Test("an admission, a transfer and a discharge are a stay in two places")
    func plain() {
        let journey = Journey([
            movement(.admit, at: 1, "A"), movement(.transfer, at: 5, "B"), movement(.discharge, at: 9),
        ])
        #expect(Sight(journey).description == "finished 1-9: A 1-5, B 5-9")
        #expect(journey.oddities.isEmpty)
        #expect(journey.stays.map(\.position) == [0, 1])
        #expect(journey.causes.count == 2)
        #expect(journey.stays.allSatisfy { $0.period.isInOrder })
    }

    @Test("each event says where the encounter stands")
    func statuses() {
        #expect(told() == "unknown -: ")
        #expect(told(movement(.preAdmit, at: 1, "A")) == "planned -: planned A -")
        #expect(told(movement(.register, at: 1, "A")) == "arrived 1-: in A 1-")
        #expect(told(movement(.admit, at: 1, "A")) == "in-progress 1-: in A 1-")
        #expect(told(movement(.admit, at: 1)) == "in-progress 1-: ")
        #expect(
            told(movement(.preAdmit, at: 1, "P"), movement(.register, at: 2, "A"), movement(.admit, at: 3, "B"))
                == "in-progress 2-: A 2-3, in B 3-")
    }

    @Test("a transfer to where the patient is already changes nothing")
    func samePlace() {
        #expect(
            told(movement(.admit, at: 1, "A"), movement(.transfer, at: 4, "A")) == "in-progress 1-: in A 1-")
    }

    @Test("a transfer that arrives late slots into the past and moves nobody back")
    func late() {
        let known = [movement(.admit, at: 1, "A"), movement(.transfer, at: 8, "C", recorded: 8)]
        let all = known + [movement(.transfer, at: 4, "B", recorded: 9)]
        #expect(Sight(Journey(all)).description == "in-progress 1-: A 1-4, B 4-8, in C 8-")
    }

    @Test("outpatients become inpatients and inpatients outpatients, with or without moving")
    func classes() {
        let registered = movement(.register, at: 1, "A")
        let inwards = Journey([registered, movement(.toInpatient, at: 3, "B")])
        #expect(inwards.isInpatient == true)
        #expect(Sight(inwards).description == "in-progress 1-: A 1-3, in B 3-")
        let outwards = Journey([movement(.admit, at: 1, "A"), movement(.toOutpatient, at: 3)])
        #expect(outwards.isInpatient == false)
        #expect(Sight(outwards).description == "in-progress 1-: in A 1-")
        #expect(Journey([registered]).isInpatient == nil)
    }

    @Test("the prior location is believed where nothing else is known, and reported where it differs")
    func prior() {
        #expect(
            told(movement(.transfer, at: 5, "B", from: "A")) == "in-progress -: A -5, in B 5-")
        #expect(oddities(movement(.transfer, at: 5, "B", from: "A")) == [.transferWithoutAdmit])
        let odd = [movement(.admit, at: 1, "A"), movement(.transfer, at: 5, "C", from: "B")]
        #expect(Sight(Journey(odd)).description == "in-progress 1-: A 1-5, in C 5-")
        #expect(Journey(odd).oddities.map(\.kind) == [.priorLocationDiffers])
    }

    @Test("what is odd is told, and the fold goes on")
    func odd() {
        let admitted = movement(.admit, at: 2, "A")
        let gone = movement(.discharge, at: 5)
        #expect(oddities(movement(.discharge, at: 5, "A")) == [.dischargeWithoutAdmit])
        #expect(told(movement(.discharge, at: 5, "A")) == "finished -5: A -5")
        #expect(oddities(admitted, gone, movement(.transfer, at: 7, "B")) == [.movedAfterDischarge])
        #expect(told(admitted, gone, movement(.transfer, at: 7, "B")) == "finished 2-5: A 2-5")
        #expect(oddities(admitted, movement(.transfer, at: 4)) == [.transferWithoutLocation])
        #expect(oddities(admitted, movement(.admit, at: 4, "B")) == [.admittedTwice])
        #expect(told(admitted, movement(.admit, at: 4, "B")) == "in-progress 2-: A 2-4, in B 4-")
        #expect(oddities(admitted, movement(.preAdmit, at: 3, "P")) == [.plannedAfterArrival])
        #expect(oddities(movement(.transfer, at: 1, "B"), admitted) == [.transferWithoutAdmit])
        #expect(
            oddities(admitted, movement(.transfer, at: 3, "B", id: "1"), movement(.transfer, at: 3, "C", id: "2"))
                == [.twoPlacesAtOnce])
        #expect(oddities(admitted, gone, movement(.discharge, at: 6, id: "A03@5/5")) == [.reusedIdentity])
    }

    @Test("an admission after the discharge goes on with the stay, one that only carries a later time does not")
    func again() {
        let admitted = movement(.admit, at: 2, "A")
        let gone = movement(.discharge, at: 5)
        let again = movement(.admit, at: 8, "B")
        #expect(told(admitted, gone, again) == "in-progress 2-: A 2-5, in B 8-")
        #expect(oddities(admitted, gone, again) == [.admittedAfterDischarge])
        let wrong = movement(.discharge, at: 1, recorded: 9)
        #expect(told(admitted, wrong) == "finished 2-: A 2-")
        #expect(oddities(admitted, wrong) == [.dischargeWithoutAdmit, .dischargedBeforeAdmit])
    }

    @Test("of two discharges the one recorded last counts")
    func dischargedTwice() {
        let admitted = movement(.admit, at: 2, "A")
        let first = movement(.discharge, at: 5)
        #expect(told(admitted, first, movement(.discharge, at: 7)) == "finished 2-7: A 2-7")
        #expect(told(admitted, first, movement(.discharge, at: 4, recorded: 8)) == "finished 2-4: A 2-4")
        #expect(oddities(admitted, first, movement(.discharge, at: 7)) == [.dischargedTwice])
    }

    @Test("events of one minute are taken as a stay goes: arrival, admission, transfer, discharge")
    func sameTime() {
        #expect(
            told(
                movement(.discharge, at: 3), movement(.transfer, at: 3, "B"), movement(.admit, at: 3, "A"),
                movement(.register, at: 3, "E")) == "finished 3-3: E 3-3, A 3-3, B 3-3")
    }

    @Test("a sender's counter counts: 9 comes before 10")
    func identities() {
        #expect(MovementID("S|9") < MovementID("S|10"))
        #expect(Movement.Kind(rawValue: "A08") == nil)
        let first = movement(.transfer, at: 3, "B", id: "S|9")
        let second = movement(.transfer, at: 3, "C", id: "S|10")
        #expect(Journey([movement(.admit, at: 1, "A"), second, first]).stays.last?.location?.rawValue == "C")
    }
}

extension Period {
    /// Whether the write path would take it.
    fileprivate var isInOrder: Bool { !endsBeforeStart }
}

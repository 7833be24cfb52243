import Domain
import Testing

@Suite("Cancelled movements")
struct CancellationTests {
    private let admitted = movement(.admit, at: 2, "A")
    private let moved = movement(.transfer, at: 5, "B")

    @Test("a cancelled admission cancels the encounter and leaves nobody in a bed")
    func admission() {
        let cancel = movement(.cancelAdmit, at: 2, recorded: 4)
        #expect(told(admitted, cancel) == "cancelled -: ")
        #expect(told(movement(.register, at: 2, "A"), cancel) == "cancelled -: ")
        #expect(told(movement(.preAdmit, at: 1, "P"), admitted, cancel) == "cancelled -: ")
        #expect(told(movement(.register, at: 1, "E"), admitted, cancel) == "arrived 1-: in E 1-")
        #expect(told(movement(.preAdmit, at: 1, "P"), movement(.cancelAdmit, at: 3)) == "cancelled -: ")
        #expect(oddities(admitted, moved, movement(.cancelAdmit, at: 2, recorded: 6)) == [.withdrawnWithAdmit])
    }

    @Test("a cancelled transfer leaves the patient where they were")
    func transfer() {
        #expect(told(admitted, moved, movement(.cancelTransfer, at: 5, recorded: 7)) == "in-progress 2-: in A 2-")
        #expect(told(admitted, moved, movement(.cancelTransfer, at: 7, "A")) == "in-progress 2-: in A 2-")
        #expect(oddities(admitted, moved, movement(.cancelTransfer, at: 7, "A")) == [])
        #expect(oddities(admitted, moved, movement(.cancelTransfer, at: 7, "C")) == [.otherLocationAfterCancel])
        #expect(
            told(admitted, movement(.swap, at: 5, "B"), movement(.cancelTransfer, at: 7)) == "in-progress 2-: in A 2-")
    }

    @Test("a cancelled discharge leaves the patient in the house, in another bed if it says so")
    func discharge() {
        let gone = movement(.discharge, at: 8)
        let named = movement(.cancelDischarge, at: 8, "A", recorded: 9)
        #expect(told(admitted, gone, named) == "in-progress 2-: in A 2-")
        let elsewhere = movement(.cancelDischarge, at: 8, "C", recorded: 9)
        #expect(told(admitted, gone, elsewhere) == "in-progress 2-: A 2-9, in C 9-")
        #expect(told(movement(.register, at: 2), gone, named) == "arrived 2-: in A 9-")
        #expect(told(admitted, gone, named, movement(.discharge, at: 11)) == "finished 2-11: A 2-11")
    }

    @Test("a cancel names the event by its time, or the last one before")
    func which() {
        let later = movement(.transfer, at: 10, "C")
        #expect(
            told(admitted, moved, later, movement(.cancelTransfer, at: 5, recorded: 12))
                == "in-progress 2-: A 2-10, in C 10-")
        #expect(told(admitted, moved, later, movement(.cancelTransfer, at: 12)) == "in-progress 2-: A 2-5, in B 5-")
        #expect(
            told(admitted, moved, later, movement(.cancelTransfer, at: 12), movement(.cancelTransfer, at: 13))
                == "in-progress 2-: in A 2-")
    }

    @Test("a cancel that arrives before its transfer leaves the patient where the one before had led")
    func earlyAfterAnother() {
        let cancel = movement(.cancelTransfer, at: 10, "B", recorded: 12)
        #expect(told(admitted, moved, cancel) == "in-progress 2-: A 2-5, in B 5-")
        #expect(oddities(admitted, moved, cancel) == [.cancelWithoutMatch])
        let later = movement(.transfer, at: 10, "C")
        #expect(told(admitted, moved, cancel, later) == "in-progress 2-: A 2-5, in B 5-")
        #expect(oddities(admitted, moved, cancel, later) == [])
    }

    @Test("a cancel that arrives before its event is told, and undoes it when it comes")
    func early() {
        let cancel = movement(.cancelTransfer, at: 5, recorded: 7)
        #expect(told(admitted, cancel) == "in-progress 2-: in A 2-")
        #expect(oddities(admitted, cancel) == [.cancelWithoutMatch])
        #expect(oddities(cancel, admitted, moved) == [])
        #expect(told(movement(.cancelAdmit, at: 2)) == "cancelled -: ")
        #expect(told(movement(.cancelDischarge, at: 2, "A")) == "in-progress -: ")
    }

    @Test("what was entered after a cancel is not meant by it")
    func correction() {
        let wrong = movement(.transfer, at: 5, "X", recorded: 5)
        let cancel = movement(.cancelTransfer, at: 5, recorded: 6)
        let right = movement(.transfer, at: 5, "B", recorded: 7)
        for order in permutations(of: [admitted, wrong, cancel, right]) {
            #expect(Sight(Journey(order)).description == "in-progress 2-: A 2-5, in B 5-")
        }
        let again = movement(.transfer, at: 5, "X", recorded: 7)
        #expect(told(admitted, wrong, cancel, again) == "in-progress 2-: A 2-5, in X 5-")
        let admittedAgain = movement(.admit, at: 2, "B", recorded: 7)
        #expect(
            told(admitted, movement(.cancelAdmit, at: 2, recorded: 6), admittedAgain) == "in-progress 2-: in B 2-")
    }

    @Test("within one minute of recording, control ids say what came first")
    func sameMinute() {
        let wrong = movement(.transfer, at: 5, "X", id: "S|8")
        let cancel = movement(.cancelTransfer, at: 5, id: "S|9")
        let right = movement(.transfer, at: 5, "B", id: "S|10")
        #expect(told(admitted, wrong, cancel, right) == "in-progress 2-: A 2-5, in B 5-")
    }

    @Test("a time sent to the minute names all of that minute")
    func precision() {
        let precise = Movement(
            id: MovementID("p"), .transfer, occurred: 5 * minute + 30_000_000, recorded: 6 * minute,
            location: LocationID("B"))
        let cancel = movement(.cancelTransfer, at: 5, recorded: 7, width: minute)
        #expect(told(admitted, movement(.transfer, at: 3, "Y"), precise, cancel) == "in-progress 2-: A 2-3, in Y 3-")
    }

    @Test("repeats change nothing: of an event, of a cancel, under the same or a new control id")
    func repeats() {
        let before = movement(.transfer, at: 4, "Y")
        let cancel = movement(.cancelTransfer, at: 5, recorded: 7)
        let expected = "in-progress 2-: A 2-4, in Y 4-"
        #expect(told(admitted, before, moved, cancel) == expected)
        #expect(told(admitted, before, moved, cancel, moved, cancel) == expected)
        #expect(told(admitted, before, moved, movement(.transfer, at: 5, "B", id: "new"), cancel) == expected)
        #expect(told(admitted, before, moved, movement(.transfer, at: 5, "B", recorded: 6), cancel) == expected)
        #expect(
            told(admitted, before, moved, cancel, movement(.cancelTransfer, at: 5, recorded: 9)) == expected)
        let unnamed = movement(.cancelTransfer, at: 8)
        #expect(
            told(admitted, before, moved, unnamed, movement(.cancelTransfer, at: 8, id: "new")) == expected)
    }
}

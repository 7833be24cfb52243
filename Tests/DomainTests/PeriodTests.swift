import Domain
import Testing

/// A moment that is one second wide, `seconds` after the epoch.
func second(_ seconds: Int64) -> Moment {
    Moment(earliest: seconds * 1_000_000, latest: (seconds + 1) * 1_000_000)
}

@Suite("Periods")
struct PeriodTests {
    @Test("a period ends before it starts only if no reading of its bounds is in order")
    func bounds() {
        #expect(Period(start: second(10), end: second(9)).endsBeforeStart)
        #expect(!Period(start: second(10), end: second(10)).endsBeforeStart)
        #expect(!Period(start: second(10), end: nil).endsBeforeStart)
        #expect(!Period(start: nil, end: second(10)).endsBeforeStart)
        let day = Moment(earliest: 0, latest: 86_400_000_000)
        #expect(!Period(start: second(40_000), end: day).endsBeforeStart)
        #expect(!Period(start: day, end: second(1)).endsBeforeStart)
        #expect(Period(start: second(86_400), end: day).endsBeforeStart)
    }

    @Test("a period has ended when its end has surely passed")
    func ended() {
        #expect(!Period().hasEnded(at: 5_000_000))
        #expect(Period(end: second(4)).hasEnded(at: 5_000_000))
        #expect(!Period(end: second(5)).hasEnded(at: 5_000_000))
    }
}

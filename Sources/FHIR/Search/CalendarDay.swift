/// Days of the proleptic Gregorian calendar, counted from 1970-01-01.
enum CalendarDay {
    /// Microseconds in a day.
    static let microseconds: Int64 = 86_400_000_000

    /// The number of a day: 0 for 1970-01-01, −1 for the day before. March begins the year here, so that the leap day
    /// comes last and every month's offset is one formula.
    static func number(year: Int, month: Int, day: Int) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468)
    }

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// How many days a month has; `month` in 1…12.
    static func count(year: Int, month: Int) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

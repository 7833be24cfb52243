/// Adding durations (FHIRPath N1 §6.6.7, §6.6.8).
extension FHIRPathTemporal {
    /// The date or time later by a duration. A duration finer than the precision counts in whole parts of the precision;
    /// fractions count for seconds alone. Nil outside the years 1 to 9999.
    ///
    /// - Throws: ``FHIRPathError/invalidOperands(_:)`` if the unit is no duration that can be added: of UCUM's, months and
    ///   years have no place in a calendar.
    func adding(_ quantity: FHIRPathValue, isNegated: Bool) throws(FHIRPathError) -> FHIRPathTemporal? {
        guard let unit = FHIRPathCalendarUnit(quantity.unit) ?? FHIRPathCalendarUnit(ucum: quantity.unit) else {
            throw .invalidOperands(isNegated ? "-" : "+")
        }
        let number = isNegated ? quantity.number.negated : quantity.number
        guard let whole = number.cut(to: 0, .towardZero).whole, whole.magnitude < 1_000_000_000_000_000 else {
            return nil
        }
        if form == .time { return try addingToClock(number, unit) }
        switch unit {
        case .year: return whole.magnitude < 100_000 ? addingMonths(whole * 12) : nil
        case .month: return addingMonths(precision == .year ? whole / 12 * 12 : whole)
        default: break
        }
        guard let duration = Self.microseconds(number, unit) else { return nil }
        switch precision {
        case .year: return addingMonths(Int(duration / (365 * CalendarDay.microseconds)) * 12)
        case .month: return addingMonths(Int(duration / (30 * CalendarDay.microseconds)))
        case .day: return moved(by: duration / CalendarDay.microseconds * CalendarDay.microseconds)
        case .hour: return moved(by: duration / 3_600_000_000 * 3_600_000_000)
        case .minute: return moved(by: duration / 60_000_000 * 60_000_000)
        case .second: return moved(by: duration / 1_000_000 * 1_000_000)
        case .fraction: return moved(by: duration)
        }
    }

    /// Time goes round the clock.
    private func addingToClock(
        _ number: FHIRPathDecimal, _ unit: FHIRPathCalendarUnit
    ) throws(FHIRPathError) -> FHIRPathTemporal? {
        guard unit.microseconds > 0, unit.microseconds < CalendarDay.microseconds else { throw .invalidOperands("+") }
        guard let duration = Self.microseconds(number, unit) else { return nil }
        let part: Int64 =
            precision == .hour
            ? 3_600_000_000 : precision == .minute ? 60_000_000 : precision == .second ? 1_000_000 : 1
        var result = self
        let sum = (local + duration / part * part) % CalendarDay.microseconds
        result.local = sum < 0 ? sum + CalendarDay.microseconds : sum
        return result
    }

    private static func microseconds(_ number: FHIRPathDecimal, _ unit: FHIRPathCalendarUnit) -> Int64? {
        let isFine = unit == .second || unit == .millisecond
        let counted = isFine ? number : number.cut(to: 0, .towardZero)
        guard let product = counted.multiplied(by: FHIRPathDecimal(Int(unit.microseconds))),
            let whole = product.cut(to: 0, .towardZero).whole, whole.magnitude < 400_000_000_000_000_000
        else { return nil }
        return Int64(whole)
    }

    private func moved(by duration: Int64) -> FHIRPathTemporal? {
        var result = self
        result.local += duration
        return Instant.range.contains(result.local) ? result : nil
    }

    /// The same day of a later month, or that month's last.
    private func addingMonths(_ number: Int) -> FHIRPathTemporal? {
        let civil = civil
        guard number.magnitude < 1_000_000 else { return nil }
        let months = civil.year * 12 + civil.month - 1 + number
        let (year, month) = (months / 12, months % 12 + 1)
        guard 1...9999 ~= year else { return nil }
        let day = min(civil.day, Int(CalendarDay.count(year: year, month: month)))
        let midnight =
            CalendarDay.number(year: civil.year, month: civil.month, day: civil.day) * CalendarDay.microseconds
        var result = self
        result.local =
            CalendarDay.number(year: year, month: month, day: day) * CalendarDay.microseconds + (local - midnight)
        return result
    }
}

/// Comparing and computing with quantities across units (FHIRPath N1 §4.1.9, §6.1, §6.6).
enum FHIRPathQuantity {
    /// Unknown where the units cannot be brought together.
    static func areEqual(_ one: FHIRPathValue, _ other: FHIRPathValue) -> FHIRPathTruth {
        let order = order(one, other)
        return order == .unknown ? .unknown : FHIRPathTruth(order == .same)
    }

    static func order(_ one: FHIRPathValue, _ other: FHIRPathValue) -> FHIRPathTemporal.Order {
        if one.isCalendar == other.isCalendar, FactHash.equal(one.unit, other.unit) {
            return one.number == other.number ? .same : one.number < other.number ? .before : .after
        }
        guard let mine = FHIRPathUnit(of: one), let theirs = FHIRPathUnit(of: other),
            mine.dimensions == theirs.dimensions
        else { return .unknown }
        let left = base(one, mine) * theirs.denominator
        let right = base(other, theirs) * mine.denominator
        return left == right ? .same : left < right ? .before : .after
    }

    /// Whether two quantities are equal as far as the less precise of them tells. Calendar durations equal UCUM's here.
    static func areEquivalent(_ one: FHIRPathValue, _ other: FHIRPathValue) -> Bool {
        if FactHash.equal(one.unit, other.unit) { return areRoughlyEqual(one.number, other.number) }
        guard let mine = FHIRPathUnit(of: one)?.withoutCalendar, let theirs = FHIRPathUnit(of: other)?.withoutCalendar,
            mine.dimensions == theirs.dimensions
        else { return false }
        if let converted = convert(other, theirs, to: mine), areRoughlyEqual(one.number, converted) { return true }
        guard let converted = convert(one, mine, to: theirs) else { return false }
        return areRoughlyEqual(other.number, converted)
    }

    private static func areRoughlyEqual(_ one: FHIRPathDecimal, _ other: FHIRPathDecimal) -> Bool {
        let (left, right) = (one.trimmed, other.trimmed)
        let places = min(left.places, right.places)
        return left.rounded(to: places) == right.rounded(to: places)
    }

    static func areComparable(_ one: FHIRPathValue, _ other: FHIRPathValue) -> Bool {
        if FactHash.equal(one.unit, other.unit) { return true }
        guard let mine = FHIRPathUnit(of: one), let theirs = FHIRPathUnit(of: other) else { return false }
        return mine.dimensions == theirs.dimensions
    }

    /// The sum in the finer of the two units; nil where they cannot be brought together.
    static func sum(_ one: FHIRPathValue, _ other: FHIRPathValue, isNegated: Bool) -> FHIRPathValue? {
        var (left, right, unit) = (one.number, other.number, one)
        if one.isCalendar != other.isCalendar || !FactHash.equal(one.unit, other.unit) {
            guard let mine = FHIRPathUnit(of: one), let theirs = FHIRPathUnit(of: other),
                mine.dimensions == theirs.dimensions
            else { return nil }
            if mine.numerator * theirs.denominator <= theirs.numerator * mine.denominator {
                guard let converted = convert(other, theirs, to: mine) else { return nil }
                right = converted
            } else {
                guard let converted = convert(one, mine, to: theirs) else { return nil }
                left = converted
                unit = other
            }
        }
        return left.adding(isNegated ? right.negated : right).map {
            .quantity($0, unit: unit.unit, isCalendar: unit.isCalendar)
        }
    }

    /// The product or quotient; its unit is written out of the two.
    static func product(
        _ one: FHIRPathValue, _ other: FHIRPathValue, isInverse: Bool, _ e: FHIRPathEvaluator
    ) throws(FHIRPathError) -> FHIRPathValue? {
        let number = isInverse ? one.number.divided(by: other.number) : one.number.multiplied(by: other.number)
        guard let number else { return nil }
        let (left, right) = (code(one), code(other))
        let unit: String
        if right == "1" {
            if one.isCalendar { return .quantity(number, unit: one.unit, isCalendar: true) }
            unit = left
        } else if isInverse, left == right {
            unit = "1"
        } else if isInverse {
            let isSimple = !right.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
            unit = (left == "1" ? "" : left) + "/" + (isSimple ? right : "(\(right))")
        } else if left == "1" {
            if other.isCalendar { return .quantity(number, unit: other.unit, isCalendar: true) }
            unit = right
        } else {
            unit = "\(left).\(right.hasPrefix("/") ? "(\(right))" : right)"
        }
        guard unit.utf8.count <= 200 else { return nil }
        return .quantity(number, unit: try e.string(unit).text, isCalendar: false)
    }

    /// The same quantity in another unit; nil where that cannot be.
    static func converted(_ value: FHIRPathValue, to unit: UnsafeBufferPointer<UInt8>) -> FHIRPathValue? {
        if FactHash.equal(value.unit, unit) { return value }
        let target = FHIRPathValue.quantity(value.number, unit: unit, isCalendar: FHIRPathCalendarUnit(unit) != nil)
        guard let mine = FHIRPathUnit(of: value), let theirs = FHIRPathUnit(of: target),
            mine.dimensions == theirs.dimensions, let number = convert(value, mine, to: theirs)
        else { return nil }
        return .quantity(number, unit: unit, isCalendar: target.isCalendar)
    }

    /// A unit's UCUM code; calendar words become the code of their mean length.
    private static func code(_ value: FHIRPathValue) -> String {
        guard value.isCalendar, let word = FHIRPathCalendarUnit(value.unit) else {
            return String(decoding: value.unit, as: UTF8.self)
        }
        return switch word {
        case .year: "a"
        case .month: "mo"
        case .week: "wk"
        case .day: "d"
        case .hour: "h"
        case .minute: "min"
        case .second: "s"
        case .millisecond: "ms"
        }
    }

    /// The value in base units, times the unit's denominator.
    private static func base(_ value: FHIRPathValue, _ unit: FHIRPathUnit) -> FHIRDecimal {
        let number = FHIRDecimal(value.number.description) ?? .zero
        return (unit.offset.map { number + $0 } ?? number) * unit.numerator
    }

    private static func convert(
        _ value: FHIRPathValue, _ unit: FHIRPathUnit, to other: FHIRPathUnit
    ) -> FHIRPathDecimal? {
        let dividend = base(value, unit) * other.denominator
        let divisor = unit.denominator * other.numerator
        guard !divisor.isZero else { return nil }
        // Both are brought near one, so that they fit into the digits that are held.
        let shift = -max(divisor.lastPlace, 0) - min(divisor.lastPlace, 0)
        guard let over = FHIRPathDecimal(dividend.scaled(by: shift).description),
            let under = FHIRPathDecimal(divisor.scaled(by: shift).description),
            let quotient = over.divided(by: under)
        else { return nil }
        guard let offset = other.offset.flatMap({ FHIRPathDecimal($0.description) }) else { return quotient }
        return quotient.adding(offset.negated)
    }
}

extension FHIRPathUnit {
    /// Years and months as UCUM's mean Julian ones.
    fileprivate var withoutCalendar: FHIRPathUnit {
        guard let power = dimensions[Self.calendarMonth] else { return self }
        var unit = multiplied(
            by: FHIRPathUnit(numerator: FHIRDecimal(2_629_800), dimensions: ["s": 1]), power: power)
        unit.dimensions[Self.calendarMonth] = nil
        return unit
    }
}

/// Arithmetic; nil where a result has more digits than are held, which FHIRPath calls overflow (N1 §6.6: empty).
extension FHIRPathDecimal {
    func adding(_ other: FHIRPathDecimal) -> FHIRPathDecimal? {
        guard let (left, right) = Self.aligned(self, other) else { return nil }
        let (sum, overflow) = left.mantissa.addingReportingOverflow(right.mantissa)
        // The least Int128 is left out, so that a sign can be turned without overflow.
        return overflow || sum == Int128.min ? nil : FHIRPathDecimal(mantissa: sum, places: left.places)
    }

    var negated: FHIRPathDecimal { FHIRPathDecimal(mantissa: 0 &- mantissa, places: places) }

    func multiplied(by other: FHIRPathDecimal) -> FHIRPathDecimal? {
        if let exact = Self.product(self, other) { return exact }
        return Self.product(trimmed, other.trimmed)
    }

    private static func product(_ left: FHIRPathDecimal, _ right: FHIRPathDecimal) -> FHIRPathDecimal? {
        let (product, overflow) = left.mantissa.multipliedReportingOverflow(by: right.mantissa)
        let places = left.places + right.places
        if overflow || product == Int128.min { return nil }
        let value = FHIRPathDecimal(mantissa: product, places: places)
        return places > maximumPlaces ? value.rounded(to: maximumPlaces) : value
    }

    /// Rounded to 16 places where it does not end sooner. Nil also for a division by zero.
    func divided(by other: FHIRPathDecimal) -> FHIRPathDecimal? {
        guard other.mantissa != 0 else { return nil }
        let left = trimmed
        let right = other.trimmed
        // quotient = left / right * 10^(right.places - left.places), wanted with as many of 16 places as fit.
        for places in [16, 8] {
            let power = places + Int(right.places) - Int(left.places)
            if power >= 0, power < 39 {
                let (scaled, overflow) = left.mantissa.multipliedReportingOverflow(by: Self.powers[power])
                if overflow { continue }
                return Self.nearest(scaled, right.mantissa, UInt8(places))
            } else if power < 0, power > -39 {
                let (scaled, overflow) = right.mantissa.multipliedReportingOverflow(by: Self.powers[-power])
                if overflow { continue }
                return Self.nearest(left.mantissa, scaled, UInt8(places))
            }
        }
        return nil
    }

    private static func nearest(_ dividend: Int128, _ divisor: Int128, _ places: UInt8) -> FHIRPathDecimal {
        var (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        if rest.magnitude >= divisor.magnitude - rest.magnitude {
            quotient += (dividend < 0) == (divisor < 0) ? 1 : -1
        }
        return FHIRPathDecimal(mantissa: quotient, places: places).trimmed
    }

    /// The whole number of times that the other fits, cut toward zero.
    func quotient(by other: FHIRPathDecimal) -> FHIRPathDecimal? {
        guard other.mantissa != 0, let (left, right) = Self.aligned(trimmed, other.trimmed) else { return nil }
        return FHIRPathDecimal(mantissa: left.mantissa / right.mantissa, places: 0)
    }

    /// What is left of that; it has the sign of the dividend.
    func remainder(by other: FHIRPathDecimal) -> FHIRPathDecimal? {
        guard other.mantissa != 0, let (left, right) = Self.aligned(trimmed, other.trimmed) else { return nil }
        return FHIRPathDecimal(mantissa: left.mantissa % right.mantissa, places: left.places).trimmed
    }

    private static func aligned(
        _ left: FHIRPathDecimal, _ right: FHIRPathDecimal
    ) -> (FHIRPathDecimal, FHIRPathDecimal)? {
        if left.places == right.places { return (left, right) }
        let places = max(left.places, right.places)
        guard let wideLeft = left.widened(to: places), let wideRight = right.widened(to: places) else {
            return nil
        }
        return (wideLeft, wideRight)
    }
}

extension FHIRPathDecimal: Hashable, Comparable {
    public static func == (left: FHIRPathDecimal, right: FHIRPathDecimal) -> Bool {
        if left.places == right.places { return left.mantissa == right.mantissa }
        let (one, other) = (left.trimmed, right.trimmed)
        return one.mantissa == other.mantissa && one.places == other.places
    }

    public func hash(into hasher: inout Hasher) {
        let value = trimmed
        hasher.combine(value.mantissa)
        hasher.combine(value.places)
    }

    public static func < (left: FHIRPathDecimal, right: FHIRPathDecimal) -> Bool {
        if left.places == right.places { return left.mantissa < right.mantissa }
        if let (one, other) = aligned(left, right) { return one.mantissa < other.mantissa }
        // One of them is so large that the other's fraction cannot decide.
        let divide = { (value: FHIRPathDecimal) in value.mantissa / powers[Int(value.places)] }
        return divide(left) < divide(right)
    }
}

/// A unit of UCUM as a multiple of base units, so that quantities in different units of one kind are compared:
/// 2 g and 2000 mg, 1 kPa and 7.5 mm[Hg].
///
/// Source: R4 search.html §3.1.1.4.9 (canonical units).
public struct UCUMUnit: Sendable {
    public static let system = "http://unitsofmeasure.org"

    /// The base units with their powers; units of one kind have the same.
    public let dimensions: [String: Int]
    private let unit: FHIRPathUnit

    /// The unit that a quantity is coded with; nil if that is none of UCUM's, or one that is not known here.
    public init?(system: String?, code: String?) {
        guard system == Self.system, let code else { return nil }
        let unit = code.withUTF8Buffer { bytes -> FHIRPathUnit? in
            guard bytes.count <= 100 else { return nil }
            var parser = FHIRPathUnitParser(bytes)
            return parser.parse()
        }
        guard let unit, unit.denominator.quotient(of: unit.numerator) != nil else { return nil }
        self.unit = unit
        dimensions = unit.dimensions
    }

    /// The base units as one text, the same for all units of one kind: `g1m-3`.
    public var kind: String {
        dimensions.sorted { $0.key < $1.key }.map { "\($0.key)\($0.value)" }.joined()
    }

    /// A number of these units as one of base units, to ``FHIRDecimal/quotientDigits`` digits.
    public func canonical(_ value: FHIRDecimal) -> FHIRDecimal {
        let product = (unit.offset.map { value + $0 } ?? value) * unit.numerator
        return unit.denominator.quotient(of: product) ?? product
    }

    /// What a search in these units asks of numbers of base units.
    public func canonical(_ condition: NumberCondition) -> NumberCondition {
        condition.map { bound in
            if case .value(let value) = bound { .value(canonical(value)) } else { bound }
        }
    }
}

extension UCUMUnit {
    /// What a search in these units asks of numbers of another unit of the same kind; nil if they are of two kinds, or
    /// cannot be reckoned exactly enough.
    public func condition(_ condition: NumberCondition, in other: UCUMUnit) -> NumberCondition? {
        guard dimensions == other.dimensions, other.unit.numerator.quotient(of: other.unit.denominator) != nil else {
            return nil
        }
        return canonical(condition).map { bound in
            guard case .value(let value) = bound else { return bound }
            let product = value * other.unit.denominator
            let written = other.unit.numerator.quotient(of: product) ?? product
            return .value(other.unit.offset.map { written - $0 } ?? written)
        }
    }
}

extension RangeCondition {
    /// The same comparisons with other bounds; the order of bounds must stay what it is.
    func map(_ change: (Bound) -> Bound) -> RangeCondition {
        switch self {
        case .lower(let comparison, let bound): .lower(comparison, change(bound))
        case .upper(let comparison, let bound): .upper(comparison, change(bound))
        case .and(let parts): .and(parts.map { $0.map(change) })
        case .or(let parts): .or(parts.map { $0.map(change) })
        }
    }
}

extension FHIRDecimal {
    /// Significant digits of a quotient; what lies beyond is dropped.
    public static let quotientDigits = 40

    /// How often this goes into another; nil if this is zero or has more than 18 digits.
    func quotient(of dividend: FHIRDecimal) -> FHIRDecimal? {
        guard !isZero, digits.count <= 18 else { return nil }
        if digits == [1] {
            let scaled = dividend.scaled(by: -place)
            return isNegative ? -scaled : scaled
        }
        let divisor = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
        var rest: UInt64 = 0
        var quotient: [UInt8] = []
        var significant = 0
        var index = 0
        while significant < Self.quotientDigits, index < dividend.digits.count || rest > 0 {
            rest = rest * 10 + (index < dividend.digits.count ? UInt64(dividend.digits[index]) : 0)
            let digit = UInt8(rest / divisor)
            rest %= divisor
            if digit > 0 || significant > 0 { significant += 1 }
            quotient.append(digit)
            index += 1
        }
        return FHIRDecimal(
            unnormalised: quotient, place: dividend.place - lastPlace, isNegative: dividend.isNegative != isNegative)
    }
}

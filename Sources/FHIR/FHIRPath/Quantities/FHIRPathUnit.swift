/// A unit as a multiple of base units: enough of UCUM for what healthcare writes, and FHIRPath's calendar words.
struct FHIRPathUnit: Sendable {
    /// How many base units it is: `numerator / denominator`.
    var numerator: FHIRDecimal
    var denominator: FHIRDecimal
    /// Powers of the base units, none zero. Arbitrary units (`[iU]`) are bases of their own.
    var dimensions: [String: Int]
    /// What is added to a value before it is multiplied: temperatures.
    var offset: FHIRDecimal?

    init(
        numerator: FHIRDecimal = FHIRDecimal(1), denominator: FHIRDecimal = FHIRDecimal(1),
        dimensions: [String: Int] = [:], offset: FHIRDecimal? = nil
    ) {
        self.numerator = numerator
        self.denominator = denominator
        self.dimensions = dimensions
        self.offset = offset
    }

    /// UCUM's unity.
    nonisolated(unsafe) static let one: UnsafeBufferPointer<UInt8> = {
        // Static strings lie in the binary and are never freed.
        let text: StaticString = "1"
        return UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }()

    /// The dimension of calendar years and months, which have no fixed length.
    static let calendarMonth = "calendar month"

    /// The unit of a quantity; nil if it is not known.
    init?(of quantity: FHIRPathValue) {
        let text = quantity.unit
        if quantity.isCalendar || FHIRPathCalendarUnit(text) != nil {
            guard let unit = FHIRPathCalendarUnit(text) else { return nil }
            self = unit.unit
            return
        }
        guard text.count <= 200 else { return nil }
        var parser = FHIRPathUnitParser(text)
        guard let unit = parser.parse() else { return nil }
        self = unit
    }

    func multiplied(by other: FHIRPathUnit, power: Int) -> FHIRPathUnit {
        var result = self
        result.offset = nil
        for _ in 0..<abs(power) {
            result.numerator = result.numerator * (power > 0 ? other.numerator : other.denominator)
            result.denominator = result.denominator * (power > 0 ? other.denominator : other.numerator)
        }
        for (base, exponent) in other.dimensions {
            let sum = (result.dimensions[base] ?? 0) + exponent * power
            result.dimensions[base] = sum == 0 ? nil : sum
        }
        return result
    }
}

/// FHIRPath's words for durations (N1 §4.1.9).
enum FHIRPathCalendarUnit: String, CaseIterable {
    case year, month, week, day, hour, minute, second, millisecond

    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard 3...12 ~= text.count else { return nil }
        var word = String(decoding: text, as: UTF8.self)
        if word.hasSuffix("s") { word.removeLast() }
        self.init(rawValue: word)
    }

    /// A UCUM code that has a fixed length, which may be added to dates.
    init?(ucum code: UnsafeBufferPointer<UInt8>) {
        switch String(decoding: code, as: UTF8.self) {
        case "wk": self = .week
        case "d": self = .day
        case "h": self = .hour
        case "min": self = .minute
        case "s": self = .second
        case "ms": self = .millisecond
        default: return nil
        }
    }

    /// Microseconds of those with a fixed length; 0 for years and months.
    var microseconds: Int64 {
        switch self {
        case .year, .month: 0
        case .week: 7 * 86_400_000_000
        case .day: 86_400_000_000
        case .hour: 3_600_000_000
        case .minute: 60_000_000
        case .second: 1_000_000
        case .millisecond: 1_000
        }
    }

    var unit: FHIRPathUnit {
        switch self {
        case .year:
            FHIRPathUnit(numerator: FHIRDecimal(12), dimensions: [FHIRPathUnit.calendarMonth: 1])
        case .month:
            FHIRPathUnit(dimensions: [FHIRPathUnit.calendarMonth: 1])
        default:
            FHIRPathUnit(
                numerator: FHIRDecimal(Int(microseconds)), denominator: FHIRDecimal(1_000_000), dimensions: ["s": 1])
        }
    }
}

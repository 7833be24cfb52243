/// An exact decimal with the places it was written with: `1.50` has two. Up to 38 digits, which is more than FHIRPath asks
/// for (N1 §4.1.5: 28 before and 8 behind the point).
public struct FHIRPathDecimal: Sendable {
    /// The digits without the point.
    var mantissa: Int128
    /// How many of them stand behind the point.
    var places: UInt8

    init(mantissa: Int128, places: UInt8) {
        self.mantissa = mantissa
        self.places = places
    }

    public init(_ value: Int) { self.init(mantissa: Int128(value), places: 0) }

    static let zero = FHIRPathDecimal(mantissa: 0, places: 0)

    /// Digits kept behind the point at most.
    static let maximumPlaces: UInt8 = 36

    /// A number as JSON and FHIRPath write it; nil if it is none or has more digits than are held.
    public init?(_ text: String) {
        guard let value = text.withUTF8Buffer({ FHIRPathDecimal(utf8: $0) }) else { return nil }
        self = value
    }

    init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        var cursor = 0
        var isNegative = false
        if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            cursor = 1
        }
        var value: Int128 = 0
        var places = 0
        var digits = 0
        var sawPoint = false
        while cursor < text.count {
            let byte = text[cursor]
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else if byte.isDigit {
                let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
                let (next, carry) = scaled.addingReportingOverflow(Int128(byte - 0x30))
                if overflow || carry { return nil }
                value = next
                digits += 1
                if sawPoint { places += 1 }
            } else {
                break
            }
            cursor += 1
        }
        guard digits > 0 else { return nil }
        if cursor < text.count {
            guard text[cursor] | 0x20 == UInt8(ascii: "e"), let power = Self.exponent(text, from: cursor + 1) else {
                return nil
            }
            places -= power
        }
        if places < 0 {
            guard places >= -38 else { return nil }
            let (scaled, overflow) = value.multipliedReportingOverflow(by: Self.powers[-places])
            if overflow { return nil }
            value = scaled
            places = 0
        }
        guard places <= Int(Self.maximumPlaces) else { return nil }
        self.init(mantissa: isNegative ? -value : value, places: UInt8(places))
    }

    private static func exponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var cursor = start
        var isNegative = false
        if cursor < text.count, text[cursor] == UInt8(ascii: "-") || text[cursor] == UInt8(ascii: "+") {
            isNegative = text[cursor] == UInt8(ascii: "-")
            cursor += 1
        }
        guard cursor < text.count, text.count - cursor <= 4 else { return nil }
        var value = 0
        while cursor < text.count {
            guard text[cursor].isDigit else { return nil }
            value = value * 10 + Int(text[cursor] - 0x30)
            cursor += 1
        }
        return isNegative ? -value : value
    }

    /// Powers of ten that an Int128 holds.
    static let powers: [Int128] = {
        var powers: [Int128] = [1]
        while powers.count < 39 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    public var isZero: Bool { mantissa == 0 }
    public var isNegative: Bool { mantissa < 0 }

    /// Without zeros at the end: `1.50` as `1.5`.
    var trimmed: FHIRPathDecimal {
        var value = self
        while value.places > 0, value.mantissa % 10 == 0 {
            value.mantissa /= 10
            value.places -= 1
        }
        return value
    }

    /// The same number with at least so many places; nil if it has too many digits then.
    func widened(to places: UInt8) -> FHIRPathDecimal? {
        guard places > self.places else { return self }
        let (scaled, overflow) = mantissa.multipliedReportingOverflow(by: Self.powers[Int(places - self.places)])
        return overflow ? nil : FHIRPathDecimal(mantissa: scaled, places: places)
    }

    /// Rounded half away from zero to so many places; never more places than there are.
    func rounded(to places: UInt8) -> FHIRPathDecimal {
        guard places < self.places else { return self }
        let divisor = Self.powers[Int(self.places - places)]
        var quotient = mantissa / divisor
        let rest = mantissa % divisor
        if rest.magnitude >= divisor.magnitude - rest.magnitude { quotient += mantissa < 0 ? -1 : 1 }
        return FHIRPathDecimal(mantissa: quotient, places: places)
    }

    /// Cut off, rounded down or rounded up to so many places.
    func cut(to places: UInt8, _ direction: Direction) -> FHIRPathDecimal {
        guard places < self.places else { return self }
        let divisor = Self.powers[Int(self.places - places)]
        var quotient = mantissa / divisor
        let rest = mantissa % divisor
        switch direction {
        case .towardZero: break
        case .down: if rest < 0 { quotient -= 1 }
        case .up: if rest > 0 { quotient += 1 }
        }
        return FHIRPathDecimal(mantissa: quotient, places: places)
    }

    enum Direction { case towardZero, down, up }

    /// The number if it is whole.
    var whole: Int? {
        let value = trimmed
        return value.places == 0 ? Int(exactly: value.mantissa) : nil
    }

    /// The nearest binary number, for roots and logarithms.
    var double: Double { Double(description) ?? 0 }

    /// A binary number with at most 15 significant digits, which is what it is good for; nil if it is none.
    init?(_ value: Double) {
        guard value.isFinite, value.magnitude < 1e30 else { return nil }
        var text = "\(value)"
        if text.hasSuffix(".0") { text.removeLast(2) }
        guard let decimal = FHIRPathDecimal(text) else { return nil }
        self = decimal
    }
}

extension FHIRPathDecimal: CustomStringConvertible {
    /// With exactly its places: `1.50`.
    public var description: String {
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, Int(places) + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(Int(places))).\(padded.suffix(Int(places)))"
    }
}

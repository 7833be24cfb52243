/// An exact decimal number: never rounded, compared by value, independent of how it was written.
///
/// `5.4`, `5.40` and `54e-1` are equal here; what the last written place implies for a search is told by
/// ``WrittenDecimal``. Limits are PostgreSQL's and a B-tree page's rather than a machine word's: at most
/// ``maximumDigits`` significant digits, all of them within ``maximumPlace`` places of the decimal point, so that
/// `1e1000000` is refused where it is read and never becomes a megabyte of zeros.
///
/// Source: R4 datatypes, `decimal`; R4 search.html §3.1.1.4.4.
public struct FHIRDecimal: Sendable {
    /// The significant digits (0…9, most significant first), without leading or trailing zeros; empty for zero.
    let digits: [UInt8]
    /// The power of ten of the first digit: 2 for 123, −1 for 0.5; 0 for zero.
    let place: Int32
    let isNegative: Bool

    public static let maximumDigits = 1_000
    public static let maximumPlace: Int32 = 1_000
    public static let zero = FHIRDecimal(digits: [], place: 0, isNegative: false)

    init(digits: [UInt8], place: Int32, isNegative: Bool) {
        self.digits = digits
        self.place = place
        self.isNegative = isNegative
    }

    /// The value of `text`, or `nil` when it is no JSON number or beyond the limits.
    public init?(_ text: String) {
        guard let written = try? WrittenDecimal(text) else { return nil }
        self = written.value
    }

    /// The value of a number's bytes, or `nil` when they are no JSON number or beyond the limits.
    public init?(utf8: UnsafeBufferPointer<UInt8>) {
        guard let written = try? WrittenDecimal(utf8: utf8) else { return nil }
        self = written.value
    }

    public init(_ value: Int) {
        var digits: [UInt8] = []
        var rest = value.magnitude
        while rest > 0 {
            digits.append(UInt8(rest % 10))
            rest /= 10
        }
        digits.reverse()
        self.init(unnormalised: digits, place: Int32(digits.count) - 1, isNegative: value < 0)
    }

    /// `digits` may begin and end with zeros; `place` is that of the first of them.
    init(unnormalised digits: [UInt8], place: Int32, isNegative: Bool) {
        guard let first = digits.firstIndex(where: { $0 != 0 }), let last = digits.lastIndex(where: { $0 != 0 }) else {
            self = .zero
            return
        }
        let trimmed = first == 0 && last == digits.count - 1 ? digits : Array(digits[first...last])
        self.init(digits: trimmed, place: place - Int32(first), isNegative: isNegative)
    }

    public var isZero: Bool { digits.isEmpty }

    /// The power of ten of the last significant digit; 0 for zero.
    var lastPlace: Int32 { isZero ? 0 : place - Int32(digits.count) + 1 }
}

extension FHIRDecimal: Hashable, Comparable {
    public static func < (left: FHIRDecimal, right: FHIRDecimal) -> Bool {
        if left.isNegative != right.isNegative {
            return left.isNegative
        }
        return left.isNegative ? right.isSmallerMagnitude(than: left) : left.isSmallerMagnitude(than: right)
    }

    /// |self| < |other|.
    private func isSmallerMagnitude(than other: FHIRDecimal) -> Bool {
        if isZero || other.isZero {
            return isZero && !other.isZero
        }
        return place != other.place ? place < other.place : digits.lexicographicallyPrecedes(other.digits)
    }
}

extension FHIRDecimal: CustomStringConvertible {
    /// Plain decimal notation as PostgreSQL's `numeric` takes it: no exponent, no superfluous zero, `-` only before a
    /// value below zero. Equal values have equal text.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(digits.count + 4)
        if isNegative {
            text.append(UInt8(ascii: "-"))
        }
        let last = min(lastPlace, 0)
        var current = max(place, 0)
        while current >= last {
            if current == -1 {
                text.append(UInt8(ascii: "."))
            }
            let index = Int(place - current)
            text.append(UInt8(ascii: "0") + (digits.indices.contains(index) ? digits[index] : 0))
            current -= 1
        }
        return String(decoding: text, as: UTF8.self)
    }
}

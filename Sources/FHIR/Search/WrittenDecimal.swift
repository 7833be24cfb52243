/// A number with the precision in which somebody wrote it: `100`, `100.00` and `1e2` are one value in three precisions.
///
/// Source: R4 search.html §3.1.1.4.4: a search for 100 finds what rounds to 100, for 100.00 what rounds to 100.00.
public struct WrittenDecimal: Sendable, Hashable {
    public let value: FHIRDecimal
    /// The power of ten of the last written place: 0 for `100`, −2 for `5.40`, 2 for `1e2`.
    public let lastPlace: Int32

    public enum Failure: Error, Sendable, Hashable {
        /// Not a number as JSON and FHIR write one.
        case notANumber
        /// A number whose digits or exponent go beyond ``FHIRDecimal/maximumDigits`` or ``FHIRDecimal/maximumPlace``.
        case outOfBounds
    }

    /// Half a unit in the last written place to either side, without the upper end: [99.5, 100.5) for `100`.
    public var implicitRange: (low: FHIRDecimal, high: FHIRDecimal) {
        let half = FHIRDecimal(digits: [5], place: lastPlace - 1, isNegative: false)
        return (value - half, value + half)
    }

    /// A tenth of the value to either side (R4 §3.1.1.4.5, `ap`), but never narrower than what the precision implies.
    public var approximateRange: (low: FHIRDecimal, high: FHIRDecimal) {
        let tenth = value.magnitude.scaled(by: -1)
        let implicit = implicitRange
        return (min(value - tenth, implicit.low), max(value + tenth, implicit.high))
    }

    public init(_ text: String) throws(Failure) {
        var text = text
        let outcome = text.withUTF8 { bytes in Self.parse(bytes) }
        self = try outcome.get()
    }

    public init(utf8: UnsafeBufferPointer<UInt8>) throws(Failure) {
        self = try Self.parse(utf8).get()
    }

    init(value: FHIRDecimal, lastPlace: Int32) {
        self.value = value
        self.lastPlace = lastPlace
    }

    /// sign? digits ('.' digits)? ([eE] sign? digits)?; a leading `+` and leading zeros are accepted, since people
    /// write them in queries.
    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<WrittenDecimal, Failure> {
        var cursor = 0
        let isNegative = sign(bytes, &cursor)
        var digits: [UInt8] = []
        digits.reserveCapacity(bytes.count)
        let whole = appendDigits(bytes, &cursor, to: &digits)
        var fraction = 0
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: ".") {
            cursor += 1
            fraction = appendDigits(bytes, &cursor, to: &digits)
            guard fraction > 0 else { return .failure(.notANumber) }
        }
        guard whole > 0 else { return .failure(.notANumber) }
        var exponent = 0
        if cursor < bytes.count, bytes[cursor] | 0x20 == UInt8(ascii: "e") {
            cursor += 1
            guard let read = readExponent(bytes, &cursor) else { return .failure(.notANumber) }
            exponent = read
        }
        guard cursor == bytes.count else { return .failure(.notANumber) }
        return bounded(digits, whole: whole, fraction: fraction, exponent: exponent, isNegative: isNegative)
    }

    private static func bounded(
        _ digits: [UInt8], whole: Int, fraction: Int, exponent: Int, isNegative: Bool
    ) -> Result<WrittenDecimal, Failure> {
        let limit = Int(FHIRDecimal.maximumPlace)
        let lastPlace = exponent - fraction
        guard abs(exponent) <= limit, digits.count <= 3 * limit, lastPlace >= -limit else {
            return .failure(.outOfBounds)
        }
        let value = FHIRDecimal(unnormalised: digits, place: Int32(whole - 1 + exponent), isNegative: isNegative)
        guard value.digits.count <= FHIRDecimal.maximumDigits, value.place <= limit else {
            return .failure(.outOfBounds)
        }
        return .success(WrittenDecimal(value: value, lastPlace: Int32(lastPlace)))
    }

    private static func sign(_ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int) -> Bool {
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: "-") || bytes[cursor] == UInt8(ascii: "+") else {
            return false
        }
        cursor += 1
        return bytes[cursor - 1] == UInt8(ascii: "-")
    }

    private static func appendDigits(
        _ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, to digits: inout [UInt8]
    ) -> Int {
        let start = cursor
        while cursor < bytes.count, bytes[cursor] &- 0x30 < 10 {
            digits.append(bytes[cursor] &- 0x30)
            cursor += 1
        }
        return cursor - start
    }

    /// The exponent, held at ±1,000,000 so that any number of digits is read without overflow.
    private static func readExponent(_ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int) -> Int? {
        let isNegative = sign(bytes, &cursor)
        let start = cursor
        var value = 0
        while cursor < bytes.count, bytes[cursor] &- 0x30 < 10 {
            value = min(value * 10 + Int(bytes[cursor] &- 0x30), 1_000_000)
            cursor += 1
        }
        guard cursor > start else { return nil }
        return isNegative ? -value : value
    }
}

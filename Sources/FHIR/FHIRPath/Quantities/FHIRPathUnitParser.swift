/// Reads a UCUM code (case sensitive): `mg/dL`, `10*3/uL`, `mm[Hg]`, `{beats}/min`, `kg.m/s2`.
struct FHIRPathUnitParser {
    private let text: UnsafeBufferPointer<UInt8>
    private var cursor = 0
    private var depth = 0

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    mutating func parse() -> FHIRPathUnit? {
        guard let unit = term(), cursor == text.count else { return nil }
        return unit
    }

    private func peek() -> UInt8? { cursor < text.count ? text[cursor] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        cursor += 1
        return true
    }

    private mutating func term() -> FHIRPathUnit? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 10 else { return nil }
        var unit: FHIRPathUnit
        if take(UInt8(ascii: "/")) {
            guard let first = component() else { return nil }
            unit = FHIRPathUnit().multiplied(by: first, power: -1)
        } else {
            guard let first = component() else { return nil }
            unit = first
        }
        while true {
            let power: Int
            if take(UInt8(ascii: ".")) {
                power = 1
            } else if take(UInt8(ascii: "/")) {
                power = -1
            } else {
                return unit
            }
            guard let next = component() else { return nil }
            unit = unit.multiplied(by: next, power: power)
        }
    }

    private mutating func component() -> FHIRPathUnit? {
        if take(UInt8(ascii: "(")) {
            guard let inner = term(), take(UInt8(ascii: ")")) else { return nil }
            return skipAnnotation() ? inner : nil
        }
        if peek() == UInt8(ascii: "{") { return skipAnnotation() ? FHIRPathUnit() : nil }
        let symbol = symbol()
        guard !symbol.isEmpty, let unit = Self.unit(symbol) else { return nil }
        return skipAnnotation() ? unit : nil
    }

    /// `{…}`, which has no meaning for the value; false if it is never closed.
    private mutating func skipAnnotation() -> Bool {
        guard take(UInt8(ascii: "{")) else { return true }
        while let byte = peek() {
            cursor += 1
            if byte == UInt8(ascii: "}") { return true }
        }
        return false
    }

    /// All up to what ends a component; what stands in brackets is part of it.
    private mutating func symbol() -> String {
        let start = cursor
        var isBracketed = false
        while let byte = peek() {
            if byte == UInt8(ascii: "[") { isBracketed = true }
            if byte == UInt8(ascii: "]") { isBracketed = false }
            if !isBracketed,
                [UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{")]
                    .contains(byte)
            {
                break
            }
            cursor += 1
        }
        return String(decoding: text[start..<cursor], as: UTF8.self)
    }

    /// A symbol with its exponent, or a number.
    private static func unit(_ symbol: String) -> FHIRPathUnit? {
        for base in ["10*", "10^"] where symbol.hasPrefix(base) {
            let rest = symbol.dropFirst(3)
            guard let power = rest.isEmpty ? 1 : Int(rest), abs(power) <= 60 else { return nil }
            return powerOfTen(power)
        }
        if symbol.utf8.allSatisfy(\.isDigit) {
            guard symbol.utf8.count <= 12, let number = Int(symbol), number > 0 else { return nil }
            return FHIRPathUnit(numerator: FHIRDecimal(number))
        }
        let name = symbol.reversed().drop { $0.isASCII && $0.isNumber }
        var end = symbol.index(symbol.startIndex, offsetBy: name.count)
        var exponent = 1
        if end < symbol.endIndex {
            guard let digits = Int(symbol[end...]), digits <= 12 else { return nil }
            exponent = digits
            if end > symbol.startIndex, "+-".contains(symbol[symbol.index(before: end)]) {
                end = symbol.index(before: end)
                if symbol[end] == "-" { exponent = -exponent }
            }
        }
        guard let unit = prefixed(String(symbol[..<end])) else { return nil }
        return exponent == 1 ? unit : FHIRPathUnit().multiplied(by: unit, power: exponent)
    }

    private static func prefixed(_ symbol: String) -> FHIRPathUnit? {
        if let atom = FHIRPathUnitTable.atoms[symbol] { return atom.unit }
        for length in [1, 2] where symbol.count > length {
            guard let power = FHIRPathUnitTable.prefixes[String(symbol.prefix(length))],
                let atom = FHIRPathUnitTable.atoms[String(symbol.dropFirst(length))], atom.isMetric
            else { continue }
            return powerOfTen(power).multiplied(by: atom.unit, power: 1)
        }
        return nil
    }

    private static func powerOfTen(_ power: Int) -> FHIRPathUnit {
        FHIRPathUnit(numerator: FHIRDecimal(1).scaled(by: Int32(power)))
    }
}

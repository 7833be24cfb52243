/// A number as v2 writes it (NM, v2.5.1 ch. 2A §2.A.47), with its digits kept.
///
///     Decimal("+098.00")?.text   // "98.00"
struct Decimal: Equatable {
    /// As FHIR writes a decimal: no plus sign, a digit before the point, no zeros before that digit.
    let text: String

    init?(_ source: String) {
        var rest = Substring(source).utf8[...]
        var sign = ""
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            if first == UInt8(ascii: "-") { sign = "-" }
            rest = rest.dropFirst()
        }
        let whole = rest.prefix { (0x30...0x39).contains($0) }
        rest = rest[whole.endIndex...]
        var fraction = rest[rest.startIndex..<rest.startIndex]
        if rest.first == UInt8(ascii: ".") {
            fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            rest = rest[fraction.endIndex...]
        }
        guard rest.isEmpty, whole.count + fraction.count > 0, source.utf8.count <= 64 else { return nil }
        let digits = whole.drop { $0 == 0x30 }
        let integer = digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self)
        text = sign + integer + (fraction.isEmpty ? "" : "." + String(decoding: fraction, as: UTF8.self))
    }
}

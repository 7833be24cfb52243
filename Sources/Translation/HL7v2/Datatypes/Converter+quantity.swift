import FHIR
import HL7v2

/// A number that may be said to be a bound: `<15`, `>= 3.5`, `98.00`
struct ComparedNumber: Equatable {
    var comparator: String?
    var number: Decimal

    init?(_ text: String) {
        var rest = Substring(text)
        for sign in ["<=", ">=", "<", ">"] where rest.hasPrefix(sign) {
            comparator = sign
            rest = rest.dropFirst(sign.count)
            break
        }
        guard let number = Decimal(String(rest.drop { $0 == " " })) else { return nil }
        self.number = number
    }

    func quantity(_ unit: [FHIRValue.Member]) -> FHIRValue {
        var members: [FHIRValue.Member] = [.init("value", .number(number.text))]
        if let comparator { members.append(.init("comparator", .string(comparator))) }
        return .object(members + unit)
    }
}

extension Converter {
    /// OBX-6 as unit, system and code: UCUM where the sender says so or the table of units knows it, because `mg/dl` and
    /// `UMOLL` are no UCUM codes.
    mutating func unit(_ row: Int) -> [FHIRValue.Member] {
        let field = fields.read(row, 6)
        return unit(Piece(field.repetition(1)))
    }

    mutating func unit(_ piece: Piece) -> [FHIRValue.Member] {
        guard piece.text != nil, let shown = piece.text(2) ?? piece.text(1) ?? piece.text(5) else { return [] }
        var members: [FHIRValue.Member] = [.init("unit", .string(shown))]
        let code = piece.text(1)
        if piece.text(3) == "UCUM", let code {
            members += Self.ucum(code)
        } else if let entry = maps.tables["units"]?.entries[code ?? shown] {
            members += Self.ucum(entry.code)
        } else if let code, let name = piece.text(3), !code.utf8.contains(where: { $0 <= 0x20 }) {
            members += [
                .init("system", .string(codeSystem(name, at: piece.place))), .init("code", .string(code)),
            ]
        } else {
            unmapped(code ?? shown, table: "units", at: piece.place)
        }
        return members
    }

    private static func ucum(_ code: String) -> [FHIRValue.Member] {
        [.init("system", "http://unitsofmeasure.org"), .init("code", .string(code))]
    }

    /// CQ (v2.5.1 ch. 2A §2.A.12): a number and its unit.
    mutating func quantity(_ piece: Piece) -> FHIRValue? {
        guard let text = piece.text(1) else { return nil }
        guard let number = ComparedNumber(text) else {
            assume("'\(text)' is no number; it is left out.", at: piece.place)
            return nil
        }
        return number.quantity(piece.part(2).map { unit($0) } ?? [])
    }

    /// SN (§2.A.70): comparator, number, separator or suffix, number.
    mutating func structuredNumeric(_ piece: Piece, _ row: Int) -> (String, FHIRValue)? {
        let comparator = piece.text(1)
        let first = piece.text(2).flatMap { Decimal($0) }
        let second = piece.text(4).flatMap { Decimal($0) }
        switch (comparator, first, piece.text(3), second) {
        case (nil, let low?, "-", let high?): return range(low.text, high.text, row)
        case (nil, let numerator?, ":", let denominator?), (nil, let numerator?, "/", let denominator?):
            return (
                "valueRatio",
                .object([
                    .init("numerator", .object([.init("value", .number(numerator.text))])),
                    .init("denominator", .object([.init("value", .number(denominator.text))])),
                ])
            )
        case (let comparator, let number?, nil, nil) where Self.comparators.contains(comparator ?? "="):
            guard var quantity = ComparedNumber(number.text) else { return nil }
            if let comparator, comparator != "=" { quantity.comparator = comparator }
            return ("valueQuantity", quantity.quantity(unit(row)))
        default:
            let text = (1...4).compactMap { piece.text($0) }.joined()
            assume("'\(text)' is no quantity of FHIR; it is carried as text.", at: piece.place)
            return text.isEmpty ? nil : ("valueString", .string(text))
        }
    }

    private static let comparators: Set<String> = ["=", "<", "<=", ">", ">="]

    mutating func range(_ low: String?, _ high: String?, _ row: Int) -> (String, FHIRValue)? {
        let bounds = [low, high].map { $0.flatMap { Decimal($0) } }
        guard bounds.contains(where: { $0 != nil }) else { return nil }
        let unit = unit(row)
        func bound(_ number: Decimal?) -> FHIRValue? {
            number.map { .object([.init("value", .number($0.text))] + unit) }
        }
        return FHIRValue.object(of: ["low": bound(bounds[0]), "high": bound(bounds[1])]).map { ("valueRange", $0) }
    }
}

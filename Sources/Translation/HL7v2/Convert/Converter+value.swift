import FHIR
import HL7v2

extension Converter {
    /// A piece of a message as a value of the line's element.
    mutating func value(of piece: Piece, for line: MapLine) -> FHIRValue? {
        switch line.conversion {
        case .primitive(let kind): return primitive(kind, piece, table: line.table)
        case .identifier:
            let hasSystem = line.constants.contains { $0.name == "system" }
            return identifier(piece, role: line.role, isSystemOptional: hasSystem)
        case .humanName: return humanName(piece)
        case .address: return address(piece)
        case .contactPoint: return contactPoint(piece)
        case .codeableConcept: return concept(piece, table: line.table)
        case .coding: return coding(piece, table: line.table)
        case .quantity: return quantity(piece)
        case .period: return period(piece)
        case .annotation: return piece.text.map { .object([.init("text", .string($0))]) }
        case .reference: return line.actor == .organization ? organization(piece) : practitioner(piece)
        }
    }

    private mutating func primitive(_ kind: PrimitiveKind, _ piece: Piece, table: String?) -> FHIRValue? {
        switch kind {
        case .date: return date(piece)
        case .dateTime: return dateTime(piece)
        case .instant: return instant(piece)
        case .time: return piece.text(1).flatMap { time($0, at: piece.place) }
        default: break
        }
        guard let text = piece.text(1) else { return nil }
        switch kind {
        case .code: return code(text, table: table, at: piece.place).map { .string($0) }
        case .boolean:
            switch code(text, table: table ?? "HL70136", at: piece.place) {
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            default: return nil
            }
        case .decimal, .integer, .positiveInt, .unsignedInt:
            guard let number = Decimal(text)?.text, PrimitiveRules.fault(in: number, of: kind) == nil else {
                assume("'\(text)' is no number; it is left out.", at: piece.place)
                return nil
            }
            return .number(number)
        default:
            let whole = piece.text ?? text
            guard PrimitiveRules.fault(in: whole, of: kind) == nil else {
                assume("'\(whole)' cannot stand in FHIR's type; it is left out.", at: piece.place)
                return nil
            }
            return .string(whole)
        }
    }

    /// The FHIR code for a sender's code. Without a table it is taken as it is.
    mutating func code(_ text: String, table name: String?, at place: @autoclosure () -> Place) -> String? {
        guard let name, let table = maps.tables[name] else { return text }
        if let entry = table.entries[text] { return entry.code }
        unmapped(text, table: name, at: place())
        return table.fallback?.code
    }
}

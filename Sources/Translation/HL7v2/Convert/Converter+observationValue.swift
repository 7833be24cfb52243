import FHIR
import HL7v2

extension Converter {
    struct ObservationValue {
        var edits: [Edit] = []
        /// Documents, which belong to the report.
        var attachments: [FHIRValue] = []
    }

    /// OBX-5 in the type that OBX-2 says (table 0125). What cannot be read in its type is carried as text.
    mutating func value(_ rows: [Int]) -> ObservationValue {
        let row = rows[0]
        let type = fields.read(row, 2).value ?? ""
        let field = fields.read(row, 5)
        if field.isNull { return ObservationValue(edits: [.remove("valueString"), .remove("component")]) }
        if rows.count > 1 { return ObservationValue(edits: joinedText(rows)) }
        guard !field.isAbsent else { return ObservationValue() }
        if type.isEmpty, field.value?.isEmpty == false {
            assume("OBX-2 says no type; the value is taken as text.", at: fields.peek(row, 2).place)
        }
        switch type {
        case "TX", "FT", "ST", "": return ObservationValue(edits: joinedText(rows))
        case "ED", "RP": return document(field, type)
        default: break
        }
        var values: [(key: String, value: FHIRValue)] = []
        for repetition in field.repetitions {
            if let value = value(of: Piece(repetition), type, row) { values.append(value) }
        }
        if values.count > 1 { return components(values, row) }
        return ObservationValue(edits: values.map { .set(ElementPath([$0.key]), $0.value) })
    }

    /// Several values are components of the same code.
    private mutating func components(_ values: [(key: String, value: FHIRValue)], _ row: Int) -> ObservationValue {
        let code = concept(Piece(fields.peek(row, 3).repetition(1))) ?? Self.unknownConcept
        assume(
            "OBX-5 has \(values.count) values; they are components of one Observation.", at: fields.peek(row, 5).place)
        let components = values.map { FHIRValue.object([.init("code", code), .init($0.key, $0.value)]) }
        return ObservationValue(edits: [.remove("valueString"), .replace("component", components, .all)])
    }

    /// Lines of a text: the repetitions of OBX-5, and the OBX that follow with the same code.
    private mutating func joinedText(_ rows: [Int]) -> [Edit] {
        var lines: [String] = []
        for row in rows {
            for number in [2, 3, 4, 5, 11] { fields.mark(row, number) }
            let field = fields.peek(row, 5)
            if field.isNull { continue }
            let repetitions = field.repetitions.map { $0.value ?? "" }
            lines += repetitions.isEmpty && rows.count > 1 ? [""] : repetitions
        }
        if rows.count > 1 {
            assume("\(rows.count) lines of text with one code are one Observation.", at: fields.segment(rows[0]).place)
        }
        let text = lines.joined(separator: "\n")
        guard let value = FHIRValue.text(TextRules.clean(text)) else { return [] }
        return [.set("valueString", value)]
    }

    private mutating func value(of piece: Piece, _ type: String, _ row: Int) -> (key: String, value: FHIRValue)? {
        guard let text = piece.text else { return nil }
        var found: (String, FHIRValue)?
        switch type {
        case "NM": found = ComparedNumber(text).map { ("valueQuantity", $0.quantity(unit(row))) }
        case "SN": found = structuredNumeric(piece, row)
        case "NR": found = range(piece.text(1), piece.text(2), row)
        case "CQ": found = quantity(piece).map { ("valueQuantity", $0) }
        case "CE", "CWE", "CNE", "CF", "IS", "ID": found = concept(piece).map { ("valueCodeableConcept", $0) }
        case "DT", "TS", "DTM": found = timestamp(piece) == nil ? nil : dateTime(piece).map { ("valueDateTime", $0) }
        case "TM": found = time(text, at: piece.place).map { ("valueTime", $0) }
        case "DR": found = period(piece).map { ("valuePeriod", $0) }
        default: break
        }
        if let found { return found }
        assume("A value of type \(type) is carried as text.", at: piece.place)
        return ("valueString", .string(TextRules.clean(text)))
    }

    /// ED: what is encoded in Base64 goes with the report. RP points to somewhere else, and is reported.
    private mutating func document(_ field: Field, _ type: String) -> ObservationValue {
        var value = ObservationValue()
        for repetition in field.repetitions {
            let piece = Piece(repetition)
            // Some senders leave the components before the data out or write them once more or less.
            let data = [5, 4, 1].lazy.compactMap { piece.text($0) }.first { $0.utf8.count > 8 }
            guard type == "ED", let data, PrimitiveRules.fault(in: data, of: .base64Binary) == nil else {
                assume("A document of type \(type) is not carried over.", at: piece.place)
                continue
            }
            value.attachments.append(
                FHIRValue.object(of: ["contentType": .text(Self.mediaType(data)), "data": .string(data)]) ?? .null)
            assume("The document went into DiagnosticReport.presentedForm.", at: piece.place)
        }
        return value
    }

    /// By the first bytes of the document, because senders say it in many ways.
    private static func mediaType(_ base64: String) -> String {
        for (prefix, type) in [
            ("JVBERi", "application/pdf"), ("iVBORw", "image/png"), ("/9j/", "image/jpeg"),
            ("UEsDB", "application/zip"),
            ("e1xydGY", "application/rtf"), ("PD94bW", "application/xml"), ("SUkqAA", "image/tiff"),
        ] where base64.hasPrefix(prefix) { return type }
        return "application/octet-stream"
    }
}

/// What FHIR's string allows (R4 §2.24.0.1): no control characters but tab and line ends.
enum TextRules {
    static func clean(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.value >= 0x20 || [0x09, 0x0A, 0x0D].contains($0.value) }))
    }
}

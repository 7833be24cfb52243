import FHIR
import HL7v2

extension Converter {
    /// OBX (v2.5.1 ch. 7 §7.4.2) as an Observation, found by the order's number, OBX-3 and OBX-4, so that a later message about
    /// a result is a new version of it.
    ///
    /// - Parameter number: the order's, as a path of system and value.
    mutating func convert(
        _ observation: ObservationGroup, in order: SegmentGroup, number: String?,
        keys: inout [String: Int], about: [Edit], basedOn: DraftName?
    ) -> (name: DraftName, attachments: [FHIRValue]) {
        var group = SegmentGroup()
        for row in observation.rows { group.add("OBX", row) }
        for (name, row) in order.rows { group.add(name, row) }
        let row = observation.rows[0]
        let identity = identity(row, number: number, keys: &keys)

        var edits: [Edit] = []
        if case .identifiers(let numbers) = identity, let own = numbers.first {
            edits.append(.mergeIdentifiers("identifier", [Self.value(own)], replacing: []))
        }
        edits += self.edits(for: .observation, in: group)
        if !edits.contains(where: { $0.path == "status" }) {
            assume("OBX-11 says no status; it is 'unknown'.", at: fields.segment(row).place)
            edits.append(.setIfAbsent("status", "unknown"))
        }
        edits.append(.setIfAbsent("code", Self.unknownConcept))
        edits += about
        if let basedOn { edits.append(.union("basedOn", [.reference(to: basedOn)])) }
        for other in observation.rows.dropFirst() { fields.markSame(as: row, in: other) }
        let value = value(observation.rows)
        edits += value.edits
        if fields.peek(row, 6).isNull { fields.mark(row, 6) }
        if let range = referenceRange(row) { edits.append(range) }
        let notes = notes(observation.notes)
        if !notes.isEmpty { edits.append(.replace("note", notes, .all)) }
        return (add("observation", .observation, identity, edits: edits), value.attachments)
    }

    private mutating func identity(
        _ row: Int, number: String?, keys: inout [String: Int]
    ) -> Identity {
        guard let number else { return .none }
        let code = Piece(fields.read(row, 3).repetition(1))
        let group = fields.read(row, 4)
        let key = code.text(1) ?? code.text(2) ?? code.text(4) ?? ""
        if key.isEmpty { assume("OBX-3 is empty; the observation has no code.", at: fields.peek(row, 3).place) }
        let subID = String(decoding: group.bytes, as: UTF8.self)
        var parts = [key, group.isNull ? "" : subID]
        var path = number + "/" + ProjectURI.path(parts)
        let count = keys[path, default: 0] + 1
        keys[path] = count
        if count > 1 {
            assume(
                "Observation \(count) with the same code and sub-id (OBX-3, OBX-4) of one order.",
                at: fields.segment(row).place)
            parts.append(String(count))
            path = number + "/" + ProjectURI.path(parts)
        }
        return .identifiers([Identity.Identifier(system: ProjectURI.observation, value: path)])
    }

    /// OBX-7: the range in words, and in numbers where it has the form of a range.
    private mutating func referenceRange(_ row: Int) -> Edit? {
        let field = fields.read(row, 7)
        if field.isNull { return .remove("referenceRange") }
        var ranges: [FHIRValue] = []
        for repetition in field.repetitions {
            guard let text = Piece(repetition).text else { continue }
            let bounds = ReferenceRange(text)
            let unit = bounds == nil ? [] : self.unit(row)
            func bound(_ number: Decimal?) -> FHIRValue? {
                number.map { .object([.init("value", .number($0.text))] + unit) }
            }
            ranges.append(
                FHIRValue.object(of: [
                    "low": bound(bounds?.low), "high": bound(bounds?.high), "text": .string(text),
                ]) ?? .null)
        }
        return ranges.isEmpty ? nil : .replace("referenceRange", ranges, .all)
    }
}

/// `49 - 92`, `[ 0.04 - 0.40 ]`, `< 0.21`, `>= 5`
struct ReferenceRange: Equatable {
    var low: Decimal?
    var high: Decimal?

    /// Nil where the text is not of one of these forms.
    init?(_ text: String) {
        var bare = String(decoding: text.utf8.filter { $0 != 0x20 }, as: UTF8.self)
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = String(bare.dropFirst().dropLast()) }
        for (sign, isHigh) in [("<=", true), (">=", false), ("<", true), (">", false)] where bare.hasPrefix(sign) {
            guard let number = Decimal(String(bare.dropFirst(sign.count))) else { return nil }
            if isHigh { high = number } else { low = number }
            return
        }
        // The first minus behind a digit divides; one before a digit is a sign.
        guard let start = bare.utf8.firstIndex(where: { (0x30...0x39).contains($0) }),
            let middle = bare.utf8[start...].firstIndex(of: UInt8(ascii: "-")),
            let low = Decimal(String(bare[..<middle])),
            let high = Decimal(String(bare[bare.utf8.index(after: middle)...]))
        else { return nil }
        self.low = low
        self.high = high
    }
}

import FHIR
import HL7v2

extension Converter {
    /// XPN (v2.5.1 ch. 2A §2.A.88).
    mutating func humanName(_ piece: Piece) -> FHIRValue? {
        let given = [piece.text(2), piece.text(3)].compactMap { FHIRValue.text($0) }
        let suffix = [piece.text(4), piece.text(6)].compactMap { FHIRValue.text($0) }
        let use = piece.text(7).flatMap { code($0, table: "HL70200", at: piece.place) }
        let name = FHIRValue.object(of: [
            "use": .text(use),
            "family": .text(piece.part(1)?.text(1)),
            "given": .list(ifAny: given),
            "prefix": .list(ifAny: [piece.text(5)].compactMap { FHIRValue.text($0) }),
            "suffix": .list(ifAny: suffix),
            "period": validity(piece, from: 12, to: 13),
        ])
        return name.flatMap { $0["family"] == nil && $0["given"] == nil && $0["prefix"] == nil ? nil : $0 }
    }

    /// XAD (§2.A.86). The street address has subcomponents of its own; the whole street is the first.
    mutating func address(_ piece: Piece) -> FHIRValue? {
        let lines = [piece.part(1)?.text(1), piece.text(2)].compactMap { FHIRValue.text($0) }
        var use: String?
        var type: String?
        if let kind = piece.text(7) {
            use = maps.tables["HL70190"]?.entries[kind]?.code
            type = maps.tables["HL70190-type"]?.entries[kind]?.code
            if use == nil, type == nil { unmapped(kind, table: "HL70190", at: piece.place) }
        }
        let address = FHIRValue.object(of: [
            "use": .text(use), "type": .text(type),
            "line": .list(ifAny: lines),
            "city": .text(piece.text(3)), "district": .text(piece.text(9)), "state": .text(piece.text(4)),
            "postalCode": .text(piece.text(5)), "country": .text(piece.text(6)),
            "period": validity(piece, from: 13, to: 14),
        ])
        return address.flatMap { value in
            ["line", "city", "district", "state", "postalCode", "country"].contains { value[$0] != nil } ? value : nil
        }
    }

    /// XTN (§2.A.89): the number as one text, or in parts, or an address in the network.
    mutating func contactPoint(_ piece: Piece) -> FHIRValue? {
        var use: String?
        var system: String?
        if let equipment = piece.text(3) {
            system = code(equipment, table: "HL70202", at: piece.place)
            use = maps.tables["HL70202-use"]?.entries[equipment]?.code
        }
        if let purpose = piece.text(2) {
            let known = maps.tables["HL70201"]?.entries[purpose]?.code
            if known == nil, purpose != "NET" { unmapped(purpose, table: "HL70201", at: piece.place) }
            use = known ?? use
        }
        let number = piece.text(1) ?? piece.text(12) ?? assembledNumber(piece)
        let network = piece.text(4)
        let isNetwork = system == "email" || system == "url" || piece.text(2) == "NET"
        guard let value = isNetwork ? network ?? number : number ?? network else { return nil }
        if system == nil { system = value.utf8.contains(UInt8(ascii: "@")) ? "email" : "phone" }
        return .object(of: ["system": .text(system), "value": .string(value), "use": .text(use)])
    }

    /// XTN-5 to XTN-8: `+49 30 123456 x7`
    private func assembledNumber(_ piece: Piece) -> String? {
        var parts: [String] = []
        if let country = piece.text(5) { parts.append("+" + country) }
        if let area = piece.text(6) { parts.append(area) }
        guard let local = piece.text(7) else { return nil }
        parts.append(local)
        if let extra = piece.text(8) { parts.append("x" + extra) }
        return parts.joined(separator: " ")
    }

    private mutating func validity(_ piece: Piece, from: Int, to: Int) -> FHIRValue? {
        var start: FHIRValue?
        var end: FHIRValue?
        if let part = piece.part(from), part.text != nil { start = dateTime(part) }
        if let part = piece.part(to), part.text != nil { end = dateTime(part) }
        return .object(of: ["start": start, "end": end])
    }

    /// DR (§2.A.20).
    mutating func period(_ piece: Piece) -> FHIRValue? { validity(piece, from: 1, to: 2) }
}

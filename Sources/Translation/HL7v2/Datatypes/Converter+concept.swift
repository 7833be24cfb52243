import FHIR
import HL7v2

extension Converter {
    /// CWE, CE, CNE, IS and ID (v2.5.1 ch. 2A §2.A.13) as a CodeableConcept: what the table makes of the code first, then
    /// the codes that were sent.
    mutating func concept(_ piece: Piece, table name: String? = nil) -> FHIRValue? {
        var codings: [FHIRValue] = []
        if let table = name.flatMap({ maps.tables[$0] }) {
            codings += tableCodings(piece, table)
        } else if let coding = sentCoding(piece, from: 1) {
            codings.append(coding)
        }
        if let alternate = sentCoding(piece, from: 4) { codings.append(alternate) }
        let text = piece.text(9) ?? piece.text(2) ?? (codings.isEmpty ? piece.text(1) ?? piece.text(5) : nil)
        return .object(of: ["coding": .list(ifAny: codings), "text": .text(text)])
    }

    /// The same where FHIR has a Coding: the first of them.
    mutating func coding(_ piece: Piece, table: String?) -> FHIRValue? {
        concept(piece, table: table)?["coding"]?.elements.first
    }

    /// The codings of a code of a table. One that is said to be of another system than the table is taken as sent.
    private mutating func tableCodings(_ piece: Piece, _ table: CodeTable) -> [FHIRValue] {
        guard let code = piece.text(1) else { return [] }
        if let system = piece.text(3), system != table.name, system != table.source,
            table.entries[code] == nil || maps.tables["coding-systems"]?.entries[system] != nil
        {
            return [sentCoding(piece, from: 1)].compactMap { $0 }
        }
        var codings: [FHIRValue] = []
        let entry = table.entries[code]
        if let entry = entry ?? table.fallback {
            codings.append(Self.coding(table.target, entry.code, entry.display))
        }
        if let source = table.source {
            codings.append(Self.coding(source, code, piece.text(2)))
        }
        // A table of one system's codes, which go over as they are, has entries only for displays.
        if entry == nil, table.source == nil || table.target != nil {
            unmapped(code, table: table.name, at: piece.place)
        }
        return codings
    }

    /// Code, display and system from component n on.
    private mutating func sentCoding(_ piece: Piece, from number: Int) -> FHIRValue? {
        guard let code = piece.text(number) else { return nil }
        let system = piece.text(number + 2).map { codeSystem($0, at: piece.place) }
        return Self.coding(system, code, piece.text(number + 1))
    }

    static func coding(_ system: String?, _ code: String, _ display: String?) -> FHIRValue {
        // R4 allows single blanks within a code only.
        var clean = code
        if code.utf8.contains(where: { $0 <= 0x20 }) {
            clean = code.utf8.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        }
        return .object(of: ["system": .text(system), "code": .string(clean), "display": .text(display)]) ?? .null
    }

    /// The URI of a coding system by the name that CWE-3 gives it (table 0396).
    mutating func codeSystem(_ name: String, at place: @autoclosure () -> Place) -> String {
        for known in codeSystems where known.name == name { return known.system }
        let system = findCodeSystem(name, at: place())
        codeSystems.append((name, system))
        return system
    }

    private mutating func findCodeSystem(_ name: String, at place: Place) -> String {
        if let known = maps.tables["coding-systems"]?.entries[name] { return known.code }
        if name.hasPrefix("http://") || name.hasPrefix("https://") || name.hasPrefix("urn:") {
            if !name.utf8.contains(where: { $0 <= 0x20 }) { return name }
        }
        if OID.isOne(name) { return "urn:oid:" + name }
        if name.hasPrefix("HL7"), name.utf8.count == 7,
            name.utf8.dropFirst(3).allSatisfy({ (0x30...0x39).contains($0) })
        {
            return "http://terminology.hl7.org/CodeSystem/v2-" + name.dropFirst(3)
        }
        unmapped(name, table: "coding-systems", at: place)
        return ProjectURI.codeSystem(name)
    }
}

/// ISO object identifiers.
enum OID {
    static func isOne(_ text: String) -> Bool {
        let arcs = text.split(separator: ".", omittingEmptySubsequences: false)
        return arcs.count > 2
            && arcs.allSatisfy { arc in
                !arc.isEmpty && arc.utf8.allSatisfy { (0x30...0x39).contains($0) } && (arc == "0" || arc.first != "0")
            } && ["0", "1", "2"].contains(arcs[0])
    }
}

import FHIR
import HL7v2

extension Converter {
    /// CX (v2.5.1 ch. 2A §2.A.14) as an Identifier.
    ///
    /// - Parameters:
    ///   - role: what stands for the authority where none is named: the field, `PID-3`.
    ///   - isSystemOptional: whether the map says the system.
    mutating func identifier(_ piece: Piece, role: String, isSystemOptional: Bool = false) -> FHIRValue? {
        guard let value = piece.text(1) else { return nil }
        let authority = piece.part(4)
        var system: String?
        if !(isSystemOptional && authority?.text == nil) {
            system = self.system(
                namespace: authority?.text(1), universal: authority?.text(2), type: authority?.text(3), role: role,
                at: piece.place)
        }
        let type = piece.text(5).map { code in
            FHIRValue.object([.init("coding", .list([Self.coding(Self.identifierTypes, code, nil)]))])
        }
        var start: FHIRValue?
        var end: FHIRValue?
        if let part = piece.part(7), part.text != nil { start = dateTime(part) }
        if let part = piece.part(8), part.text != nil { end = dateTime(part) }
        return .object(of: [
            "type": type, "system": .text(system), "value": .string(value),
            "period": .object(of: ["start": start, "end": end]),
        ])
    }

    static let identifierTypes = "http://terminology.hl7.org/CodeSystem/v2-0203"

    /// EI (§2.A.28): an order's number.
    mutating func entity(_ field: Field, role: String) -> Identity.Identifier? {
        let piece = Piece(field.repetition(1))
        guard let value = piece.text(1) else { return nil }
        let system = self.system(
            namespace: piece.text(2), universal: piece.text(3), type: piece.text(4), role: role, at: piece.place)
        return Identity.Identifier(system: system, value: value)
    }

    /// The URI of an assigning authority (HD, §2.A.33): as configured for the sender or in the maps, else as its universal
    /// id says, else one made of its name and the sender's facility, with a line in the report.
    mutating func system(
        namespace: String?, universal: String?, type: String?, role: String, at place: @autoclosure () -> Place
    ) -> String {
        let authority = Authority(namespace: namespace, universal: universal, type: type, role: role)
        if let known = systems.first(where: { $0.authority == authority }) { return known.system }
        let system = findSystem(authority, at: place())
        systems.append((authority, system))
        return system
    }

    private mutating func findSystem(_ authority: Authority, at place: Place) -> String {
        for name in [authority.namespace, authority.universal].compactMap({ $0 }) {
            if let known = sender.authorities[name] ?? maps.tables["authorities"]?.entries[name]?.code { return known }
        }
        if let system = authority.ownSystem { return system }
        let name = authority.namespace ?? authority.universal
        let system = ProjectURI.authority(name ?? authority.role, facility: facility)
        if let name {
            assumeOnce("No URI is configured for the authority '\(name)'; it is called \(system).", at: place)
        } else {
            assumeOnce("No authority is named; the number's system is called \(system).", at: place)
        }
        return system
    }

    /// What finds a resource by an Identifier.
    static func identity(_ identifier: FHIRValue) -> Identity.Identifier? {
        guard let system = identifier["system"]?.text, let value = identifier["value"]?.text else { return nil }
        return Identity.Identifier(system: system, value: value)
    }

    static func value(_ identifier: Identity.Identifier, type: String? = nil) -> FHIRValue {
        let coding = type.map { FHIRValue.list([Self.coding(identifierTypes, $0, nil)]) }
        return .object(of: [
            "type": coding.map { .object([.init("coding", $0)]) },
            "system": .string(identifier.system), "value": .string(identifier.value),
        ]) ?? .null
    }
}

/// An assigning authority as a message names it.
struct Authority: Equatable {
    var namespace: String?
    var universal: String?
    /// Table 0301: what the universal id is.
    var type: String?
    /// What stands for it where none is named.
    var role: String

    /// The URI that its universal id says by itself.
    var ownSystem: String? {
        guard let universal else { return nil }
        switch type {
        case "ISO", nil: return OID.isOne(universal) ? "urn:oid:" + universal : nil
        case "UUID", "GUID": return "urn:uuid:" + universal.lowercased()
        case "URI": return universal.utf8.contains { $0 <= 0x20 } ? nil : universal
        default: return nil
        }
    }
}

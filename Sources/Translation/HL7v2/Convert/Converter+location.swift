import FHIR
import HL7v2

extension Converter {
    /// PL (v2.5.1 ch. 2A §2.A.53) as a chain of Locations, each part of the one before it: facility, building, floor, point of
    /// care, room, bed. Identity is facility + point of care + room + bed; building and floor are levels only, because
    /// senders name them now and then.
    ///
    /// - Returns: the most granular level; nil where the place says nothing.
    mutating func location(_ piece: Piece, name: String) -> DraftName? {
        let care = piece.text(1)
        let room = piece.text(2)
        let bed = piece.text(3)
        let building = piece.text(7)
        let floor = piece.text(8)
        guard care != nil || room != nil || bed != nil || piece.part(4)?.text != nil else { return nil }
        let house = piece.part(4)?.text(1) ?? piece.part(4)?.text(2) ?? facility
        if piece.part(4)?.text == nil {
            assumeOnce("The place names no facility; it was taken to be in \(house).", at: piece.place)
        }
        var parent = level("\(name)/facility", .facility, ProjectURI.location, [house], house, in: nil)
        if let building {
            parent = level("\(name)/building", .building, ProjectURI.building, [house, building], building, in: parent)
        }
        if let floor {
            let parts = [house, building ?? "", floor]
            parent = level("\(name)/floor", .floor, ProjectURI.floor, parts, floor, in: parent)
        }
        if let care {
            // Without building and floor the message does not say where the point of care stands.
            parent = level(
                "\(name)/ward", .ward, ProjectURI.location, [house, care], care, in: parent,
                isParentKnown: building != nil || floor != nil)
        }
        if let room {
            parent = level("\(name)/room", .room, ProjectURI.location, [house, care ?? "", room], room, in: parent)
        }
        if let bed {
            let parts = [house, care ?? "", room ?? "", bed]
            parent = level("\(name)/bed", .bed, ProjectURI.location, parts, bed, in: parent)
        }
        describe(parent, by: piece)
        return parent
    }

    private enum Level: String {
        case facility = "si"
        case building = "bu"
        case floor = "lvl"
        case ward = "wa"
        case room = "ro"
        case bed = "bd"
        /// A place that holds any number.
        case area = "area"
    }

    private mutating func level(
        _ name: String, _ kind: Level, _ system: String, _ parts: [String], _ label: String, in parent: DraftName?,
        isParentKnown: Bool = true
    ) -> DraftName {
        let identifier = Identity.Identifier(system: system, value: ProjectURI.path(parts))
        if let known = self.name(of: .location, [identifier]) { return known }
        // A bed at a placeholder, in a hall or a waiting room, is no bed.
        let isShared = kind == .bed && parts.dropFirst().contains { sender.isShared($0) }
        let type = isShared ? Level.area : kind
        var edits: [Edit] = [
            .mergeIdentifiers("identifier", [Self.value(identifier)], replacing: []),
            .setIfAbsent("status", "active"), .setIfAbsent("name", .string(label)), .setIfAbsent("mode", "instance"),
            isShared
                ? .set("physicalType", Self.physicalType(type.rawValue))
                : .setIfAbsent("physicalType", Self.physicalType(type.rawValue)),
        ]
        if let parent {
            let reference = FHIRValue.reference(to: parent)
            edits.append(isParentKnown ? .set("partOf", reference) : .setIfAbsent("partOf", reference))
        }
        return add(name, .location, .identifiers([identifier]), edits: edits)
    }

    private static func physicalType(_ code: String) -> FHIRValue {
        let coding = coding("http://terminology.hl7.org/CodeSystem/location-physical-type", code, nil)
        return .object([.init("coding", .list([coding]))])
    }

    /// PL-9, the place in words.
    private mutating func describe(_ name: DraftName, by piece: Piece) {
        guard let words = piece.text(9), let index = drafts.firstIndex(where: { $0.name == name }) else { return }
        let edit = Edit.set("description", .string(words))
        if !drafts[index].edits.contains(edit) { drafts[index].edits.append(edit) }
    }
}

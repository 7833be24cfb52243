import Domain
import FHIR

/// Location ↔ `Domain.Location` (R4 location.html).
struct LocationView {
    let node: JSONNode

    init(_ node: JSONNode) { self.node = node }

    func location(id: String, _ references: References) -> Location {
        Location(
            id: LocationID(id),
            status: node.code("status", as: Location.Status.self),
            physicalType: physicalType,
            operationalStatus: node["operationalStatus"].flatMap(bedStatus),
            partOf: references.id(node["partOf"], of: .location).map { LocationID($0) })
    }

    /// The first coding of R4's own code system.
    private var physicalType: PhysicalType? {
        guard let concept = node["physicalType"] else { return nil }
        for coding in concept.elements("coding")
        where coding["system"]?.equals(PhysicalType.system) ?? false {
            if let type = coding.code("code", as: PhysicalType.self) { return type }
        }
        return nil
    }

    /// A Coding of table 0116, by its FHIR name or its OID.
    private func bedStatus(_ coding: JSONNode) -> BedStatus? {
        guard let system = coding["system"], system.equals(BedStatus.system) || system.equals(LocationView.table0116)
        else { return nil }
        return coding.code("code", as: BedStatus.self)
    }

    private static let table0116: StaticString = "urn:oid:2.16.840.1.113883.18.45"
}

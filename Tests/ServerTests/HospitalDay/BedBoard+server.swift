import FHIR

/// The board as a client sees it: read over FHIR and nothing else.
extension BedBoard {
    init(readFrom client: Client) async throws {
        let places = try await Self.places(client)
        let patients = try await Self.patients(client)
        names = Dictionary(uniqueKeysWithValues: patients.values.map { ($0.mrn, $0.family) })
        for place in places.values where !place.place.isShared { statuses[place.place] = place.status }
        let encounters = try await Self.all("Encounter?_count=1000", client)
        let numbers = Dictionary(
            uniqueKeysWithValues: encounters.map { ("Encounter/\(Self.text($0, "id"))", Self.identifier($0)) })
        let subjects = Dictionary(
            uniqueKeysWithValues: encounters.map {
                ("Encounter/\(Self.text($0, "id"))", patients[Self.text($0, "subject.reference")]?.mrn ?? "nobody")
            })
        for encounter in encounters {
            let number = Self.identifier(encounter)
            let status = Self.text(encounter, "status")
            let active = encounter.elements("location").filter {
                Self.text($0, "status") == "active" && $0["period"]?["end"] == nil
            }.map { places[Self.text($0, "location.reference")]?.place }
            if active.count > 1 { struct Twice: Error { let visit: String }; throw Twice(visit: number) }
            visits[number] = Visit(
                status: status, mrn: subjects["Encounter/\(Self.text(encounter, "id"))"] ?? "",
                place: active.first ?? nil,
                mother: encounter.at("partOf.reference")?.string.flatMap { subjects[$0] })
            guard let bed = active.first ?? nil, !bed.isShared, Self.claiming.contains(status) else { continue }
            occupants[bed, default: []].insert(number)
        }
        for task in try await Self.all("Task?code=bed-conflict&status=requested&_count=1000", client) {
            let kind = task.elements("identifier").compactMap { $0["value"]?.string?.split(separator: "|").first }.first
            guard let kind = kind.flatMap({ Conflict.Kind(rawValue: String($0)) }),
                let bed = places[Self.text(task, "focus.reference")]?.place
            else { continue }
            conflicts.insert(
                Conflict(kind: kind, bed: bed, visit: numbers[Self.text(task, "encounter.reference")] ?? "unknown"))
        }
    }

    private static let claiming: Set<String> = ["arrived", "triaged", "in-progress", "onleave"]

    /// Beds and placeholders by reference, with their operational status.
    private static func places(_ client: Client) async throws -> [String: (place: Place, status: String?)] {
        var places: [String: (Place, String?)] = [:]
        for location in try await all("Location?_count=1000", client) {
            let type = location.at("physicalType.coding.0.code")?.string
            // Facility, point of care, room, bed.
            let parts = identifier(location).split(separator: "/").map(String.init)
            guard parts.count == 4, type == "bd" || type == "area" else { continue }
            let place = Place(ward: parts[1], room: parts[2], bed: parts[3])
            guard place.isShared == (type == "area") else { continue }
            places["Location/\(text(location, "id"))"] = (place, location.at("operationalStatus.code")?.string)
        }
        return places
    }

    private static func patients(_ client: Client) async throws -> [String: (mrn: String, family: String)] {
        var patients: [String: (String, String)] = [:]
        for patient in try await all("Patient?_count=1000", client) {
            patients["Patient/\(text(patient, "id"))"] = (identifier(patient), text(patient, "name.0.family"))
        }
        return patients
    }

    /// All matches, however many pages there are.
    private static func all(_ query: String, _ client: Client) async throws -> [JSONNode] {
        var found: [JSONNode] = []
        var page: String? = query
        while let url = page {
            let reply = try await client.get(url)
            found += reply.resources
            page = reply.link("next")
        }
        return found
    }

    private static func identifier(_ resource: JSONNode) -> String { text(resource, "identifier.0.value") }

    private static func text(_ node: JSONNode, _ path: String) -> String { node.at(path)?.string ?? "" }
}

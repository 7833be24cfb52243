import FHIR

/// The board as a FHIR client reads it.
extension BedBoard {
    init(readBy client: Client) async throws {
        let places = try await Self.all("Location", client).reduce(into: [String: Place]()) { places, location in
            guard let id = location["id"]?.string, let place = Place(location) else { return }
            places["Location/\(id)"] = place
            statuses[place] = location.at("operationalStatus.code")?.string
        }
        var numbers: [String: String] = [:]
        for patient in try await Self.all("Patient", client) {
            guard let id = patient["id"]?.string, let number = patient.at("identifier.0.value")?.string else {
                continue
            }
            numbers["Patient/\(id)"] = number
            names[number] = patient.at("name.0.family")?.string
        }
        let encounters = try await Self.all("Encounter", client)
        let visitsByReference = Self.visitNumbers(of: encounters)
        let subjects = encounters.reduce(into: [String: String]()) { subjects, encounter in
            guard let id = encounter["id"]?.string else { return }
            subjects["Encounter/\(id)"] = encounter.at("subject.reference")?.string.flatMap { numbers[$0] }
        }
        for encounter in encounters {
            guard let id = encounter["id"]?.string, let visit = visitsByReference["Encounter/\(id)"] else { continue }
            let current = Array(encounter.elements("location")).last { entry in
                entry["status"]?.string == "active" && entry.at("period.end") == nil
            }
            let place: Place? = current?.at("location.reference")?.string.flatMap { places[$0] }
            visits[visit] = Visit(
                status: encounter["status"]?.string ?? "", mrn: subjects["Encounter/\(id)"] ?? "", place: place,
                mother: encounter.at("partOf.reference")?.string.flatMap { subjects[$0] })
            if let place, !place.isShared { occupants[place, default: []].insert(visit) }
        }
        for task in try await Self.all("Task?code=bed-conflict&status=requested", client) {
            let parts = (task.at("identifier.0.value")?.string ?? "").split(separator: "|").map(String.init)
            guard parts.count >= 4, let kind = Conflict.Kind(rawValue: parts[0]),
                let bed = places["Location/\(parts[1])"],
                let visit = visitsByReference["Encounter/\(parts[3])"]
            else { continue }
            conflicts.insert(Conflict(kind: kind, bed: bed, visit: kind == .twoParties ? visit : nil))
        }
    }

    private static func visitNumbers(of encounters: [JSONNode]) -> [String: String] {
        encounters.reduce(into: [:]) { visits, encounter in
            guard let id = encounter["id"]?.string else { return }
            visits["Encounter/\(id)"] = encounter.at("identifier.0.value")?.string
        }
    }

    /// All pages of a search.
    private static func all(_ search: String, _ client: Client) async throws -> [JSONNode] {
        var found: [JSONNode] = []
        var next: String? = search + (search.contains("?") ? "&" : "?") + "_count=1000"
        while let path = next {
            let page = try await client.get(path)
            found += page.resources
            next = page.link("next").map { String($0[$0.range(of: "/fhir/")!.upperBound...]) }
        }
        return found
    }
}

extension Place {
    /// The bed that a Location is; nil for rooms, wards and buildings.
    fileprivate init?(_ location: JSONNode) {
        let value = location.elements("identifier").first {
            $0["system"]?.string == "urn:mediconnect:hl7v2:location"
        }?["value"]?.string
        let parts = (value ?? "").split(separator: "/").map(String.init)
        guard parts.count == 4 else { return nil }
        self.init(ward: parts[1], room: parts[2], bed: parts[3])
    }
}

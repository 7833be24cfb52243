import Domain
import Exchange
import Translation

extension WardRule {
    /// A ward of the configuration file; nil where it does not say which one, or what becomes of its beds.
    init?(_ section: inout ConfigurationSection) {
        let place = Place(&section)
        let after: OccupancyRule.AfterRelease? = section.required("after-release", .choice)
        section.finish()
        guard let place, let after else { return nil }
        self.init(place: place, afterRelease: after)
    }
}

extension WardRule.Place {
    /// As messages name it (PL-4, PL-1 and PL-2), by an identifier of its Location, or by the Location itself.
    fileprivate init?(_ section: inout ConfigurationSection) {
        let byName = ["facility", "point-of-care", "room"].contains { section.has($0) }
        let ways = [byName, section.has("identifier"), section.has("location")].count { $0 }
        let identifier = section.value("identifier", .identifier)
        let location = section.value("location", .location)
        let facility = byName ? section.required("facility", .text) : section.value("facility", .text)
        let care = byName ? section.required("point-of-care", .text) : section.value("point-of-care", .text)
        let room = section.value("room", .text)
        guard ways == 1 else {
            section.fault(
                "a ward is named in one way: by facility and point-of-care, by identifier, or by location.")
            return nil
        }
        if let found = identifier ?? location {
            self = found
        } else if let facility, let care {
            self = .identifier(
                system: ProjectURI.location, value: ProjectURI.path([facility, care] + (room.map { [$0] } ?? [])))
        } else {
            return nil
        }
    }
}

extension ValueKind where Value == WardRule.Place {
    fileprivate static let identifier = ValueKind(
        expected: "the SYSTEM|VALUE of an identifier, such as https://hospital.example/wards|3B"
    ) { text in
        let parts = text.split(separator: "|", maxSplits: 1)
        guard parts.count == 2, ValueKind<String>.uri.read(String(parts[0])) != nil else { return nil }
        return .identifier(system: String(parts[0]), value: String(parts[1]))
    }

    fileprivate static let location = ValueKind(expected: "a reference such as Location/ward-3b") { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "Location", !parts[1].isEmpty else { return nil }
        return .location(id: String(parts[1]))
    }
}

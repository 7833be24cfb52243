import Domain
import FHIR

/// What the beds of a ward become when their last occupant has left. A value of the configuration.
public struct WardRule: Sendable, Equatable {
    /// How the ward's Location is known. A room or a single bed can be meant as well.
    public enum Place: Sendable, Hashable {
        case identifier(system: String, value: String)
        case location(id: String)
    }

    public var place: Place
    public var afterRelease: OccupancyRule.AfterRelease

    public init(place: Place, afterRelease: OccupancyRule.AfterRelease) {
        self.place = place
        self.afterRelease = afterRelease
    }

    /// Whether it is about this Location itself.
    func isAbout(_ location: JSONNode, id: String) -> Bool {
        switch place {
        case .location(let wanted): return wanted == id
        case .identifier(let system, let value):
            return location["identifier"]?.elements.contains { identifier in
                identifier["system"]?.equals(system) ?? false && identifier["value"]?.equals(value) ?? false
            } ?? false
        }
    }
}

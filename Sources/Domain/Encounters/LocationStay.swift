/// One entry of where an encounter's patient was, is or shall be.
public struct LocationStay: Sendable, Equatable {
    /// R4's encounter-location-status.
    public enum Status: String, Sendable, CaseIterable {
        case planned
        case active
        case reserved
        case completed
    }

    /// Its place in the list that was sent, from 0.
    public var position: Int
    public var location: LocationID?
    public var status: Status?
    public var period: Period

    public init(position: Int, location: LocationID?, status: Status? = nil, period: Period = Period()) {
        self.position = position
        self.location = location
        self.status = status
        self.period = period
    }
}

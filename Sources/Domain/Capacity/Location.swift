/// A place, as far as the domain decides about it.
public struct Location: Sendable, Equatable {
    /// R4's location status.
    public enum Status: String, Sendable, CaseIterable {
        case active
        case suspended
        case inactive
    }

    public var id: LocationID
    public var status: Status?
    public var physicalType: PhysicalType?
    public var operationalStatus: BedStatus?
    public var partOf: LocationID?

    public init(
        id: LocationID, status: Status? = nil, physicalType: PhysicalType? = nil, operationalStatus: BedStatus? = nil,
        partOf: LocationID? = nil
    ) {
        self.id = id
        self.status = status
        self.physicalType = physicalType
        self.operationalStatus = operationalStatus
        self.partOf = partOf
    }

    /// A place that is part of another can close a circle, which only the record can tell.
    var need: DomainNeed {
        guard let partOf, partOf != id else { return .nothing }
        return .locationAncestors(of: partOf)
    }

    /// - Parameter ancestors: what this location would be part of, from `partOf` itself up to the top.
    public func decide(ancestors: [LocationID]) -> Decision {
        guard let partOf else { return .accepted }
        if partOf == id {
            return .refused(
                Refusal(.partOfItself, "A location cannot be part of itself.", at: ElementPath("partOf")))
        }
        guard ancestors.contains(id) else { return .accepted }
        let way = ancestors.prefix { $0 != id }.map(\.rawValue).joined(separator: ", ")
        return .refused(
            Refusal(
                .partOfItself,
                "The location would be part of itself, because it already holds that one (by \(way)).",
                at: ElementPath("partOf")))
    }
}

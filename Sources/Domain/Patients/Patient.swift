/// A patient's record, as far as the domain decides about it.
public struct Patient: Sendable, Equatable {
    public var id: PatientID
    public var links: [PatientLink]

    public init(id: PatientID, links: [PatientLink] = []) {
        self.id = id
        self.links = links
    }

    /// A record cannot replace, be replaced by, or refer to itself: a merge of it would have no survivor.
    public func decide() -> Decision {
        for link in links where link.other == id {
            return .refused(
                Refusal(
                    .linkedToItself, "A patient cannot be linked to itself; the link must name another patient.",
                    at: ElementPath("link", link.position).appending("other")))
        }
        return .accepted
    }
}

/// A link from one record of a patient to another.
public struct PatientLink: Sendable, Equatable {
    /// Its meaning, from the side of the record that holds it.
    public enum Kind: String, Sendable, CaseIterable {
        case replacedBy = "replaced-by"
        case replaces
        case refer
        case seeAlso = "seealso"
    }

    /// Its place in the list that was sent, from 0.
    public var position: Int
    public var other: PatientID
    public var kind: Kind?

    public init(position: Int, other: PatientID, kind: Kind?) {
        self.position = position
        self.other = other
        self.kind = kind
    }
}

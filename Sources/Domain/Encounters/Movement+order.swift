extension Movement.Kind {
    /// What a cancel can undo, in order of preference: if nothing of the first list matches, the second is tried.
    ///
    /// A11 cancels A01 or A04 (v2.5.1 §3.3.11); senders of versions without A38 cancel a pre-admission with it, too.
    /// A12 cancels A02 (§3.3.12); a swap has no cancel event of its own and is undone like the transfer it is. A13
    /// cancels A03 (§3.3.13).
    var undoes: [[Movement.Kind]] {
        switch self {
        case .cancelAdmit: [[.admit, .register], [.preAdmit]]
        case .cancelTransfer: [[.transfer, .swap]]
        case .cancelDischarge: [[.discharge]]
        case .admit, .transfer, .discharge, .register, .preAdmit, .toInpatient, .toOutpatient, .swap: []
        }
    }

    var isCancel: Bool { !undoes.isEmpty }

    /// Whether it puts a patient somewhere and can be cancelled.
    var claims: Bool {
        switch self {
        case .admit, .register, .transfer, .swap: true
        case .preAdmit, .discharge, .toInpatient, .toOutpatient, .cancelAdmit, .cancelTransfer, .cancelDischarge: false
        }
    }

    /// What comes first where two events carry the same time, as those that are sent to the minute often do.
    fileprivate var rank: Int {
        switch self {
        case .preAdmit: 0
        case .register: 1
        case .admit: 2
        case .transfer, .swap, .toInpatient, .toOutpatient, .cancelDischarge: 3
        case .discharge: 4
        case .cancelAdmit, .cancelTransfer: 5
        }
    }
}

extension Movement {
    /// The order in which things happened: by event time, then as a stay goes, then as they were recorded, then by
    /// identity. A total order on everything a movement says, so that no order of arrival shows through.
    static func happenedBefore(_ a: Movement, _ b: Movement) -> Bool {
        let left = (a.occurred, a.kind.rank, a.recorded, a.id)
        let right = (b.occurred, b.kind.rank, b.recorded, b.id)
        if left != right { return left < right }
        let leftRest = (a.kind.rawValue, a.width, a.location?.rawValue ?? "", a.prior?.rawValue ?? "")
        let rightRest = (b.kind.rawValue, b.width, b.location?.rawValue ?? "", b.prior?.rawValue ?? "")
        return leftRest < rightRest
    }

    /// What it says, under whatever identity: the same for a message that an engine sent again under a new control id.
    var withoutIdentity: Movement {
        var content = self
        content.id = MovementID("")
        return content
    }

    /// Whether two movements are one event that was sent more than once, perhaps recorded anew.
    func isSameEvent(as other: Movement) -> Bool {
        kind == other.kind && occurred == other.occurred && location == other.location
    }
}

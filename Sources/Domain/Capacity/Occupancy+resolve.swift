extension Occupancy {
    /// The same stays with the cuts that follow from all of them.
    ///
    /// A stay that nobody ended is cut where the next stay of another party begins. Of two uncut ones the newer would
    /// have cut the other, so at most one party holds the bed afterwards. A stay that its own movements ended keeps that
    /// end: stays that are over may overlap.
    ///
    /// Among stays that feeds tell of, this follows from the stays alone, so no order of arrival shows: a newer stay
    /// cuts even when it is over already, as it would have if it had come in time. What only a resource tells of is
    /// weaker, because it was judged by who held the bed when it was written:
    /// - it cuts while it holds the bed, and what it has cut stays cut while the record knows it; a resource that tells
    ///   of the past moves nobody out;
    /// - it is cut by whoever holds the bed and is newer, and not by stays that are over.
    func resolved() -> Occupancy {
        var result = self
        guard stays.count > 1 else {
            for index in result.stays.indices { result.stays[index].cut = nil }
            return result
        }
        let parties = Parties(stays)
        let newestFirst = stays.indices.sorted { stays[$1].isOlder(than: stays[$0]) }
        for (place, index) in newestFirst.enumerated() where stays[index].end == nil {
            let stay = stays[index]
            // The nearest comes first; those that are newer have their cuts already.
            let next = newestFirst[..<place].last { number in
                let newer = result.stays[number]
                return parties[newer] != parties[stay] && newer.cuts(stay)
            }
            result.stays[index].cut = next.map { result.stays[$0] }.flatMap { next in
                next.start.map { BedStay.Cut(at: $0, by: next.claim.encounter) }
            }
        }
        return result
    }
}

extension BedStay {
    /// Whether this newer stay cuts an older one of another party.
    fileprivate func cuts(_ older: BedStay) -> Bool {
        let didAlready = older.cut?.by == claim.encounter
        guard older.cause != nil else { return holds || didAlready }
        return cause != nil || end == nil || didAlready
    }
}

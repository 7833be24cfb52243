import FHIR

/// Where a page of a history begins: what its link says.
struct HistoryCursor: Sendable, Equatable {
    /// A place in the order of versions, newest first.
    struct Place: Sendable, Equatable {
        /// When the version was made, microseconds since 1970 UTC; in the history of one resource its number.
        var moment: Int64
        var key: Int64
    }

    /// PostgreSQL's text of the snapshot in which the walk began: only versions that it sees are shown.
    var snapshot: String
    /// The total that the first page told.
    var total: Int?
    /// The page holds what comes after it, or before it; nil: the newest.
    var place: Place?
    var isBackward = false

    func fields(_ digest: String) -> [String] {
        [
            digest, snapshot, total.map(String.init) ?? "", isBackward ? "b" : "f",
            place.map { "\($0.moment),\($0.key)" } ?? "",
        ]
    }

    init(snapshot: String, total: Int?, place: Place? = nil, isBackward: Bool = false) {
        self.snapshot = snapshot
        self.total = total
        self.place = place
        self.isBackward = isBackward
    }

    /// - Parameter digest: of the query for which the link must have been made.
    init(_ fields: [String], digest: String) throws(PageRefusal) {
        guard fields.count == 5 else { throw .forged }
        guard fields[0] == digest else { throw .foreign }
        snapshot = fields[1]
        total = Int(fields[2])
        isBackward = fields[3] == "b"
        let numbers = fields[4].split(separator: ",").compactMap { Int64($0) }
        if numbers.count == 2 { place = Place(moment: numbers[0], key: numbers[1]) }
    }
}

/// What a bed board tells: who is in which bed, how beds and stays are, and what a person has to look into. The model
/// makes one from the day's messages, the test another from what the server answers; the two must be equal.
struct BedBoard: Sendable {
    /// Visit numbers by bed.
    var occupants: [Place: Set<String>] = [:]
    /// `operationalStatus` (table 0116) by bed.
    var statuses: [Place: String] = [:]
    var visits: [String: Visit] = [:]
    var conflicts: Set<Conflict> = []
    /// Conflicts that may be open as well: somebody whom the hospital told into a bed was thought to be in it when it was
    /// reported otherwise. What came later may show that it was none, but only of the last report is that known.
    var excusable: Set<Conflict> = []
    /// Family names by MRN.
    var names: [String: String] = [:]

    struct Visit: Hashable, Sendable, CustomStringConvertible {
        /// Encounter.status
        var status: String
        var mrn: String
        /// Where the patient is; nil where nobody says.
        var place: Place?
        /// The mother of a newborn: an MRN.
        var mother: String?

        var description: String {
            "\(status), patient \(mrn), in \(place.map { "\($0)" } ?? "no place")"
                + (mother.map { ", newborn of \($0)" } ?? "")
        }
    }

    struct Conflict: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String, Sendable {
            case twoParties = "two-parties"
            case statusContradicts = "status-contradicts"
        }

        var kind: Kind
        var bed: Place
        /// Whose stay was ended, or who is in a bed that is said to be otherwise.
        var visit: String

        var description: String { "\(kind.rawValue) about \(visit) in bed \(bed)" }
    }

    /// Sentences that name what this board has and the other has otherwise.
    ///
    /// - Parameter found: what the server says.
    func differences(from found: BedBoard, at moment: String) -> [String] {
        var sentences: [String] = []
        for bed in Set(Hospital.beds).union(found.statuses.keys).sorted() {
            let (expected, actual) = (occupants[bed, default: []].sorted(), found.occupants[bed, default: []].sorted())
            if expected != actual { sentences.append("bed \(bed) at \(moment): expected \(expected), found \(actual)") }
            let (status, other) = (statuses[bed] ?? "no status", found.statuses[bed] ?? "no status")
            if status != other { sentences.append("bed \(bed) at \(moment): expected \(status), found \(other)") }
        }
        for visit in Set(visits.keys).union(found.visits.keys).sorted() where visits[visit] != found.visits[visit] {
            let words = { (board: BedBoard) in board.visits[visit].map { "\($0)" } ?? "nothing" }
            sentences.append("visit \(visit) at \(moment): expected \(words(self)); found \(words(found))")
        }
        sentences += conflicts.subtracting(found.conflicts).map { "conflict at \(moment): expected \($0), not found" }
        sentences += found.conflicts.subtracting(conflicts.union(excusable)).map {
            "conflict at \(moment): not expected: \($0)"
        }
        for mrn in Set(names.keys).union(found.names.keys).sorted() where names[mrn] != found.names[mrn] {
            sentences.append(
                "patient \(mrn) at \(moment): expected \(names[mrn] ?? "nobody"), found \(found.names[mrn] ?? "nobody")"
            )
        }
        return sentences
    }
}

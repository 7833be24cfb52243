/// Which encounters belong together: those of one patient, and a newborn's with its mother's, carried over as in
/// `Claim.strangers`. Every encounter and patient that a claim names stands for a point, every claim joins its points,
/// and what hangs together is a party.
struct Parties {
    private enum Point: Hashable {
        case encounter(EncounterID)
        case patient(PatientID)
    }

    private let numbers: [EncounterID: Int]

    init(_ stays: [BedStay]) {
        var points: [Point: Int] = [:]
        var parents: [Int] = []
        func number(_ point: Point) -> Int {
            if let known = points[point] { return known }
            points[point] = parents.count
            parents.append(parents.count)
            return parents.count - 1
        }
        func root(_ number: Int) -> Int {
            var top = number
            while parents[top] != top { top = parents[top] }
            parents[number] = top
            return top
        }
        for claim in Set(stays.map(\.claim)) {
            let own = number(.encounter(claim.encounter))
            let others = [claim.patient.map { Point.patient($0) }, claim.partOf.map { Point.encounter($0) }]
            for other in others.compactMap({ $0 }) { parents[root(number(other))] = root(own) }
        }
        var numbers: [EncounterID: Int] = [:]
        for case (.encounter(let encounter), let number) in points { numbers[encounter] = root(number) }
        self.numbers = numbers
    }

    /// The number of an encounter's party, for comparison only.
    subscript(_ stay: BedStay) -> Int? { numbers[stay.claim.encounter] }
}

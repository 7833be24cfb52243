/// A place as PV1-3 names it: point of care, room, bed.
struct Place: Hashable, Comparable, Sendable, CustomStringConvertible {
    let ward: String
    let room: String
    let bed: String

    /// Holds any number: a sender's placeholder.
    var isShared: Bool { Hospital.placeholders.contains(bed) }
    /// PL (v2.5.1 ch. 2A §2.A.53).
    var pl: String { "\(ward)^\(room)^\(bed)^\(Hospital.facility)" }
    var description: String { "\(ward)/\(room)/\(bed)" }

    static func < (left: Place, right: Place) -> Bool { left.description < right.description }
}

/// A hospital of 400 beds: 30 bays of an emergency department, intensive care in single rooms, maternity, and ten wards.
enum Hospital {
    static let facility = "HARBOUR"
    static let placeholders: Set<String> = ["WAIT", "HALL"]
    static let waiting = Place(ward: "ED", room: "ED", bed: "WAIT")
    static let hall = Place(ward: "ED", room: "ED", bed: "HALL")

    static let bays = (1...30).map { Place(ward: "ED", room: "ED", bed: "BAY-\($0)") }
    static let intensive = (1...20).map { Place(ward: "ICU", room: "ICU-\($0)", bed: "ICU-\($0)A") }
    static let maternity = rooms(of: "MAT", 15, beds: 2)
    static let wards = ["3A", "3B", "4A", "4B", "5A", "5B", "6A", "6B", "7A", "7B"].flatMap {
        rooms(of: $0, 8, beds: 4)
    }
    static let beds = bays + intensive + maternity + wards

    private static func rooms(of ward: String, _ count: Int, beds: Int) -> [Place] {
        (1...count).flatMap { room in
            ["A", "B", "C", "D"].prefix(beds).map {
                Place(ward: ward, room: "\(ward)-\(room)", bed: "\(ward)-\(room)\($0)")
            }
        }
    }
}

import HL7v2

/// A message's fields, with a mark on each that was read: what is sent and never read is what no map reads.
struct MessageFields {
    let message: Message
    private let segments: Segments
    /// One bit for each field, four words for each segment.
    private var marks: [UInt64]

    private static let words = 4

    init(_ message: Message) {
        self.message = message
        segments = message.segments
        marks = [UInt64](repeating: 0, count: segments.count * Self.words)
    }

    var count: Int { segments.count }

    func name(_ row: Int) -> SegmentName { segments[row].name }

    func segment(_ row: Int) -> Segment { segments[row] }

    /// A field, which counts as read from now on.
    mutating func read(_ row: Int, _ number: Int) -> Field {
        mark(row, number)
        return segments[row][number]
    }

    /// A field that is looked at for another reason than to carry it over.
    func peek(_ row: Int, _ number: Int) -> Field { segments[row][number] }

    func isAbsent(_ row: Int, _ number: Int) -> Bool { segments[row].isAbsent(number) }

    mutating func mark(_ row: Int, _ number: Int) {
        guard number >= 0, number < Self.words * 64 else { return }
        marks[row * Self.words + number / 64] |= 1 << UInt64(number % 64)
    }

    /// What a segment only says again that another has said counts as read.
    mutating func markSame(as first: Int, in row: Int) {
        mark(row, 1)
        for number in 1...max(1, segments[row].fieldCount)
        where segments[row][number].bytes.elementsEqual(segments[first][number].bytes) { mark(row, number) }
    }

    mutating func markAll(_ row: Int) {
        for word in 0..<Self.words { marks[row * Self.words + word] = .max }
    }

    private func isMarked(_ row: Int, _ number: Int) -> Bool {
        guard number < Self.words * 64 else { return false }
        return marks[row * Self.words + number / 64] & 1 << UInt64(number % 64) != 0
    }

    /// The fields that were sent and not read, but for those that the maps say carry nothing.
    func unread(besides maps: MapSet) -> [Place] {
        var places: [Place] = []
        var sequences: [SegmentName: Int] = [:]
        for row in segments.indices {
            let segment = segments[row]
            let name = segment.name
            sequences[name, default: 0] += 1
            let count = segment.fieldCount
            guard count > 0 else { continue }
            for number in 1...count
            where !isMarked(row, number) && segment.isSent(number) && !maps.isIgnored(name, number) {
                places.append(
                    Place(segment: name.description, sequence: sequences[name] ?? 1, field: number))
            }
        }
        return places
    }
}

/// The segments that belong together: of one patient, or of one order.
struct SegmentGroup {
    private(set) var rows: [(name: SegmentName, row: Int)] = []

    mutating func add(_ name: SegmentName, _ row: Int) { rows.append((name, row)) }

    /// The first segment of a name.
    func first(_ name: SegmentName) -> Int? {
        for entry in rows where entry.name == name { return entry.row }
        return nil
    }

    func all(_ name: SegmentName) -> [Int] { rows.filter { $0.name == name }.map(\.row) }
}

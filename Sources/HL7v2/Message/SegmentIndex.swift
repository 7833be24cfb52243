/// Where the segments of a message and their fields are: found in one pass over its bytes when it is parsed, so that
/// a field is found by its number alone.
struct SegmentIndex: Sendable {
    /// A segment's name and its bytes, without terminator.
    struct Row: Sendable {
        let name: SegmentName
        /// MSH (and FHS, BHS) define the delimiters, so their field 1 is the separator and field 2 is never divided.
        let isHeader: Bool
        let lower: Int32
        var upper: Int32
        /// Which of all separators is its first one.
        let firstSeparator: Int32

        var range: Range<Int> { Int(lower)..<Int(upper) }

        init(_ name: SegmentName, _ range: Range<Int>, firstSeparator: Int) {
            self.name = name
            isHeader = name.isHeader
            lower = Int32(truncatingIfNeeded: range.lowerBound)
            upper = Int32(truncatingIfNeeded: range.upperBound)
            self.firstSeparator = Int32(truncatingIfNeeded: firstSeparator)
        }
    }

    let rows: [Row]
    /// The offsets of all field separators within segments, in order.
    let separators: [Int32]

    /// The separators of a segment, as numbers of all.
    private func separators(of row: Int) -> Range<Int> {
        let end = row + 1 < rows.count ? Int(rows[row + 1].firstSeparator) : separators.count
        return Int(rows[row].firstSeparator)..<end
    }

    /// How many fields were sent, counting MSH-1.
    func fieldCount(_ row: Int) -> Int { separators(of: row).count + (rows[row].isHeader ? 1 : 0) }

    /// The bytes of a field; nil where the segment ends before it.
    func field(_ number: Int, of row: Int) -> Extent? {
        let segment = rows[row]
        let own = separators(of: row)
        guard number > 0 else { return nil }
        if segment.isHeader, number == 1 {
            return own.isEmpty ? nil : Extent(lower: segment.lower + 3, upper: segment.lower + 4)
        }
        // Field n stands behind separator n; in a header the separator is itself a field.
        let place = segment.isHeader ? number - 2 : number - 1
        guard place < own.count else { return nil }
        let before = own.lowerBound + place
        let upper = before + 1 < own.upperBound ? separators[before + 1] : segment.upper
        return Extent(lower: separators[before] + 1, upper: upper)
    }
}

/// A range of a message's bytes in half the room: messages have less than 2^31 of them.
struct Extent: Sendable, Equatable {
    var lower: Int32
    var upper: Int32

    var isEmpty: Bool { lower >= upper }
    var range: Range<Int> { Int(lower)..<Int(upper) }
}

/// One segment: a view on its message. `segment[3]` is its third field, as the standard counts: in MSH, field 1 is the
/// field separator itself.
public struct Segment: Sendable {
    public let message: Message
    let row: Int

    public var name: SegmentName { message.rows[row].name }

    /// Its bytes without terminator.
    public var bytes: ArraySlice<UInt8> { message.bytes[range] }

    var range: Range<Int> {
        let range = message.rows[row].range
        return Int(range.lowerBound)..<Int(range.upperBound)
    }

    /// MSH (and FHS, BHS) define the delimiters, so their field 1 is the separator and field 2 is never divided.
    var isHeader: Bool { name == "MSH" || name == "FHS" || name == "BHS" }

    /// Which of the segments of its name this is, from 1.
    public var sequence: Int {
        let name = self.name
        return message.rows[...row].reduce(0) { $0 + ($1.name == name ? 1 : 0) }
    }

    public var place: Place { Place(segment: name.description, sequence: sequence) }

    /// A field by number from 1; fields beyond the last one sent are absent.
    public subscript(number: Int) -> Field {
        Field(segment: self, number: number, range: fieldRange(number))
    }

    /// How many fields were sent, counting MSH-1.
    public var fieldCount: Int {
        let separators = bytes.reduce(0) { $0 + ($1 == message.delimiters.field ? 1 : 0) }
        return isHeader ? separators + 1 : separators
    }

    private func fieldRange(_ number: Int) -> Range<Int>? {
        guard number > 0 else { return nil }
        let nameEnd = range.lowerBound + 3
        if isHeader, number == 1 { return nameEnd < range.upperBound ? nameEnd..<(nameEnd + 1) : nil }
        return Split.part(
            isHeader ? number : number + 1, of: range, by: message.delimiters.field, in: message.bytes)
    }
}

/// Finds the nth part of a range of bytes, counting from 1, without finding the others' ends twice.
enum Split {
    static func part(_ number: Int, of range: Range<Int>, by delimiter: UInt8?, in bytes: [UInt8]) -> Range<Int>? {
        guard number > 0 else { return nil }
        guard let delimiter else { return number == 1 ? range : nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var start = range.lowerBound
            var left = number - 1
            var index = start
            while index < range.upperBound {
                if bytes[index] == delimiter {
                    if left == 0 { return start..<index }
                    left -= 1
                    start = index + 1
                }
                index += 1
            }
            return left == 0 ? start..<range.upperBound : nil
        }
    }

    static func count(of range: Range<Int>, by delimiter: UInt8?, in bytes: [UInt8]) -> Int {
        guard let delimiter else { return 1 }
        return 1 + bytes[range].reduce(0) { $0 + ($1 == delimiter ? 1 : 0) }
    }
}

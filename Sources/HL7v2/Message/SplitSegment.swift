/// A segment whose fields were all found at once: for whoever reads many of them.
public struct SplitSegment: Sendable {
    public let segment: Segment
    /// By number - 1.
    private let ranges: [Range<Int>]

    public init(_ segment: Segment) {
        self.segment = segment
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(32)
        let range = segment.range
        let separator = segment.message.delimiters.field
        var start = range.lowerBound + 4
        if segment.isHeader { ranges.append((range.lowerBound + 3)..<min(range.lowerBound + 4, range.upperBound)) }
        segment.message.bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index < range.upperBound {
                if bytes[index] == separator {
                    ranges.append(start..<index)
                    start = index + 1
                }
                index += 1
            }
        }
        if start <= range.upperBound { ranges.append(start..<range.upperBound) }
        self.ranges = ranges
    }

    public var fieldCount: Int { ranges.count }

    /// A field by number from 1; fields beyond the last one sent are absent.
    public subscript(number: Int) -> Field {
        let range = number >= 1 && number <= ranges.count ? ranges[number - 1] : nil
        return Field(segment: segment, number: number, range: range)
    }

    /// Whether a field was not sent, or holds nothing.
    public func isAbsent(_ number: Int) -> Bool {
        number < 1 || number > ranges.count || ranges[number - 1].isEmpty
    }

    /// Whether a field says anything: a delimiter alone says nothing.
    public func isSent(_ number: Int) -> Bool {
        guard number >= 1, number <= ranges.count else { return false }
        let delimiters = segment.message.delimiters
        return segment.message.bytes[ranges[number - 1]].contains { byte in
            byte != delimiters.component && byte != delimiters.repetition && byte != delimiters.subcomponent
                && byte != 0x20
        }
    }
}

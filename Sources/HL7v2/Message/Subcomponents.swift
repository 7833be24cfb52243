/// Every subcomponent that was sent, in order, found in one pass: for whoever reads all of a message or a segment.
///
///     for subcomponent in message.subcomponents {
///         print(subcomponent.place, subcomponent.content)
///     }
///
/// Absent fields are passed over; an absent subcomponent between the delimiters of a field is not, so that what has a
/// neighbour can be told from what has none. MSH-1 and MSH-2 are not divided. To read a few fields ask the segment for
/// them instead.
public struct Subcomponents: Sequence, Sendable {
    let message: Message
    let rows: Range<Int>

    public func makeIterator() -> Iterator { Iterator(message, rows: rows) }

    public struct Iterator: IteratorProtocol, Sendable {
        @usableFromInline let message: Message
        /// The segments that were not begun.
        private var rows: Range<Int>
        private var search: DelimiterSearch
        /// The subcomponent that comes next: its numbers, and where it begins.
        private var span = Span(field: 1, of: 0, extent: nil)
        private var lower = 1
        /// Where its segment ends, which is done when `lower` is beyond it.
        private var upper = 0
        private var isHeader = false

        init(_ message: Message, rows: Range<Int>) {
            self.message = message
            self.rows = rows
            search = DelimiterSearch(message.delimiters)
        }

        @inlinable
        public mutating func next() -> Subcomponent? {
            nextSpan().map { Subcomponent(message: message, span: $0) }
        }

        @usableFromInline
        mutating func nextSpan() -> Span? {
            while true {
                if lower > upper {
                    guard !rows.isEmpty else { return nil }
                    begin(rows.removeFirst())
                } else if let found = isHeader && span.field <= 2 ? headerField() : part() {
                    return found
                }
            }
        }

        private mutating func begin(_ row: Int) {
            let segment = message.index.rows[row]
            isHeader = segment.isHeader
            span = Span(field: 1, of: row, extent: nil)
            (span.repetition, span.component, span.subcomponent) = (1, 1, 1)
            upper = Int(segment.upper)
            // Behind the name and the separator.
            move(to: Int(segment.lower) + (isHeader ? 3 : 4))
        }

        private mutating func move(to offset: Int) {
            lower = offset
            search.move(to: offset)
        }

        /// MSH-1 or MSH-2.
        private mutating func headerField() -> Span? {
            span.extent = message.index.field(Int(span.field), of: Int(span.row))
            let found = span
            guard let extent = found.extent else {
                lower = upper + 1
                return nil
            }
            move(to: Int(extent.upper) + (span.field == 1 ? 0 : 1))
            span.field += 1
            return extent.isEmpty ? nil : found
        }

        /// What stands before the next delimiter; nil where that is an absent field.
        @inline(__always)
        private mutating func part() -> Span? {
            let (end, delimiter) = message.bytes.withUnsafeBufferPointer { search.next(in: $0, before: upper) }
            span.extent = Extent(lower: Int32(truncatingIfNeeded: lower), upper: Int32(truncatingIfNeeded: end))
            let found = span
            let isEmpty = end == lower
            lower = end + 1
            switch delimiter {
            case search.field, nil:
                span.field += 1
                (span.repetition, span.component, span.subcomponent) = (1, 1, 1)
                if isEmpty, found.repetition == 1, found.component == 1, found.subcomponent == 1 { return nil }
            case search.component:
                span.component += 1
                span.subcomponent = 1
            case search.subcomponent:
                span.subcomponent += 1
            default:
                span.repetition += 1
                (span.component, span.subcomponent) = (1, 1)
            }
            return found
        }
    }
}

extension Message {
    /// Every subcomponent of the message.
    public var subcomponents: Subcomponents { Subcomponents(message: self, rows: index.rows.indices) }
}

extension Segment {
    /// Every subcomponent of the segment.
    public var subcomponents: Subcomponents { Subcomponents(message: message, rows: row..<(row + 1)) }
}

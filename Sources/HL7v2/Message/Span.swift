/// Where a part stands in its message, by the numbers that the standard counts, and which bytes it has. Numbers only, so
/// that making a part of a part costs next to nothing.
@usableFromInline
struct Span: Sendable {
    /// Which of the message's segments, from 0.
    let row: Int32
    var field: Int32
    var repetition = Span.none
    var component = Span.none
    var subcomponent = Span.none
    /// Its bytes; `lower` is below 0 where the segment ends before it.
    @usableFromInline var lower: Int32 = -1
    @usableFromInline var upper: Int32 = -1

    /// Instead of a number, on the levels below a part.
    static let none = Int32.min

    init(field: Int, of row: Int, extent: Extent?) {
        self.row = Int32(truncatingIfNeeded: row)
        self.field = Int32(clamping: field)
        self.extent = extent
    }

    var extent: Extent? {
        get { lower < 0 ? nil : Extent(lower: lower, upper: upper) }
        set { (lower, upper) = newValue.map { ($0.lower, $0.upper) } ?? (-1, -1) }
    }

    @inlinable
    var range: Range<Int>? { lower < 0 || upper < lower ? nil : Range(uncheckedBounds: (Int(lower), Int(upper))) }
}

/// The levels below a field.
enum Level: Sendable {
    case repetition, component, subcomponent
}

extension Message {
    /// What divides a part into those of a level: nothing in MSH-1 and MSH-2, which are the delimiters.
    func delimiter(of level: Level, in span: Span) -> UInt8? {
        if span.field <= 2, index.rows[Int(span.row)].isHeader { return nil }
        return switch level {
        case .repetition: delimiters.repetition
        case .component: delimiters.component
        case .subcomponent: delimiters.subcomponent
        }
    }

    /// The nth part of a part, from 1.
    func part(_ number: Int, _ level: Level, of span: Span) -> Span {
        let extent = span.extent.flatMap { whole in
            Split.part(number, of: whole, by: delimiter(of: level, in: span), in: bytes)
        }
        return span.part(number, level, extent)
    }

    /// How many parts were sent: none where the whole is absent.
    func count(_ level: Level, of span: Span) -> Int {
        guard let whole = span.extent, !whole.isEmpty else { return 0 }
        return Split.count(of: whole, by: delimiter(of: level, in: span), in: bytes)
    }
}

extension Span {
    func part(_ number: Int, _ level: Level, _ extent: Extent?) -> Span {
        var part = self
        part.extent = extent
        let number = Int32(clamping: number)
        switch level {
        case .repetition: part.repetition = number
        case .component: part.component = number
        case .subcomponent: part.subcomponent = number
        }
        return part
    }
}

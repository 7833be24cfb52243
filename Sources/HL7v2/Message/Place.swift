/// Where something stands in a message, as people and ERR-2 say it: `PID[1]-3[2].4.1`. Numbers begin at 1.
public struct Place: Sendable, Hashable, CustomStringConvertible {
    /// `PID`
    public var segment: String
    /// Which of the segments of that name.
    public var sequence: Int
    public var field: Int?
    public var repetition: Int?
    public var component: Int?
    public var subcomponent: Int?

    public init(
        segment: String, sequence: Int = 1, field: Int? = nil, repetition: Int? = nil, component: Int? = nil,
        subcomponent: Int? = nil
    ) {
        self.segment = segment
        self.sequence = sequence
        self.field = field
        self.repetition = repetition
        self.component = component
        self.subcomponent = subcomponent
    }

    public var description: String {
        var text = sequence > 1 ? "\(segment)[\(sequence)]" : segment
        guard let field else { return text }
        text += "-\(field)"
        if let repetition, repetition > 1 { text += "[\(repetition)]" }
        guard let component else { return text }
        text += ".\(component)"
        if let subcomponent { text += ".\(subcomponent)" }
        return text
    }
}

extension Message {
    /// The place of a part: as many numbers as its level has.
    func place(of span: Span) -> Place {
        func number(_ number: Int32) -> Int? { number == Span.none ? nil : Int(number) }
        var place = segments[Int(span.row)].place
        place.field = Int(span.field)
        place.repetition = number(span.repetition)
        place.component = number(span.component)
        place.subcomponent = number(span.subcomponent)
        return place
    }
}

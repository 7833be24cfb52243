/// A field with all its repetitions.
public struct Field: Part {
    let segment: Segment
    let number: Int
    public let range: Range<Int>?

    public var message: Message { segment.message }

    public var place: Place {
        var place = segment.place
        place.field = number
        return place
    }

    /// MSH-1 and MSH-2 are the delimiters; nothing in them divides.
    private var divides: Bool { !(segment.isHeader && number <= 2) }

    /// A repetition by number from 1.
    public func repetition(_ number: Int) -> Repetition {
        let delimiter = divides ? message.delimiters.repetition : nil
        let part = range.flatMap { Split.part(number, of: $0, by: delimiter, in: message.bytes) }
        return Repetition(field: self, number: number, range: part)
    }

    /// The repetitions that were sent; none for an absent field.
    public var repetitions: some RandomAccessCollection<Repetition> {
        let delimiter = divides ? message.delimiters.repetition : nil
        let count = isAbsent ? 0 : range.map { Split.count(of: $0, by: delimiter, in: message.bytes) } ?? 0
        return (0..<count).lazy.map { repetition($0 + 1) }
    }

    /// A component of the first repetition, for fields that do not repeat.
    public func component(_ number: Int) -> Component { repetition(1).component(number) }

    var dividesComponents: Bool { divides }
}

/// One repetition of a field.
public struct Repetition: Part {
    public let field: Field
    let number: Int
    public let range: Range<Int>?

    public var message: Message { field.message }

    public var place: Place {
        var place = field.place
        place.repetition = number
        return place
    }

    /// A component by number from 1.
    public func component(_ number: Int) -> Component {
        let delimiter = field.dividesComponents ? message.delimiters.component : nil
        let part = range.flatMap { Split.part(number, of: $0, by: delimiter, in: message.bytes) }
        return Component(repetition: self, number: number, range: part)
    }

    public var componentCount: Int {
        let delimiter = field.dividesComponents ? message.delimiters.component : nil
        return isAbsent ? 0 : range.map { Split.count(of: $0, by: delimiter, in: message.bytes) } ?? 0
    }
}

/// One component.
public struct Component: Part {
    let repetition: Repetition
    let number: Int
    public let range: Range<Int>?

    public var message: Message { repetition.message }

    public var place: Place {
        var place = repetition.place
        place.component = number
        return place
    }

    /// A subcomponent by number from 1. The first one of a component without inner delimiters is the component.
    public func subcomponent(_ number: Int) -> Subcomponent {
        let delimiter = repetition.field.dividesComponents ? message.delimiters.subcomponent : nil
        let part = range.flatMap { Split.part(number, of: $0, by: delimiter, in: message.bytes) }
        return Subcomponent(component: self, number: number, range: part)
    }

    public var subcomponentCount: Int {
        let delimiter = repetition.field.dividesComponents ? message.delimiters.subcomponent : nil
        return isAbsent ? 0 : range.map { Split.count(of: $0, by: delimiter, in: message.bytes) } ?? 0
    }
}

/// One subcomponent: never divided further.
public struct Subcomponent: Part {
    let component: Component
    let number: Int
    public let range: Range<Int>?

    public var message: Message { component.message }

    public var place: Place {
        var place = component.place
        place.subcomponent = number
        return place
    }
}

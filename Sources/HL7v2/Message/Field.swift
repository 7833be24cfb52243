/// A field with all its repetitions.
public struct Field: Part {
    public let message: Message
    @usableFromInline let span: Span

    @inlinable public var range: Range<Int>? { span.range }
    public var place: Place { message.place(of: span) }

    var segment: Segment { Segment(message: message, row: Int(span.row)) }
    var number: Int { Int(span.field) }

    /// A repetition by number from 1.
    public func repetition(_ number: Int) -> Repetition {
        Repetition(message: message, span: message.part(number, .repetition, of: span))
    }

    /// The repetitions that were sent; none for an absent field.
    public var repetitions: Repetitions { Repetitions(of: span, in: message) }

    /// A component of the first repetition, for fields that do not repeat.
    public func component(_ number: Int) -> Component { repetition(1).component(number) }
}

/// One repetition of a field.
public struct Repetition: Part {
    public let message: Message
    @usableFromInline let span: Span

    @inlinable public var range: Range<Int>? { span.range }
    public var place: Place { message.place(of: span) }

    /// A component by number from 1.
    public func component(_ number: Int) -> Component {
        Component(message: message, span: message.part(number, .component, of: span))
    }

    public var componentCount: Int { message.count(.component, of: span) }
}

/// One component.
public struct Component: Part {
    public let message: Message
    @usableFromInline let span: Span

    @inlinable public var range: Range<Int>? { span.range }
    public var place: Place { message.place(of: span) }

    /// A subcomponent by number from 1. The first one of a component without inner delimiters is the component.
    public func subcomponent(_ number: Int) -> Subcomponent {
        Subcomponent(message: message, span: message.part(number, .subcomponent, of: span))
    }

    public var subcomponentCount: Int { message.count(.subcomponent, of: span) }
}

/// One subcomponent: never divided further. It knows the numbers of all that it is a part of, each from 1.
public struct Subcomponent: Part {
    public let message: Message
    @usableFromInline let span: Span

    @inlinable
    init(message: Message, span: Span) {
        self.message = message
        self.span = span
    }

    @inlinable public var range: Range<Int>? { span.range }
    public var place: Place { message.place(of: span) }

    public var segment: Segment { Segment(message: message, row: Int(span.row)) }
    public var fieldNumber: Int { Int(span.field) }
    public var repetitionNumber: Int { Int(span.repetition) }
    public var componentNumber: Int { Int(span.component) }
    public var number: Int { Int(span.subcomponent) }
}

import HL7v2

/// What a conversion reads: a repetition with its components, or a component with its subcomponents. A data type looks
/// the same on either level.
struct Piece {
    private enum Level {
        case repetition(Repetition)
        case component(Component)
        case subcomponent(Subcomponent)
    }

    private let level: Level

    init(_ repetition: Repetition) { level = .repetition(repetition) }
    init(_ component: Component) { level = .component(component) }
    init(_ subcomponent: Subcomponent) { level = .subcomponent(subcomponent) }

    /// Component n, or subcomponent n. The first part of what is not divided is itself.
    func part(_ number: Int) -> Piece? {
        switch level {
        case .repetition(let repetition): Piece(repetition.component(number))
        case .component(let component): Piece(component.subcomponent(number))
        case .subcomponent: number == 1 ? self : nil
        }
    }

    /// The text of part n; nil where it is absent, null or blank.
    func text(_ number: Int) -> String? { part(number)?.text }

    /// The text as a whole, without blanks around it.
    var text: String? {
        guard let value = content, case .value(let text) = value else { return nil }
        let trimmed = Self.trim(text)
        return trimmed.isEmpty ? nil : trimmed
    }

    private var content: Content? {
        switch level {
        case .repetition(let repetition): repetition.content
        case .component(let component): component.content
        case .subcomponent(let subcomponent): subcomponent.content
        }
    }

    var isNull: Bool {
        switch level {
        case .repetition(let repetition): repetition.isNull
        case .component(let component): component.isNull
        case .subcomponent(let subcomponent): subcomponent.isNull
        }
    }

    var place: Place {
        switch level {
        case .repetition(let repetition): repetition.place
        case .component(let component): component.place
        case .subcomponent(let subcomponent): subcomponent.place
        }
    }

    private static func trim(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return "" }
        if first > 0x20, last > 0x20 { return text }
        guard let start = bytes.firstIndex(where: { $0 > 0x20 }),
            let end = bytes.lastIndex(where: { $0 > 0x20 })
        else { return "" }
        return String(text[start...end])
    }
}

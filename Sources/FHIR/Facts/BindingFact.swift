import CFacts

/// To which codes an element is bound, and how strongly.
public struct BindingFact: Hashable, Sendable {
    let number: UInt16

    public enum Strength: UInt16, Sendable {
        case required, extensible, preferred, example
    }

    public var strength: Strength {
        Strength(rawValue: R4.table.facts.bindings[Int(number)].strength) ?? .example
    }

    public var valueSet: ValueSetFact { ValueSetFact(number: R4.table.facts.bindings[Int(number)].value_set) }
}

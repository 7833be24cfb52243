/// The invariants of R4's definitions, compiled once.
struct InvariantRules: Sendable {
    struct Rule: Sendable {
        let fact: InvariantFact
        let path: FHIRPath
        let needs: InvariantNeeds
    }

    static let all = InvariantRules()

    /// By the numbers of types and of elements; the rules of an element are those that its type does not have already.
    private let ofTypes: [[Rule]]
    private let ofElements: [[Rule]]

    @inline(__always)
    func rules(of type: TypeFact) -> [Rule] { ofTypes[Int(type.number)] }

    @inline(__always)
    func rules(of element: ElementFact) -> [Rule] { ofElements[Int(element.number)] }

    /// Rules that the walk decides itself: they are asked everywhere or are about a resource as a whole, and are found at
    /// more precise places so.
    static let decidedByWalk: Set<String> = [
        "ele-1", "ext-1", "ref-1", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6", "txt-1", "txt-2", "bdl-1", "bdl-2",
        "bdl-3", "bdl-4", "bdl-5", "bdl-7", "bdl-8", "bdl-9", "bdl-10", "bdl-11", "bdl-12",
    ]

    /// Expressions of R4 that do not say what they mean, put right.
    private static let corrected: [String: String] = [
        // The answer is FHIR's boolean; `Boolean` is FHIRPath's own. R4B has it so.
        "operator = 'exists' implies (answer is Boolean)": "operator = 'exists' implies (answer is boolean)",
        // What is no number at all makes the comparison neither true nor false.
        "empty() or ($this = '*') or (toInteger() >= 0)":
            "empty() or ($this = '*') or (toInteger().exists() and toInteger() >= 0)",
        "max='*' or (max.toInteger() > 0)": "max='*' or (max.toInteger().exists() and max.toInteger() > 0)",
        // iif() is asked of nothing where the member cannot be resolved; N1 §5.5 has it asked of one item.
        "onBehalfOf.exists() implies (member.resolve().iif(empty(), true, ofType(Practitioner).exists()))":
            "onBehalfOf.exists() implies (member.resolve().empty() or member.resolve().ofType(Practitioner).exists())",
    ]

    private init() {
        let types = R4.table.types
        ofTypes = types.map { type in
            type.invariants.compactMap { Self.rule($0, on: type) }
        }
        ofElements = (0..<R4.table.facts.elements.count).map { number in
            let element = ElementFact(number: UInt16(number))
            guard let type = element.types.first?.type else { return [] }
            let known = Set(element.types.flatMap { $0.type.invariants })
            return element.invariants.filter { !known.contains($0) }.compactMap {
                Self.rule($0, on: element.types.count == 1 ? type : nil)
            }
        }
    }

    /// nil for rules that the walk decides, and for what the engine cannot read; a test sees to it that there is none.
    private static func rule(_ fact: InvariantFact, on type: TypeFact?) -> Rule? {
        let text = corrected[fact.expression] ?? fact.expression
        guard !decidedByWalk.contains(fact.key), let expression = try? FHIRPathExpression(parsing: text),
            let path = try? FHIRPath(text, dialect: .specification, context: type)
        else { return nil }
        let needs = type.map { InvariantNeeds(expression, of: $0) } ?? .none
        return Rule(fact: fact, path: path, needs: needs)
    }
}

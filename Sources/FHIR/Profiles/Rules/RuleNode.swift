/// What a profile asks of one element, or of one slice of it.
struct RuleNode: Sendable {
    /// The node of the object that the element belongs to; for a slice that of the element it is a slice of. -1 for the
    /// root.
    var parent: Int32
    /// The element's name without `[x]`.
    let name: String
    /// The name of the slice, as `systolic` or, of a slice of a slice, `systolic/home`.
    let slice: String?

    /// The numbers of the types that values may have here; what elements there are below follows from them.
    var types: [UInt16] = []
    /// The numbers of the element in R4's table, one for each type that the parent may have.
    var elements: [UInt16] = []
    var isChoice = false

    var minimum = 0
    var maximum = Int.max
    /// The only types allowed, where the profile allows fewer than R4 does.
    var allowedTypes: [UInt16]?
    /// What values of certain types must satisfy beyond that.
    var typeRules: [TypeRule] = []
    /// Whether a primitive must have a value, not only extensions.
    var needsValue = false
    var values: [ValueRule] = []
    var binding: BindingRule?
    var constraints: [ConstraintRule] = []
    var slicing: Slicing?
    var isMustSupport = false

    var children: [Int32] = []
    var slices: [Int32] = []
    /// The children at or below which something is checked; the others are only noted.
    var active: [Int32] = []
    /// The node whose children's rules hold below this one too (ElementDefinition.contentReference); -1 if none.
    var content: Int32 = -1

    init(parent: Int32, name: String, slice: String?) {
        self.parent = parent
        self.name = name
        self.slice = slice
    }

    /// Whether it asks for anything by itself.
    var saysSomething: Bool {
        minimum > 0 || maximum < .max || allowedTypes != nil || !typeRules.isEmpty || !values.isEmpty || needsValue
            || binding != nil || !constraints.isEmpty || slicing != nil || isMustSupport || content >= 0
    }
}

/// What values of one type must satisfy (ElementDefinition.type).
struct TypeRule: Sendable {
    let type: UInt16
    /// At least one of them, if there are any.
    var profiles: [ProfileReference]
    /// What a Reference or canonical points at must satisfy at least one of them, if there are any.
    var targets: [ProfileReference]
    var aggregation: Aggregation

    /// How a Reference may point (ElementDefinition.type.aggregation); empty where any way will do.
    struct Aggregation: OptionSet, Sendable {
        let rawValue: UInt8
        static let contained = Aggregation(rawValue: 1)
        static let referenced = Aggregation(rawValue: 2)
        static let bundled = Aggregation(rawValue: 4)
    }
}

/// Another definition that a rule names.
struct ProfileReference: Sendable, Equatable {
    let canonical: String
    /// What stands behind it, as far as it is loaded.
    var target: Target

    enum Target: Sendable, Equatable {
        /// A type of R4, which the base validation knows.
        case core(UInt16)
        /// A profile, by its place among those of the set.
        case profile(Int)
        case unknown
    }
}

/// A rule about which codes may stand (ElementDefinition.binding).
struct BindingRule: Sendable {
    let strength: BindingFact.Strength
    let valueSet: String
    /// The extension elementdefinition-maxValueSet: codes beyond it are wrong, whatever the strength.
    let maximumValueSet: String?
}

/// A rule in FHIRPath (ElementDefinition.constraint).
struct ConstraintRule: Sendable {
    let key: String
    let severity: Issue.Severity
    /// What it means, for people.
    let human: String
    let expression: String
}

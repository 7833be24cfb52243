/// How the values of an element are told apart (ElementDefinition.slicing).
struct Slicing: Sendable {
    enum Rules: String, Sendable {
        case open, closed, openAtEnd
    }

    var rules: Rules
    var isOrdered: Bool
    var discriminators: [Discriminator]
    /// For each slice of the node, in their order, how a value is recognised as belonging to it.
    var recognitions: [SliceRecognition] = []
}

/// One of the properties by which slices differ.
struct Discriminator: Sendable, Equatable {
    enum Kind: String, Sendable {
        case value, pattern, type, exists, profile
    }

    let kind: Kind
    let path: String
}

/// A step of a discriminator's path (R4 profiling.html §5.1.0.7.1).
enum DiscriminatorStep: Sendable, Equatable {
    case child(String)
    case `extension`(String)
    case resolve
    case ofType(UInt16)
}

/// How a value is recognised as belonging to a slice.
struct SliceRecognition: Sendable {
    /// All of them must hold. Empty if the definition gives nothing to recognise the slice by: then nothing is.
    var tests: [SliceTest]
}

struct SliceTest: Sendable {
    let path: [DiscriminatorStep]
    let condition: Condition

    /// What at least one of the values at the path must satisfy (`absent`: there must be none).
    enum Condition: Sendable {
        case present
        case absent
        /// All of these about one value.
        case values([DeepCondition])
        /// One of these types, or a specialisation of one.
        case types([UInt16])
        /// At least one of these.
        case profiles([ProfileReference])
        /// The url of an extension.
        case url(String)
    }
}

/// A condition on what stands below a value: some value at the path must satisfy the rule.
struct DeepCondition: Sendable {
    let path: [String]
    let rule: Rule

    enum Rule: Sendable {
        case value(ValueRule)
        case binding(String)
    }
}

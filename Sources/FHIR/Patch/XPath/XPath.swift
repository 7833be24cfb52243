/// The part of XPath 1.0 that selects a place in an XML document: what RFC 5261 §4.1 allows in `sel`, and of the rest
/// what people write in selectors.
///
/// Axes: child, attribute, self, parent, descendant, descendant-or-self and namespace, with the short forms `@`, `.`,
/// `..` and `//`. Tests: names with prefixes, `*`, `text()`, `comment()`, `node()`, `processing-instruction()`.
/// Predicates: `or`, `and`, `=`, `!=`, `<`, `<=`, `>`, `>=`, numbers, strings, paths, and the functions position, last,
/// count, not, true, false, boolean, string, number, string-length, normalize-space, contains, starts-with, concat,
/// name and local-name. No unions, no variables, no arithmetic.
struct XPath: Sendable, Equatable {
    indirect enum Expression: Sendable, Equatable {
        case or(Expression, Expression)
        case and(Expression, Expression)
        case comparison(Comparison, Expression, Expression)
        case number(Double)
        case string(String)
        case call(Function, [Expression])
        case path(Path)
    }

    enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case lessOrEqual = "<="
        case less = "<"
        case greaterOrEqual = ">="
        case greater = ">"
    }

    enum Function: String, Sendable, CaseIterable {
        case last, position, count, not, `true`, `false`, boolean, string, number, contains, concat, name
        case stringLength = "string-length"
        case normalizeSpace = "normalize-space"
        case startsWith = "starts-with"
        case localName = "local-name"

        /// How many arguments it may have.
        var arity: ClosedRange<Int> {
            switch self {
            case .last, .position, .true, .false: 0...0
            case .count, .not, .boolean: 1...1
            case .string, .number, .stringLength, .normalizeSpace, .name, .localName: 0...1
            case .contains, .startsWith: 2...2
            case .concat: 2...16
            }
        }
    }

    struct Path: Sendable, Equatable {
        var isAbsolute: Bool
        var steps: [Step]
    }

    struct Step: Sendable, Equatable {
        var axis: Axis
        var test: Test
        var predicates: [Expression] = []

        /// What `//` stands for, beside the slash.
        static let anywhere = Step(axis: .descendantOrSelf, test: .node)
    }

    enum Axis: String, Sendable {
        case child, attribute, parent, descendant, namespace
        case itself = "self"
        case descendantOrSelf = "descendant-or-self"
    }

    enum Test: Sendable, Equatable {
        /// A name in a namespace; nil is none. In the namespace axis the prefix.
        case name(String, in: String?)
        /// `*`, or `p:*` in one namespace.
        case any
        case anyIn(String)
        case node
        case text
        case comment
        case instruction
    }

    let path: Path

    /// - Parameters:
    ///   - text: the selector.
    ///   - namespace: the namespace that a prefix means, for elements without prefix by nil; nil if it is bound to none.
    init(_ text: String, namespace: @escaping (String?) -> String?) throws(XPathError) {
        var parser = try XPathParser(text, namespace: namespace)
        path = try parser.selector()
    }
}

/// Why a selector cannot be used.
enum XPathError: Error, Sendable, Equatable {
    /// What was expected, and at which character (from 1) it was not there.
    case syntax(String, at: Int)
    /// XPath, but more than is offered here.
    case unsupported(String)
    case unknownPrefix(String)
    case tooLong(limit: Int)
    case tooDeep(limit: Int)
    case tooManySteps
}

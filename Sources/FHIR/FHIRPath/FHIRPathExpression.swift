/// A FHIRPath expression as a tree (FHIRPath N1 §13, the grammar).
public indirect enum FHIRPathExpression: Sendable, Hashable {
    case literal(FHIRPathLiteral)
    /// `$this`
    case this
    /// `$index`
    case index
    /// `$total`
    case total
    /// `%name`
    case variable(String)
    /// `name` (of the focus, where there is no input) or `input.name`: an element, or a type at the head of a path.
    case member(of: FHIRPathExpression?, name: String)
    /// `name(arguments)` or `input.name(arguments)`
    case call(of: FHIRPathExpression?, name: String, arguments: [FHIRPathExpression])
    /// `input[position]`
    case indexer(FHIRPathExpression, FHIRPathExpression)
    /// `-x` or `+x`
    case polarity(negative: Bool, FHIRPathExpression)
    case binary(FHIRPathOperator, FHIRPathExpression, FHIRPathExpression)
    /// `x is Type`
    case isType(FHIRPathExpression, FHIRPathTypeName)
    /// `x as Type`
    case asType(FHIRPathExpression, FHIRPathTypeName)

    /// Reads an expression; the whole text must be one.
    public init(parsing text: String) throws(FHIRPathError) {
        var parser = try FHIRPathParser(text)
        self = try parser.parse()
    }
}

/// A literal as it was written: precision is part of a date's and a decimal's meaning.
public enum FHIRPathLiteral: Sendable, Hashable {
    /// `{}`
    case empty
    case boolean(Bool)
    case string(String)
    /// Digits, with a point or without.
    case number(String)
    /// `2015`, `2015-02`, `2015-02-04`, without the `@`.
    case date(String)
    /// `2015T`, `2015-02-04T14:34:28Z`, without the `@`.
    case dateTime(String)
    /// `14:34:28.123`, without `@T`.
    case time(String)
    /// A number with a unit: a calendar word (`days`) or a UCUM code that stood in quotes.
    case quantity(String, unit: String, isCalendar: Bool)
}

/// `Patient`, `FHIR.Patient`, `System.String`.
public struct FHIRPathTypeName: Sendable, Hashable {
    public let namespace: String?
    public let name: String

    public init(namespace: String?, name: String) {
        self.namespace = namespace
        self.name = name
    }
}

/// The operators, weakest binding last (FHIRPath N1 §6.8).
public enum FHIRPathOperator: String, Sendable, Hashable, CaseIterable {
    case multiply = "*"
    case divide = "/"
    case integerDivide = "div"
    case modulo = "mod"
    case add = "+"
    case subtract = "-"
    case concatenate = "&"
    case union = "|"
    case lessOrEqual = "<="
    case less = "<"
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "="
    case equivalent = "~"
    case notEqual = "!="
    case notEquivalent = "!~"
    case isIn = "in"
    case contains = "contains"
    case and = "and"
    case or = "or"
    case xor = "xor"
    case implies = "implies"

    /// Higher binds tighter; `is` and `as` stand between `&` and `|`, at ``typePrecedence``.
    var precedence: Int {
        switch self {
        case .multiply, .divide, .integerDivide, .modulo: 10
        case .add, .subtract, .concatenate: 9
        case .union: 7
        case .lessOrEqual, .less, .greater, .greaterOrEqual: 6
        case .equal, .equivalent, .notEqual, .notEquivalent: 5
        case .isIn, .contains: 4
        case .and: 3
        case .or, .xor: 2
        case .implies: 1
        }
    }

    static let typePrecedence = 8
}

/// Why an expression is not FHIRPath, or cannot be used where it stands.
public enum FHIRPathError: Error, Sendable, Hashable {
    /// A character at this byte that begins nothing.
    case unexpectedCharacter(offset: Int)
    /// A string, comment or delimited identifier that is never closed.
    case unterminated(offset: Int)
    /// An escape that FHIRPath does not know.
    case invalidEscape(offset: Int)
    /// A date, time or number that is none.
    case invalidLiteral(offset: Int)
    /// Something else was expected at this byte.
    case expected(String, offset: Int)
    /// More words than ``FHIRPathLexer/maximumTokens``.
    case tooLong(offset: Int)
    /// Deeper than ``FHIRPathParser/maximumDepth``.
    case tooDeep(offset: Int)
    /// A function that a search parameter's expression cannot use here.
    case unsupportedFunction(String)
    /// An operator, literal or form that a search parameter's expression cannot use here.
    case unsupportedForm(String)
    /// An element that the type does not have.
    case unknownElement(String, type: String)
    /// A type that R4 does not have.
    case unknownType(String)
    /// A function that FHIRPath and R4 do not have.
    case unknownFunction(String)
    /// Arguments that a function does not take: how many or of what kind.
    case invalidArguments(String)
    /// A `%` variable that nobody gave.
    case unknownVariable(String)
    /// Several items where the named operation takes one.
    case notSingle(String)
    /// Items of types that the named operation is not defined for.
    case invalidOperands(String)
    /// A regular expression that is none, or uses what is not supported.
    case invalidPattern(String)
    /// A profile or value set that nobody knows.
    case unknownCanonical(String)
    /// now(), today() or timeOfDay() where the environment has no ``FHIRPathEnvironment/now``.
    case noClock
    /// More than ``FHIRPathEnvironment/maximumSteps``.
    case tooManySteps

    /// One sentence for a person.
    public var message: String {
        switch self {
        case .unexpectedCharacter(let offset): "unexpected character at byte \(offset)"
        case .unterminated(let offset): "what begins at byte \(offset) is never closed"
        case .invalidEscape(let offset): "unknown escape at byte \(offset)"
        case .invalidLiteral(let offset): "not a valid literal at byte \(offset)"
        case .expected(let what, let offset): "expected \(what) at byte \(offset)"
        case .tooLong(let offset): "too long: what follows byte \(offset) is not read"
        case .tooDeep(let offset): "nested too deeply at byte \(offset)"
        case .unsupportedFunction(let name): "the function \(name)() is not supported in a search parameter"
        case .unsupportedForm(let form): "\(form) is not supported in a search parameter"
        case .unknownElement(let name, let type): "\(type) has no element \(name)"
        case .unknownType(let name): "there is no type \(name)"
        case .unknownFunction(let name): "there is no function \(name)()"
        case .invalidArguments(let name): "\(name)() does not take these arguments"
        case .unknownVariable(let name): "there is no variable %\(name)"
        case .notSingle(let name): "\(name) takes one item, and there are several"
        case .invalidOperands(let name): "\(name) is not defined for items of these types"
        case .invalidPattern(let why): "not a supported regular expression: \(why)"
        case .unknownCanonical(let url): "nothing is known about \(url)"
        case .noClock: "now(), today() and timeOfDay() cannot be used here: there is no clock"
        case .tooManySteps: "takes more steps than are allowed"
        }
    }
}

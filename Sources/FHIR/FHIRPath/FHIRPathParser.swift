/// Precedence climbing over the grammar of FHIRPath N1 (§13).
struct FHIRPathParser {
    /// How deeply expressions may nest: text from outside never exhausts the stack.
    static let maximumDepth = 200

    private let tokens: [FHIRPathToken]
    private var position = 0
    private var depth = 0

    init(_ text: String) throws(FHIRPathError) {
        tokens = try FHIRPathLexer.tokens(of: text)
    }

    mutating func parse() throws(FHIRPathError) -> FHIRPathExpression {
        let expression = try expression(atLeast: 0)
        guard current.kind == .end else { throw .expected("the end", offset: current.offset) }
        return expression
    }

    private var current: FHIRPathToken { tokens[position] }

    private mutating func advance() {
        if position + 1 < tokens.count { position += 1 }
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard current.kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    private mutating func require(_ symbol: String) throws(FHIRPathError) {
        guard take(symbol) else { throw .expected("'\(symbol)'", offset: current.offset) }
    }

    private mutating func expression(atLeast precedence: Int) throws(FHIRPathError) -> FHIRPathExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw .tooDeep(offset: current.offset) }
        var left = try prefixed()
        while true {
            if let wantsIs = typeOperator, FHIRPathOperator.typePrecedence >= precedence {
                advance()
                let type = try typeName()
                left = wantsIs ? .isType(left, type) : .asType(left, type)
            } else if let operation = binaryOperator, operation.precedence >= precedence {
                advance()
                left = .binary(operation, left, try expression(atLeast: operation.precedence + 1))
            } else {
                return left
            }
        }
    }

    /// Whether `is` (true) or `as` (false) stands here as an operator.
    private var typeOperator: Bool? {
        switch current.kind {
        case .identifier("is"): true
        case .identifier("as"): false
        default: nil
        }
    }

    private var binaryOperator: FHIRPathOperator? {
        switch current.kind {
        case .identifier(let word), .symbol(let word): FHIRPathOperator(rawValue: word)
        default: nil
        }
    }

    /// `+x`, `-x`: binds tighter than multiplication, looser than a path step.
    private mutating func prefixed() throws(FHIRPathError) -> FHIRPathExpression {
        if take("-") { return .polarity(negative: true, try nestedPrefixed()) }
        if take("+") { return .polarity(negative: false, try nestedPrefixed()) }
        return try path()
    }

    private mutating func nestedPrefixed() throws(FHIRPathError) -> FHIRPathExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw .tooDeep(offset: current.offset) }
        return try prefixed()
    }

    /// A term with its `.steps` and `[indexers]`.
    private mutating func path() throws(FHIRPathError) -> FHIRPathExpression {
        var left = try term()
        while true {
            if take(".") {
                left = try invocation(of: left)
            } else if take("[") {
                left = .indexer(left, try expression(atLeast: 0))
                try require("]")
            } else {
                return left
            }
        }
    }

    private mutating func term() throws(FHIRPathError) -> FHIRPathExpression {
        if take("(") {
            let inner = try expression(atLeast: 0)
            try require(")")
            return inner
        }
        if take("{") {
            try require("}")
            return .literal(.empty)
        }
        if take("%") { return .variable(try variableName()) }
        switch current.kind {
        case .literal(.number(let text)):
            advance()
            return .literal(quantity(text) ?? .number(text))
        case .literal(let literal):
            advance()
            return .literal(literal)
        case .identifier("true"), .identifier("false"):
            let value = current.kind == .identifier("true")
            advance()
            return .literal(.boolean(value))
        default:
            return try invocation(of: nil)
        }
    }

    /// What may follow a `.` or begin a path: a name, a call, `$this`, `$index`, `$total`.
    private mutating func invocation(of input: FHIRPathExpression?) throws(FHIRPathError) -> FHIRPathExpression {
        if case .special(let name) = current.kind {
            guard input == nil || name == "this" else { throw .expected("a name", offset: current.offset) }
            advance()
            return input ?? (name == "this" ? .this : name == "index" ? .index : .total)
        }
        let name = try identifier(behindDot: input != nil)
        guard take("(") else { return .member(of: input, name: name) }
        return .call(of: input, name: name, arguments: try arguments())
    }

    private mutating func arguments() throws(FHIRPathError) -> [FHIRPathExpression] {
        if take(")") { return [] }
        var arguments = [try expression(atLeast: 0)]
        while take(",") {
            arguments.append(try expression(atLeast: 0))
        }
        try require(")")
        return arguments
    }

    /// Words that the grammar reserves; `as`, `is`, `in` and `contains` may be names all the same.
    private static let reserved: Set<String> = ["div", "mod", "and", "or", "xor", "implies", "true", "false"]

    /// - Parameter behindDot: whether no operator can stand here, so that a reserved word is a name: HL7's cases of
    ///   FHIRPath Patch have `Patient.text.div`.
    private mutating func identifier(behindDot: Bool = false) throws(FHIRPathError) -> String {
        switch current.kind {
        case .delimited(let name):
            advance()
            return name
        case .identifier(let name) where behindDot || !Self.reserved.contains(name):
            advance()
            return name
        default:
            throw .expected("a name", offset: current.offset)
        }
    }

    private mutating func variableName() throws(FHIRPathError) -> String {
        if case .literal(.string(let name)) = current.kind {
            advance()
            return name
        }
        return try identifier()
    }

    private mutating func typeName() throws(FHIRPathError) -> FHIRPathTypeName {
        let first = try identifier()
        guard take(".") else { return FHIRPathTypeName(namespace: nil, name: first) }
        return FHIRPathTypeName(namespace: first, name: try identifier())
    }

    private static let calendarUnits: Set<String> = [
        "year", "month", "week", "day", "hour", "minute", "second", "millisecond",
        "years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds",
    ]

    /// The unit after a number, if one follows.
    private mutating func quantity(_ number: String) -> FHIRPathLiteral? {
        switch current.kind {
        case .literal(.string(let unit)):
            advance()
            return .quantity(number, unit: unit, isCalendar: false)
        case .identifier(let unit) where Self.calendarUnits.contains(unit):
            advance()
            return .quantity(number, unit: unit, isCalendar: true)
        default:
            return nil
        }
    }
}

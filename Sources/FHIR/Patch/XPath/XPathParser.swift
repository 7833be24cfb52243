/// XPath 1.0 §2 and §3 by recursive descent; how deep parentheses and predicates nest is limited.
struct XPathParser {
    static let maximumDepth = 16

    private let tokens: [(token: XPathToken, place: Int)]
    private let namespace: (String?) -> String?
    private var position = 0
    private var depth = 0

    init(_ text: String, namespace: @escaping (String?) -> String?) throws(XPathError) {
        tokens = try XPathLexer(text).tokens
        self.namespace = namespace
    }

    private var token: XPathToken { tokens[position].token }

    private func fail(_ expected: String) -> XPathError { .syntax(expected, at: tokens[position].place) }

    /// The whole text as one location path.
    mutating func selector() throws(XPathError) -> XPath.Path {
        if case .name(nil, let name) = token, position + 1 < tokens.count, tokens[position + 1].token == .symbol("("),
            !Self.nodeTypes.contains(name)
        {
            throw .unsupported("the function \(name)() cannot select a place")
        }
        let path = try locationPath()
        guard token == .end else {
            if token == .symbol("|") { throw .unsupported("| would select several places; one is needed") }
            throw fail("the selector goes on where its end was expected")
        }
        return path
    }

    // MARK: Paths

    private mutating func locationPath() throws(XPathError) -> XPath.Path {
        var path = XPath.Path(isAbsolute: false, steps: [])
        if take("/") {
            path.isAbsolute = true
            guard startsStep else { return path }
        } else if take("//") {
            path = XPath.Path(isAbsolute: true, steps: [.anywhere])
        }
        path.steps.append(try step())
        while true {
            if take("//") {
                path.steps.append(.anywhere)
            } else if !take("/") {
                return path
            }
            path.steps.append(try step())
        }
    }

    private var startsStep: Bool {
        switch token {
        case .name: true
        case .symbol(let symbol): ["@", ".", "..", "*"].contains(symbol)
        case .number, .string, .end: false
        }
    }

    private mutating func step() throws(XPathError) -> XPath.Step {
        if take(".") { return XPath.Step(axis: .itself, test: .node) }
        if take("..") { return XPath.Step(axis: .parent, test: .node) }
        var axis = XPath.Axis.child
        if take("@") {
            axis = .attribute
        } else if case .name(nil, let name) = token, tokens[position + 1].token == .symbol("::") {
            guard let named = XPath.Axis(rawValue: name) else { throw .unsupported("the axis \(name)") }
            axis = named
            position += 2
        }
        var step = XPath.Step(axis: axis, test: try test(axis))
        while take("[") {
            step.predicates.append(try nested())
            try demand("]")
        }
        return step
    }

    private static let nodeTypes = ["text", "comment", "node", "processing-instruction"]

    private mutating func test(_ axis: XPath.Axis) throws(XPathError) -> XPath.Test {
        if take("*") { return .any }
        guard case .name(let prefix, let name) = token else {
            throw fail("an element name, @attribute, text() or comment() was expected")
        }
        position += 1
        if prefix == nil, token == .symbol("("), Self.nodeTypes.contains(name) {
            position += 1
            if name == "processing-instruction", case .string = token { position += 1 }
            try demand(")")
            switch name {
            case "text": return .text
            case "comment": return .comment
            case "node": return .node
            default: return .instruction
            }
        }
        if axis == .namespace { return .name(name, in: nil) }
        guard let prefix else {
            // Unlike in XPath by itself, an element's name without prefix is in the default namespace of the patch
            // document (RFC 5261 §4.2.2); an attribute's is in none.
            return .name(name, in: axis == .attribute ? nil : namespace(nil))
        }
        guard let uri = namespace(prefix) else { throw .unknownPrefix(prefix) }
        return name == "*" ? .anyIn(uri) : .name(name, in: uri)
    }

    // MARK: Expressions

    private mutating func nested() throws(XPathError) -> XPath.Expression {
        guard depth < Self.maximumDepth else { throw .tooDeep(limit: Self.maximumDepth) }
        depth += 1
        defer { depth -= 1 }
        return try orExpression()
    }

    private mutating func orExpression() throws(XPathError) -> XPath.Expression {
        var left = try andExpression()
        var count = 0
        while takeWord("or") {
            try Self.checkLength(&count)
            left = .or(left, try andExpression())
        }
        return left
    }

    private mutating func andExpression() throws(XPathError) -> XPath.Expression {
        var left = try comparison()
        var count = 0
        while takeWord("and") {
            try Self.checkLength(&count)
            left = .and(left, try comparison())
        }
        return left
    }

    /// Chains are evaluated, and freed, along their left side.
    private static func checkLength(_ count: inout Int) throws(XPathError) {
        count += 1
        if count > 100 { throw .tooDeep(limit: 100) }
    }

    private mutating func comparison() throws(XPathError) -> XPath.Expression {
        let left = try operand()
        for operation in XPath.Comparison.allCases where take(operation.rawValue) {
            return .comparison(operation, left, try operand())
        }
        return left
    }

    private mutating func operand() throws(XPathError) -> XPath.Expression {
        switch token {
        case .number(let number):
            position += 1
            return .number(number)
        case .string(let text):
            position += 1
            return .string(text)
        case .symbol("("):
            position += 1
            let inner = try nested()
            try demand(")")
            return inner
        case .symbol("-"):
            position += 1
            guard case .number(let number) = token else { throw .unsupported("arithmetic") }
            position += 1
            return .number(-number)
        case .symbol("$"): throw .unsupported("variables")
        case .name(nil, let name) where tokens[position + 1].token == .symbol("(") && !Self.nodeTypes.contains(name):
            return try call(name)
        default: return .path(try locationPath())
        }
    }

    private mutating func call(_ name: String) throws(XPathError) -> XPath.Expression {
        guard let function = XPath.Function(rawValue: name) else { throw .unsupported("the function \(name)()") }
        position += 2
        var arguments: [XPath.Expression] = []
        while token != .symbol(")") {
            if !arguments.isEmpty { try demand(",") }
            arguments.append(try nested())
            if arguments.count > function.arity.upperBound { break }
        }
        try demand(")")
        guard function.arity.contains(arguments.count) else {
            throw fail("\(name)() has another number of arguments")
        }
        return .call(function, arguments)
    }

    // MARK: Tokens

    private mutating func take(_ symbol: String) -> Bool {
        guard token == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        guard token == .name(prefix: nil, word) else { return false }
        position += 1
        return true
    }

    private mutating func demand(_ symbol: String) throws(XPathError) {
        guard take(symbol) else { throw fail("\"\(symbol)\" was expected") }
    }
}

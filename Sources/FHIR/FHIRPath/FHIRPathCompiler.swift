/// Turns the FHIRPath that search parameters are written in into routes over JSON, with R4's facts for the types.
///
/// Supported: paths with or without the type in front, choice elements, `as`, `is`, `ofType`, `|`, `[n]`, `first`,
/// `where`, `exists`, `empty`, `not`, `and`, `or`, `=`, `!=`, `extension(url)`, `hasExtension(url)` (which one of R4's
/// own expressions uses), `resolve() is T`. Everything else is refused by name: see ``FHIRPathError``.
public struct FHIRPathCompiler: Sendable {
    /// What an expression comes to.
    public enum Program: Sendable, Hashable {
        /// The values at the ends of these routes; equal ones count once where the expression is a union
        /// (FHIRPath N1 §6.7.1).
        case values([FHIRPathRoute], distinct: Bool)
        /// One boolean.
        case condition(FHIRPathPredicate)
    }

    /// The type that `$this` and the head of a path stand for.
    private let context: TypeFact

    private init(context: TypeFact) {
        self.context = context
    }

    /// Compiles an expression for one type. Branches of a union that begin with another type's name have no routes.
    public static func compile(_ expression: FHIRPathExpression, for type: TypeFact) throws(FHIRPathError) -> Program {
        try FHIRPathCompiler(context: type).program(expression)
    }

    public static func compile(_ expression: String, for type: TypeFact) throws(FHIRPathError) -> Program {
        try compile(FHIRPathExpression(parsing: expression), for: type)
    }

    private func program(_ expression: FHIRPathExpression) throws(FHIRPathError) -> Program {
        if isCondition(expression) { return .condition(try predicate(expression)) }
        if case .binary(.union, _, _) = expression { return .values(try routes(expression), distinct: true) }
        return .values(try routes(expression), distinct: false)
    }

    /// Whether an expression is a boolean by its form, rather than a path to elements.
    private func isCondition(_ expression: FHIRPathExpression) -> Bool {
        switch expression {
        case .binary(let operation, _, _): operation != .union
        case .isType, .literal(.boolean): true
        case .call(_, let name, _): ["exists", "empty", "not", "hasExtension", "is"].contains(name)
        default: false
        }
    }

    // MARK: - Paths

    private func routes(_ expression: FHIRPathExpression) throws(FHIRPathError) -> [FHIRPathRoute] {
        switch expression {
        case .this:
            return [FHIRPathRoute(startingAt: context)]
        case .member(nil, let name):
            return try head(name)
        case .member(let input?, let name):
            return try step(from: routes(input), to: name)
        case .binary(.union, let left, let right):
            var seen: Set<FHIRPathRoute> = []
            return try (routes(left) + routes(right)).filter { seen.insert($0).inserted }
        case .asType(let input, let type):
            return try narrowed(routes(input), to: type)
        case .indexer(let input, .literal(.number(let text))):
            return try at(Int(text), of: routes(input))
        case .call(let input, let name, let arguments):
            return try call(name, on: try input.map(routes) ?? [FHIRPathRoute(startingAt: context)], arguments)
        default:
            throw .unsupportedForm(expression.formName)
        }
    }

    /// The first name of a path: the context's own type, a type that it specialises, another type, or an element.
    private func head(_ name: String) throws(FHIRPathError) -> [FHIRPathRoute] {
        let start = FHIRPathRoute(startingAt: context)
        guard let type = R4.table.type(name), name.utf8.first.map({ $0 < 0x61 }) == true else {
            return try step(from: [start], to: name)
        }
        return context.isKind(of: type) ? [start] : []
    }

    /// Each route extended by an element; types that do not have it drop out, but one at least must.
    private func step(from routes: [FHIRPathRoute], to name: String) throws(FHIRPathError) -> [FHIRPathRoute] {
        let extended = routes.flatMap { route in
            route.type.element(name).map(route.appending) ?? []
        }
        if extended.isEmpty, let route = routes.first {
            throw .unknownElement(name, type: route.type.name)
        }
        return extended
    }

    private func narrowed(
        _ routes: [FHIRPathRoute], to name: FHIRPathTypeName
    ) throws(FHIRPathError) -> [FHIRPathRoute] {
        if name.namespace == nil || name.namespace == "FHIR", let type = R4.table.type(name.name) {
            return routes.filter { $0.type.isKind(of: type) }
        }
        if name.namespace == nil || name.namespace == "System", let primitives = Self.systemTypes[name.name] {
            return routes.filter { route in route.type.primitive.map(primitives.contains) ?? false }
        }
        throw .unknownType(name.name)
    }

    /// FHIRPath's own types and the primitives that are converted to them (R4 fhirpath.html §2.9.1).
    private static let systemTypes: [String: [PrimitiveKind]] = [
        "Boolean": [.boolean],
        "String": [.string, .code, .id, .markdown, .uri, .url, .canonical, .oid, .uuid, .base64Binary],
        "Integer": [.integer, .unsignedInt, .positiveInt],
        "Decimal": [.decimal],
        "Date": [.date],
        "DateTime": [.dateTime, .instant],
        "Time": [.time],
    ]

    /// The element at a position: of a route whose last step alone is a list.
    private func at(_ position: Int?, of routes: [FHIRPathRoute]) throws(FHIRPathError) -> [FHIRPathRoute] {
        guard let position, routes.count <= 1 else { throw .unsupportedForm("an indexer here") }
        guard let route = routes.first, !route.isSingular else { return position == 0 ? routes : [] }
        guard case .child(let key, nil) = route.steps.last, route.steps.count == 1 else {
            throw .unsupportedForm("an indexer after several lists")
        }
        return [
            FHIRPathRoute(
                steps: [.child(key: key, position: position)], type: route.type, element: route.element,
                isSingular: true)
        ]
    }

    // MARK: - Functions

    private func call(
        _ name: String, on input: [FHIRPathRoute], _ arguments: [FHIRPathExpression]
    ) throws(FHIRPathError) -> [FHIRPathRoute] {
        switch (name, arguments.count) {
        case ("where", 1):
            return try filtered(input, by: arguments[0])
        case ("as", 1), ("ofType", 1):
            guard let type = arguments[0].typeName else { throw .unsupportedForm("\(name)() without a type") }
            return try narrowed(input, to: type)
        case ("first", 0):
            return try at(0, of: input)
        case ("extension", 1):
            return try extensions(of: input, url: arguments[0])
        default:
            throw .unsupportedFunction(name)
        }
    }

    private func filtered(
        _ routes: [FHIRPathRoute], by criterion: FHIRPathExpression
    ) throws(FHIRPathError) -> [FHIRPathRoute] {
        var filtered: [FHIRPathRoute] = []
        for route in routes {
            filtered.append(route.filtered(by: try FHIRPathCompiler(context: route.type).predicate(criterion)))
        }
        return filtered
    }

    private func extensions(
        of routes: [FHIRPathRoute], url: FHIRPathExpression
    ) throws(FHIRPathError) -> [FHIRPathRoute] {
        guard case .literal(.string) = url else { throw .unsupportedForm("extension() without a literal url") }
        let criterion = FHIRPathExpression.binary(.equal, .member(of: nil, name: "url"), url)
        return try filtered(step(from: routes, to: "extension"), by: criterion)
    }

    // MARK: - Conditions

    private func predicate(_ expression: FHIRPathExpression) throws(FHIRPathError) -> FHIRPathPredicate {
        switch expression {
        case .literal(.boolean(let value)):
            return .constant(value)
        case .binary(.and, let left, let right):
            return .and(try predicate(left), try predicate(right))
        case .binary(.or, let left, let right):
            return .or(try predicate(left), try predicate(right))
        case .binary(.equal, let left, .literal(let literal)), .binary(.equal, .literal(let literal), let left):
            return .equals(try routes(left), literal)
        case .binary(.notEqual, let left, .literal(let literal)), .binary(.notEqual, .literal(let literal), let left):
            return .not(.equals(try routes(left), literal))
        case .isType(let input, let type):
            return try test(input, is: type)
        case .call(let input, let name, let arguments) where isCondition(expression):
            return try predicateCall(name, on: input ?? .this, arguments)
        case .member, .indexer, .call, .asType, .this:
            return .isTrue(try routes(expression))
        default:
            throw .unsupportedForm(expression.formName)
        }
    }

    private func predicateCall(
        _ name: String, on input: FHIRPathExpression, _ arguments: [FHIRPathExpression]
    ) throws(FHIRPathError) -> FHIRPathPredicate {
        switch (name, arguments.count) {
        case ("exists", 0): return .exists(try routes(input))
        case ("exists", 1): return .exists(try filtered(routes(input), by: arguments[0]))
        case ("empty", 0): return .not(.exists(try routes(input)))
        case ("not", 0): return .not(try predicate(input))
        case ("hasExtension", 1): return .exists(try extensions(of: routes(input), url: arguments[0]))
        case ("is", 1):
            guard let type = arguments[0].typeName else { throw .unsupportedForm("is() without a type") }
            return try test(input, is: type)
        default: throw .unsupportedFunction(name)
        }
    }

    private func test(
        _ input: FHIRPathExpression, is name: FHIRPathTypeName
    ) throws(FHIRPathError) -> FHIRPathPredicate {
        if case .call(let reference, "resolve", let arguments) = input, arguments.isEmpty {
            guard let type = ResourceType(name.name) else { throw .unknownType(name.name) }
            return .resolves(try routes(reference ?? .this), type)
        }
        return .exists(try narrowed(routes(input), to: name))
    }
}

extension FHIRPathExpression {
    /// A type's name where a function takes one.
    fileprivate var typeName: FHIRPathTypeName? {
        switch self {
        case .member(nil, let name): FHIRPathTypeName(namespace: nil, name: name)
        case .member(.member(nil, let namespace), let name): FHIRPathTypeName(namespace: namespace, name: name)
        default: nil
        }
    }

    /// What a message calls this form.
    fileprivate var formName: String {
        switch self {
        case .literal: "a literal here"
        case .this: "$this here"
        case .index: "$index"
        case .total: "$total"
        case .variable(let name): "%\(name)"
        case .member(_, let name): "the path step \(name) here"
        case .call(_, let name, _): "\(name)() here"
        case .indexer: "an indexer that is no number"
        case .polarity: "a sign"
        case .binary(let operation, _, _): "the operator \(operation.rawValue) here"
        case .isType: "is here"
        case .asType: "as here"
        }
    }
}

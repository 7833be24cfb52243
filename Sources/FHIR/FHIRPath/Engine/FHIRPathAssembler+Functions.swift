/// Calls of functions.
extension FHIRPathAssembler {
    mutating func call(
        _ source: FHIRPathExpression?, _ name: String, _ arguments: [FHIRPathExpression], _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        switch (name, arguments.count) {
        case ("is", 1):
            return try isType(source ?? .this, try Self.typeName(arguments[0], name), this)
        case ("as", 1):
            return try asType(
                assemble(source ?? .this, this), try Self.typeName(arguments[0], name), isSingle: isStrict)
        case ("ofType", 1):
            return try asType(assemble(source ?? .this, this), try Self.typeName(arguments[0], name), isSingle: false)
        default: break
        }
        let input = try assemble(source ?? .this, this)
        switch (name, arguments.count) {
        case ("where", 1):
            return (FHIRPathWhere(input.operation, try assemble(arguments[0], input.type).operation), input.type)
        case ("exists", 1):
            let filtered = FHIRPathWhere(input.operation, try assemble(arguments[0], input.type).operation)
            return (FHIRPathExists(filtered, isNegated: false), .of(.boolean))
        case ("exists", 0): return (FHIRPathExists(input.operation, isNegated: false), .of(.boolean))
        case ("empty", 0): return (FHIRPathExists(input.operation, isNegated: true), .of(.boolean))
        case ("not", 0): return (FHIRPathNot(input.operation), .of(.boolean))
        case ("count", 0): return (FHIRPathCount(input.operation), .of(.integer))
        case ("all", 1):
            return (FHIRPathAll(input.operation, try assemble(arguments[0], input.type).operation), .of(.boolean))
        case ("select", 1):
            let projection = try assemble(arguments[0], input.type)
            return (FHIRPathSelect(input.operation, projection.operation), projection.type)
        case ("children", 0):
            return (FHIRPathChildren(input.operation), FHIRPathStaticType(isOrdered: false))
        case ("descendants", 0):
            return (FHIRPathDescendants(input.operation), FHIRPathStaticType(isOrdered: false))
        case ("hasValue", 0): return (FHIRPathHasValue(input.operation), .of(.boolean))
        case ("extension", 1):
            return try extensions(input, arguments[0], this)
        case ("hasExtension", 1) where !isStrict:
            return (
                FHIRPathExists(try extensions(input, arguments[0], this).operation, isNegated: false), .of(.boolean)
            )
        case ("matches", 1), ("matchesFull", 1):
            let pattern = try assemble(arguments[0], this).operation
            let isWhole = name == "matchesFull" || !isStrict
            return (try FHIRPathMatches(input.operation, pattern, isWhole: isWhole), .of(.boolean))
        case ("sort", _):
            var keys: [(operation: FHIRPathOperation, isDescending: Bool)] = []
            for argument in arguments {
                if case .polarity(true, let key) = argument {
                    keys.append((try assemble(key, input.type).operation, true))
                } else {
                    keys.append((try assemble(argument, input.type).operation, false))
                }
            }
            return (FHIRPathSort(input.operation, keys), input.type)
        case ("iif", 2), ("iif", 3):
            return try conditional(source == nil ? nil : input, arguments, source == nil ? this : input.type)
        default: return try function(input, name, arguments, this)
        }
    }

    private mutating func extensions(
        _ input: Assembled, _ url: FHIRPathExpression, _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        let path = try member((input.operation, .unknown), "extension")
        let type = FHIRPathStaticType(types: R4.table.type("Extension").map { [$0] })
        return (FHIRPathExtensions(path.operation, try assemble(url, this).operation), type)
    }

    private mutating func conditional(
        _ input: Assembled?, _ arguments: [FHIRPathExpression], _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        let criterion = try assemble(arguments[0], this)
        if isStrict, let system = criterion.type.system, system != .boolean { throw .invalidArguments("iif") }
        let whenTrue = try assemble(arguments[1], this)
        let otherwise = arguments.count > 2 ? try assemble(arguments[2], this).operation : FHIRPathNothing()
        let operation = FHIRPathConditional(
            input?.operation, criterion.operation, whenTrue.operation, otherwise, isStrict: isStrict)
        return (operation, .unknown)
    }

    private mutating func function(
        _ input: Assembled, _ name: String, _ arguments: [FHIRPathExpression], _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        guard let function = FHIRPathFunctions.all[name] else { throw .unknownFunction(name) }
        guard function.arity.contains(arguments.count) else { throw .invalidArguments(name) }
        if checksOrder, !input.type.isOrdered, FHIRPathFunctions.ordered.contains(name) {
            throw .invalidOperands("\(name)()")
        }
        if isStrict, FHIRPathFunctions.strings.contains(name), let types = input.type.types, !types.isEmpty,
            !input.type.isPolymorphic, types.allSatisfy({ $0.kind != .primitive })
        {
            throw .invalidOperands("\(name)()")
        }
        var operations: [FHIRPathOperation] = []
        for (position, argument) in arguments.enumerated() {
            let isLambda = function.isLambda || name == "trace" && position == 1
            operations.append(try assemble(argument, isLambda ? input.type : this).operation)
        }
        let call = FHIRPathFunctionCall(function, named: name, input.operation, operations, dialect)
        let keeps = FHIRPathFunctions.keepingType.contains(name)
        return (call, keeps ? input.type : FHIRPathFunctions.results[name].map { .of($0) } ?? .unknown)
    }

    /// A type's name where a function takes one.
    private static func typeName(
        _ expression: FHIRPathExpression, _ function: String
    ) throws(FHIRPathError) -> FHIRPathTypeName {
        switch expression {
        case .member(nil, let name): return FHIRPathTypeName(namespace: nil, name: name)
        case .member(.member(nil, let namespace), let name): return FHIRPathTypeName(namespace: namespace, name: name)
        // FHIR's early expressions write it as text.
        case .literal(.string(let name)): return FHIRPathTypeName(namespace: nil, name: name)
        default: throw .invalidArguments(function)
        }
    }
}

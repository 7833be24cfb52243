import CFacts

/// Makes operations of an expression; resolves names and types as far as they are known.
struct FHIRPathAssembler {
    typealias Assembled = (operation: FHIRPathOperation, type: FHIRPathStaticType)

    /// How deeply operations may nest: paths and chains of operators are as deep as they are long.
    static let maximumDepth = 300

    let dialect: FHIRPath.Dialect
    let context: TypeFact?
    /// Whether functions that go by position refuse input without an order.
    let checksOrder: Bool
    let constants = FHIRPathConstants()
    private var depth = 0

    init(dialect: FHIRPath.Dialect, context: TypeFact?, checksOrder: Bool = false) {
        self.dialect = dialect
        self.context = context
        self.checksOrder = checksOrder
    }

    var isStrict: Bool { dialect == .strict }

    mutating func assemble(_ expression: FHIRPathExpression) throws(FHIRPathError) -> FHIRPathOperation {
        let this = FHIRPathStaticType(types: context.map { [$0] }, isFromContext: true)
        return try assemble(expression, this).operation
    }

    /// - Parameter this: what is known of `$this`.
    mutating func assemble(
        _ expression: FHIRPathExpression, _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw .tooDeep(offset: 0) }
        switch expression {
        case .literal(let literal): return try constant(literal)
        case .this: return (FHIRPathThis(), this)
        case .index: return (FHIRPathIndex(), .of(.integer))
        case .total: return (FHIRPathTotal(), .unknown)
        case .variable(let name): return try variable(name, this)
        case .member(nil, let name): return try head(name, this)
        case .member(let input?, let name): return try member(assemble(input, this), name)
        case .call(let input, let name, let arguments): return try call(input, name, arguments, this)
        case .indexer(let input, let position):
            let input = try assemble(input, this)
            return (FHIRPathIndexer(input.operation, try assemble(position, this).operation), input.type)
        case .polarity(let isNegative, let operand): return try polarity(isNegative, assemble(operand, this))
        case .binary(let operation, let left, let right): return try binary(operation, left, right, this)
        case .isType(let input, let name): return try isType(input, name, this)
        case .asType(let input, let name): return try asType(assemble(input, this), name, isSingle: isStrict)
        }
    }

    // MARK: - Paths

    private mutating func head(_ name: String, _ this: FHIRPathStaticType) throws(FHIRPathError) -> Assembled {
        guard name.utf8.first.map({ $0 &- 0x41 < 26 }) == true, this.isFromContext,
            let type = R4.table.type(name), type.kind != .backbone
        else { return try member((FHIRPathThis(), this), name) }
        if let known = this.types, known.allSatisfy({ $0.isKind(of: type) }) { return (FHIRPathThis(), this) }
        if isStrict, !this.isPolymorphic, let known = this.types, !known.contains(where: { type.isKind(of: $0) }) {
            throw .unknownElement(name, type: known.first?.name ?? "Resource")
        }
        let known = FHIRPathStaticType(types: type.isAbstract ? nil : [type], isFromContext: true)
        return (FHIRPathTypeHead(.fhir(type), isStrict: isStrict), known)
    }

    func member(_ input: Assembled, _ name: String) throws(FHIRPathError) -> Assembled {
        guard !name.isEmpty else { throw .unknownElement("", type: "any type") }
        if input.type.system != nil, input.type.system != .quantity {
            if isStrict { throw .unknownElement(name, type: "System") }
        }
        let references = (input.type.types ?? []).flatMap { owner -> [(TypeFact, ElementFact, TypeFact)] in
            guard let element = owner.element(name) else { return [] }
            return element.types.map { (owner, element, $0.type) }
        }
        if isStrict, references.isEmpty, let types = input.type.types, !types.isEmpty, !input.type.isPolymorphic,
            !(name == "value" && types.contains { $0.kind == .primitive })
        {
            throw .unknownElement(name, type: types[0].name)
        }
        let known = references.count == 1 && !references[0].1.isChoice ? references[0] : nil
        let step = FHIRPathName(
            name: constants.text(name), mayBeChoice: Self.choiceNames.contains(name),
            knownOwner: known?.0.number ?? FactTable.none, knownElement: known?.1.number ?? FactTable.none,
            knownType: known?.2.number ?? FactTable.none, isStrict: isStrict && input.type.isFromContext)
        var seen: Set<TypeFact> = []
        let types = references.map(\.2).filter { seen.insert($0).inserted }
        let type = FHIRPathStaticType(
            types: types.isEmpty ? nil : types, isFromContext: input.type.isFromContext, isOrdered: input.type.isOrdered
        )
        if let path = input.operation as? FHIRPathPath {
            return (FHIRPathPath(path.input, path.steps + [step]), type)
        }
        return (FHIRPathPath(input.operation is FHIRPathThis ? nil : input.operation, [step]), type)
    }

    private static let choiceNames: Set<String> = Set(
        R4.table.types.flatMap { $0.elements.filter(\.isChoice).map(\.name) })

    // MARK: - Terms

    func constant(_ literal: FHIRPathLiteral) throws(FHIRPathError) -> Assembled {
        let value: FHIRPathValue?
        let type: FHIRPathTypes.System
        switch literal {
        case .empty: return (FHIRPathNothing(), .unknown)
        case .boolean(let flag): (value, type) = (.boolean(flag), .boolean)
        case .string(let text): (value, type) = (.string(constants.text(text)), .string)
        case .number(let text):
            let number = FHIRPathDecimal(text)
            if text.utf8.contains(UInt8(ascii: ".")) {
                (value, type) = (number.map { .decimal($0) }, .decimal)
            } else {
                (value, type) = (number.flatMap(\.whole).map { .integer($0) }, .integer)
            }
        case .date(let text):
            (value, type) = (text.withUTF8Buffer { FHIRPathTemporal(date: $0) }?.value, .date)
        case .dateTime(let text):
            (value, type) = (text.withUTF8Buffer { FHIRPathTemporal(dateTime: $0) }?.value, .dateTime)
        case .time(let text):
            (value, type) = (text.withUTF8Buffer { FHIRPathTemporal(time: $0) }?.value, .time)
        case .quantity(let number, let unit, let isCalendar):
            (value, type) = (
                FHIRPathDecimal(number).map { .quantity($0, unit: constants.text(unit), isCalendar: isCalendar) },
                .quantity
            )
        }
        guard let value else { throw .invalidLiteral(offset: 0) }
        return (FHIRPathConstant(value), .of(type))
    }

    private func variable(_ name: String, _ this: FHIRPathStaticType) throws(FHIRPathError) -> Assembled {
        if name == "context", let context {
            return (FHIRPathVariable(name), FHIRPathStaticType(types: [context], isFromContext: true))
        }
        guard let url = FHIRPathVariables.url(name) else { return (FHIRPathVariable(name), .unknown) }
        return (FHIRPathConstant(.string(constants.text(url))), .of(.string))
    }

    // MARK: - Operators

    private func polarity(_ isNegative: Bool, _ operand: Assembled) throws(FHIRPathError) -> Assembled {
        if isStrict, let system = operand.type.system, [.boolean, .date, .dateTime, .time].contains(system) {
            throw .invalidOperands("a sign")
        }
        return (FHIRPathPolarity(operand.operation, isNegative: isNegative), operand.type)
    }

    private mutating func binary(
        _ operation: FHIRPathOperator, _ left: FHIRPathExpression, _ right: FHIRPathExpression,
        _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        if operation == .union { return try union(left, right, this) }
        let one = try assemble(left, this)
        let other = try assemble(right, this)
        switch operation {
        case .and, .or, .xor, .implies:
            return (FHIRPathLogic(operation, one.operation, other.operation), .of(.boolean))
        case .equal, .notEqual, .equivalent, .notEquivalent:
            return (FHIRPathEquality(operation, one.operation, other.operation), .of(.boolean))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return (FHIRPathComparison(operation, one.operation, other.operation), .of(.boolean))
        case .isIn:
            return (FHIRPathMembership(item: one.operation, collection: other.operation), .of(.boolean))
        case .contains:
            return (FHIRPathMembership(item: other.operation, collection: one.operation), .of(.boolean))
        case .concatenate:
            return (FHIRPathConcatenation(one.operation, other.operation), .of(.string))
        default:
            return (FHIRPathArithmetic(operation, one.operation, other.operation), .unknown)
        }
    }

    /// `a | b | c` as one operation over three.
    private mutating func union(
        _ left: FHIRPathExpression, _ right: FHIRPathExpression, _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        var branches = [right]
        var rest = left
        while case .binary(.union, let inner, let last) = rest {
            branches.append(last)
            rest = inner
        }
        branches.append(rest)
        var operations: [FHIRPathOperation] = []
        var types: [TypeFact]? = []
        for branch in branches.reversed() {
            let assembled: Assembled
            do {
                assembled = try assemble(branch, this)
            } catch .unknownElement where !isStrict {
                continue
            }
            operations.append(assembled.operation)
            types = assembled.type.types.flatMap { more in types.map { $0 + more } }
        }
        return (FHIRPathUnion(operations), FHIRPathStaticType(types: types, isFromContext: false))
    }

    // MARK: - Types

    mutating func isType(
        _ input: FHIRPathExpression, _ name: FHIRPathTypeName, _ this: FHIRPathStaticType
    ) throws(FHIRPathError) -> Assembled {
        var references: FHIRPathOperation?
        if !isStrict, case .call(let source, "resolve", let arguments) = input, arguments.isEmpty {
            references = try assemble(source ?? .this, this).operation
        }
        let input = try assemble(input, this)
        let test = try FHIRPathTypeTest(name)
        return (FHIRPathIs(input.operation, test, isStrict: isStrict, references: references), .of(.boolean))
    }

    func asType(
        _ input: Assembled, _ name: FHIRPathTypeName, isSingle: Bool
    ) throws(FHIRPathError) -> Assembled {
        let test = try FHIRPathTypeTest(name)
        let type: FHIRPathStaticType
        switch test {
        case .fhir(let fact): type = FHIRPathStaticType(types: [fact], isFromContext: input.type.isFromContext)
        case .system(let system): type = .of(system)
        }
        return (FHIRPathAs(input.operation, test, isSingle: isSingle), type)
    }
}

/// `+`, `-`, `*`, `/`, `div`, `mod` (FHIRPath N1 §6.6). Overflow and division by zero give nothing.
final class FHIRPathArithmetic: FHIRPathOperation {
    let operation: FHIRPathOperator
    let left: FHIRPathOperation
    let right: FHIRPathOperation

    init(_ operation: FHIRPathOperator, _ left: FHIRPathOperation, _ right: FHIRPathOperation) {
        self.operation = operation
        self.left = left
        self.right = right
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        if let value = try single(e, f) { try e.push(value) }
    }

    override func single(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathValue? {
        try e.spend()
        guard let one = try left.single(e, f), let other = try right.single(e, f) else { return nil }
        guard let mine = e.system(one), let theirs = e.system(other) else {
            if e.isValueless(one) || e.isValueless(other) { return nil }
            throw .invalidOperands(operation.rawValue)
        }
        switch (mine.kind, theirs.kind) {
        case (.string, .string) where operation == .add:
            return try e.joined(mine.text, theirs.text)
        case (.date, .quantity), (.dateTime, .quantity), (.time, .quantity):
            guard operation == .add || operation == .subtract else { throw .invalidOperands(operation.rawValue) }
            return try FHIRPathTemporal(mine).adding(theirs, isNegated: operation == .subtract)?.value
        case (.quantity, _) where theirs.kind == .quantity || theirs.isNumber,
            (_, .quantity) where mine.isNumber:
            return try quantities(mine, theirs, e)
        default:
            guard mine.isNumber, theirs.isNumber else { throw .invalidOperands(operation.rawValue) }
            return numbers(mine, theirs)
        }
    }

    private func numbers(_ mine: FHIRPathValue, _ theirs: FHIRPathValue) -> FHIRPathValue? {
        if mine.kind == .integer, theirs.kind == .integer, operation != .divide {
            return integers(mine.int, theirs.int).map { .integer($0) }
        }
        guard let one = mine.asDecimal, let other = theirs.asDecimal else { return nil }
        switch operation {
        case .add: return one.adding(other).map { .decimal($0) }
        case .subtract: return one.adding(other.negated).map { .decimal($0) }
        case .multiply: return one.multiplied(by: other).map { .decimal($0) }
        case .divide: return one.divided(by: other).map { .decimal($0) }
        case .integerDivide: return one.quotient(by: other).flatMap(\.whole).map { .integer($0) }
        default: return one.remainder(by: other).map { .decimal($0) }
        }
    }

    private func integers(_ one: Int, _ other: Int) -> Int? {
        let (value, overflow): (Int, Bool)
        switch operation {
        case .add: (value, overflow) = one.addingReportingOverflow(other)
        case .subtract: (value, overflow) = one.subtractingReportingOverflow(other)
        case .multiply: (value, overflow) = one.multipliedReportingOverflow(by: other)
        case .integerDivide: (value, overflow) = one.dividedReportingOverflow(by: other)
        default: (value, overflow) = one.remainderReportingOverflow(dividingBy: other)
        }
        return overflow ? nil : value
    }

    private func quantities(
        _ mine: FHIRPathValue, _ theirs: FHIRPathValue, _ e: FHIRPathEvaluator
    ) throws(FHIRPathError) -> FHIRPathValue? {
        guard let one = e.asQuantity(mine), let other = e.asQuantity(theirs) else { return nil }
        switch operation {
        case .add: return FHIRPathQuantity.sum(one, other, isNegated: false)
        case .subtract: return FHIRPathQuantity.sum(one, other, isNegated: true)
        case .multiply: return try FHIRPathQuantity.product(one, other, isInverse: false, e)
        case .divide: return try FHIRPathQuantity.product(one, other, isInverse: true, e)
        default: throw .invalidOperands(operation.rawValue)
        }
    }

    override var name: String { operation.rawValue }
}

/// `a & b`: joined as text, an empty side being no text.
final class FHIRPathConcatenation: FHIRPathOperation {
    let left: FHIRPathOperation
    let right: FHIRPathOperation

    init(_ left: FHIRPathOperation, _ right: FHIRPathOperation) {
        self.left = left
        self.right = right
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let one = try left.single(e, f)
        let other = try right.single(e, f)
        try e.push(try e.joined(text(one, e), text(other, e)))
    }

    private func text(
        _ value: FHIRPathValue?, _ e: FHIRPathEvaluator
    ) throws(FHIRPathError) -> UnsafeBufferPointer<UInt8> {
        guard let value, let system = e.system(value) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return try e.toString(system)?.text ?? UnsafeBufferPointer(start: nil, count: 0)
    }

    override var name: String { "&" }
}

/// `-x`, `+x`
final class FHIRPathPolarity: FHIRPathOperation {
    let operand: FHIRPathOperation
    let isNegative: Bool

    init(_ operand: FHIRPathOperation, isNegative: Bool) {
        self.operand = operand
        self.isNegative = isNegative
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        guard let value = try operand.single(e, f), let system = e.system(value) else { return }
        switch system.kind {
        case .integer:
            let (negative, overflow) = 0.subtractingReportingOverflow(system.int)
            if !overflow { try e.push(isNegative ? .integer(negative) : system) }
        case .decimal: try e.push(isNegative ? .decimal(system.number.negated) : system)
        case .quantity:
            let number = isNegative ? system.number.negated : system.number
            try e.push(.quantity(number, unit: system.unit, isCalendar: system.isCalendar))
        default: throw .invalidOperands("a sign")
        }
    }

    override var name: String { "a sign" }
}

extension FHIRPathEvaluator {
    func joined(
        _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
    ) throws(FHIRPathError) -> FHIRPathValue {
        let count = one.count + other.count
        try spend(1 + count / 16)
        let room = arena.allocate(count)
        for position in 0..<one.count { room[position] = one[position] }
        for position in 0..<other.count { room[one.count + position] = other[position] }
        return .string(UnsafeBufferPointer(room))
    }

    /// The text of a System value (N1 §5.5.4); nil for what has none.
    func toString(_ value: FHIRPathValue) throws(FHIRPathError) -> FHIRPathValue? {
        if value.kind == .string { return value }
        return try item(value).text.map { text throws(FHIRPathError) in try string(text) }
    }
}

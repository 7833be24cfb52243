/// `and`, `or`, `xor`, `implies` with three values (FHIRPath N1 §6.5). The right side is not looked at where the left one
/// decides.
final class FHIRPathLogic: FHIRPathCondition {
    let operation: FHIRPathOperator
    let left: FHIRPathOperation
    let right: FHIRPathOperation

    init(_ operation: FHIRPathOperator, _ left: FHIRPathOperation, _ right: FHIRPathOperation) {
        self.operation = operation
        self.left = left
        self.right = right
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        try e.spend()
        let first = try left.truth(e, f)
        switch operation {
        case .and:
            if first == .no { return .no }
            let second = try right.truth(e, f)
            return second == .no ? .no : first == .yes ? second : .unknown
        case .or:
            if first == .yes { return .yes }
            let second = try right.truth(e, f)
            return second == .yes ? .yes : first == .no ? second : .unknown
        case .implies:
            if first == .no { return .yes }
            let second = try right.truth(e, f)
            return second == .yes ? .yes : first == .yes ? second : .unknown
        default:
            let second = try right.truth(e, f)
            return first == .unknown || second == .unknown ? .unknown : FHIRPathTruth(first != second)
        }
    }
}

/// `not()`
final class FHIRPathNot: FHIRPathCondition {
    let input: FHIRPathOperation

    init(_ input: FHIRPathOperation) { self.input = input }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        try input.truth(e, f).negated
    }
}

/// `exists()`, and `empty()` as its opposite.
final class FHIRPathExists: FHIRPathCondition {
    let input: FHIRPathOperation
    let isNegated: Bool

    init(_ input: FHIRPathOperation, isNegated: Bool) {
        self.input = input
        self.isNegated = isNegated
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        FHIRPathTruth(try input.exists(e, f) != isNegated)
    }
}

/// `all(criterion)`
final class FHIRPathAll: FHIRPathCondition {
    let input: FHIRPathOperation
    let criterion: FHIRPathOperation

    init(_ input: FHIRPathOperation, _ criterion: FHIRPathOperation) {
        self.input = input
        self.criterion = criterion
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        FHIRPathTruth(try !e.contains(input, f, where: criterion, isMet: false))
    }
}

extension FHIRPathEvaluator {
    /// Whether a criterion is met by an item of what an operation finds, or by one of them not.
    fileprivate func contains(
        _ input: FHIRPathOperation, _ f: borrowing FHIRPathFrame, where criterion: FHIRPathOperation, isMet: Bool
    ) throws(FHIRPathError) -> Bool {
        let base = count
        try input.run(self, f)
        let end = count
        defer { pop(to: base) }
        for position in base..<end {
            let frame = FHIRPathFrame(this: stack[position], index: position - base, total: f.total)
            if try (criterion.truth(self, frame) == .yes) == isMet { return true }
        }
        return false
    }
}

/// `where(criterion)`; also `exists(criterion)`, which asks it whether anything is left.
final class FHIRPathWhere: FHIRPathOperation {
    let input: FHIRPathOperation
    let criterion: FHIRPathOperation

    init(_ input: FHIRPathOperation, _ criterion: FHIRPathOperation) {
        self.input = input
        self.criterion = criterion
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        try input.run(e, f)
        let end = e.count
        var kept = base
        for position in base..<end {
            let value = e.stack[position]
            let frame = FHIRPathFrame(this: value, index: position - base, total: f.total)
            if try criterion.truth(e, frame) == .yes {
                e.stack[kept] = value
                kept += 1
            }
        }
        e.pop(to: kept)
    }

    override func exists(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Bool {
        try e.contains(input, f, where: criterion, isMet: true)
    }

    override var name: String { "where()" }
}

/// `count()`
final class FHIRPathCount: FHIRPathOperation {
    let input: FHIRPathOperation

    init(_ input: FHIRPathOperation) { self.input = input }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        try e.push(.integer(input.count(e, f)))
    }

    override func single(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathValue? { .integer(try input.count(e, f)) }
}

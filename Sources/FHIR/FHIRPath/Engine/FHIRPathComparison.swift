/// `=`, `!=`, `~`, `!~`
final class FHIRPathEquality: FHIRPathCondition {
    let left: FHIRPathOperation
    let right: FHIRPathOperation
    let isEquivalence: Bool
    let isNegated: Bool
    /// The right side if it is a literal string, the commonest case by far.
    let literal: FHIRPathValue?

    init(_ operation: FHIRPathOperator, _ left: FHIRPathOperation, _ right: FHIRPathOperation) {
        self.left = left
        self.right = right
        isEquivalence = operation == .equivalent || operation == .notEquivalent
        isNegated = operation == .notEqual || operation == .notEquivalent
        let constant = (right as? FHIRPathConstant)?.value
        literal = constant?.kind == .string && !isEquivalence ? constant : nil
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        try e.spend()
        let base = e.count
        try left.run(e, f)
        let middle = e.count
        defer { e.pop(to: base) }
        if let literal {
            if middle == base { return .unknown }
            guard middle == base + 1 else { return FHIRPathTruth(isNegated) }
            let text = e.stringText(e.stack[base])
            return FHIRPathTruth((text.map { FactHash.equal($0, literal.text) } ?? false) != isNegated)
        }
        try right.run(e, f)
        let result =
            isEquivalence
            ? FHIRPathTruth(try e.areEquivalent(base..<middle, middle..<e.count))
            : try e.areEqual(base..<middle, middle..<e.count)
        return isNegated ? result.negated : result
    }
}

/// `<`, `<=`, `>`, `>=`
final class FHIRPathComparison: FHIRPathCondition {
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
        guard let one = try left.single(e, f), let other = try right.single(e, f) else { return .unknown }
        guard let mine = e.system(one), let theirs = e.system(other) else {
            // A primitive with nothing but extensions has no value to compare; what has children cannot be compared.
            if e.isValueless(one) || e.isValueless(other) { return .unknown }
            throw .invalidOperands(operation.rawValue)
        }
        guard let order = try e.order(of: mine, to: theirs) else { throw .invalidOperands(operation.rawValue) }
        switch (order, operation) {
        case (.unknown, _): return .unknown
        case (.before, .less), (.before, .lessOrEqual): return .yes
        case (.after, .greater), (.after, .greaterOrEqual): return .yes
        case (.same, .lessOrEqual), (.same, .greaterOrEqual): return .yes
        default: return .no
        }
    }
}

/// `x in y` and, turned round, `y contains x` (N1 §6.4).
final class FHIRPathMembership: FHIRPathCondition {
    let item: FHIRPathOperation
    let collection: FHIRPathOperation

    init(item: FHIRPathOperation, collection: FHIRPathOperation) {
        self.item = item
        self.collection = collection
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        guard let wanted = try item.single(e, f) else { return .unknown }
        // The branches of a union are looked through one after another: that some are in several does not matter.
        guard let union = collection as? FHIRPathUnion else {
            return FHIRPathTruth(try has(wanted, in: collection, e, f))
        }
        for branch in union.branches where try has(wanted, in: branch, e, f) { return .yes }
        return .no
    }

    private func has(
        _ wanted: FHIRPathValue, in collection: FHIRPathOperation, _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> Bool {
        let base = e.count
        try collection.run(e, f)
        defer { e.pop(to: base) }
        for position in base..<e.count where try e.areEqual(wanted, e.stack[position]) == .yes { return true }
        return false
    }
}

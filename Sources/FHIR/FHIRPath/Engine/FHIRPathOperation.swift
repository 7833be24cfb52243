/// A part of a compiled expression. Subclasses have constants only: any thread may use them (see ``FHIRPath``).
class FHIRPathOperation {
    /// Pushes the values onto the evaluator's stack.
    func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {}

    /// The one boolean that the values come to (N1 §4.5): a single item that is no boolean counts as true.
    func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        let base = e.count
        try run(e, f)
        defer { e.pop(to: base) }
        return try e.truth(from: base, name)
    }

    /// Whether there is any value.
    func exists(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Bool {
        let base = e.count
        try run(e, f)
        defer { e.pop(to: base) }
        return e.count > base
    }

    /// How many values there are.
    func count(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Int {
        let base = e.count
        try run(e, f)
        defer { e.pop(to: base) }
        return e.count - base
    }

    /// The one value; nil if there is none.
    func single(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathValue? {
        let base = e.count
        try run(e, f)
        defer { e.pop(to: base) }
        switch e.count - base {
        case 0: return nil
        case 1: return e.stack[base]
        default: throw .notSingle(name)
        }
    }

    /// What errors call it.
    var name: String { "an operator" }
}

extension FHIRPathEvaluator {
    /// The boolean that the values from a position on come to.
    func truth(from base: Int, _ name: @autoclosure () -> String) throws(FHIRPathError) -> FHIRPathTruth {
        switch count - base {
        case 0: return .unknown
        case 1: return truth(stack[base])
        default: throw .notSingle(name())
        }
    }

    /// What one value comes to as a boolean.
    func truth(_ value: FHIRPathValue) -> FHIRPathTruth {
        if value.kind == .boolean { return FHIRPathTruth(value.bool) }
        guard value.kind == .node, facts.types[Int(value.type)].primitive == PrimitiveKind.boolean.rawValue else {
            return .yes
        }
        return system(value).map { FHIRPathTruth($0.bool) } ?? .unknown
    }

    func push(_ truth: FHIRPathTruth) throws(FHIRPathError) {
        if truth != .unknown { try push(.boolean(truth == .yes)) }
    }
}

/// An operation whose result is a boolean or nothing.
class FHIRPathCondition: FHIRPathOperation {
    final override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        try e.push(truth(e, f))
    }

    final override func exists(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> Bool {
        try truth(e, f) != .unknown
    }

    final override func single(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathValue? {
        let truth = try truth(e, f)
        return truth == .unknown ? nil : .boolean(truth == .yes)
    }
}

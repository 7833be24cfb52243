/// `a | b | …`: all values, equal ones once.
final class FHIRPathUnion: FHIRPathOperation {
    let branches: [FHIRPathOperation]

    init(_ branches: [FHIRPathOperation]) { self.branches = branches }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        for branch in branches { try branch.run(e, f) }
        try e.keepDistinct(from: base)
    }

    override func exists(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Bool {
        for branch in branches where try branch.exists(e, f) { return true }
        return false
    }

    override var name: String { "|" }
}

extension FHIRPathEvaluator {
    /// Drops values from a position on that equal an earlier one.
    func keepDistinct(from base: Int) throws(FHIRPathError) {
        guard count - base > 1 else { return }
        var seen = FHIRPathDistinct()
        var kept = base
        for position in base..<count where try seen.insert(stack[position], self) {
            stack[kept] = stack[position]
            kept += 1
        }
        pop(to: kept)
    }
}

/// `select(projection)`
final class FHIRPathSelect: FHIRPathOperation {
    let input: FHIRPathOperation
    let projection: FHIRPathOperation

    init(_ input: FHIRPathOperation, _ projection: FHIRPathOperation) {
        self.input = input
        self.projection = projection
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        try input.run(e, f)
        let end = e.count
        for position in base..<end {
            try projection.run(
                e, FHIRPathFrame(this: e.stack[position], index: position - base, total: f.total))
        }
        e.remove(from: base, to: end)
    }

    override var name: String { "select()" }
}

/// `children()`
final class FHIRPathChildren: FHIRPathOperation {
    let input: FHIRPathOperation

    init(_ input: FHIRPathOperation) { self.input = input }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        try input.run(e, f)
        let end = e.count
        for position in base..<end { try e.pushChildren(of: e.stack[position]) }
        e.remove(from: base, to: end)
    }

    override func count(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Int {
        guard input is FHIRPathThis else { return try super.count(e, f) }
        var count = 0
        _ = try e.allChildren(of: f.this) { _ throws(FHIRPathError) in
            count += 1
            return true
        }
        return count
    }
}

/// `descendants()`: the children, their children, and so on.
final class FHIRPathDescendants: FHIRPathOperation {
    let input: FHIRPathOperation

    init(_ input: FHIRPathOperation) { self.input = input }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        try input.run(e, f)
        let end = e.count
        var position = base
        while position < e.count {
            try e.pushChildren(of: e.stack[position])
            position += 1
        }
        e.remove(from: base, to: end)
    }

    override func exists(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Bool {
        let base = e.count
        try input.run(e, f)
        let end = e.count
        defer { e.pop(to: base) }
        for position in base..<end {
            if try !e.allChildren(of: e.stack[position], { _ throws(FHIRPathError) in false }) { return true }
        }
        return false
    }
}

/// `extension(url)`
final class FHIRPathExtensions: FHIRPathOperation {
    let path: FHIRPathOperation
    let url: FHIRPathOperation

    init(_ path: FHIRPathOperation, _ url: FHIRPathOperation) {
        self.path = path
        self.url = url
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        guard let wanted = try url.single(e, f), let text = e.stringText(wanted) else { return }
        let base = e.count
        try path.run(e, f)
        var kept = base
        for position in base..<e.count {
            let value = e.stack[position]
            guard value.index >= 0, let json = e.node(value).json else { continue }
            try e.spend(1 + json.count / 16)
            guard let url = json["url"], url.withUTF8({ $0.elementsEqual(text) }) == true
            else { continue }
            e.stack[kept] = value
            kept += 1
        }
        e.pop(to: kept)
    }
}

/// `hasValue()`: one primitive that has a value, not extensions alone (R4 fhirpath.html).
final class FHIRPathHasValue: FHIRPathCondition {
    let input: FHIRPathOperation

    init(_ input: FHIRPathOperation) { self.input = input }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        let base = e.count
        try input.run(e, f)
        defer { e.pop(to: base) }
        guard e.count == base + 1 else { return .no }
        let value = e.stack[base]
        return FHIRPathTruth(value.kind == .node ? value.index >= 0 && e.isPrimitive(value.type) : value.kind != .type)
    }
}

/// `iif(criterion, whenTrue, otherwise)`; only the branch that is taken is evaluated.
final class FHIRPathConditional: FHIRPathOperation {
    /// nil: it stands at the head of a path.
    let input: FHIRPathOperation?
    let criterion: FHIRPathOperation
    let whenTrue: FHIRPathOperation
    let otherwise: FHIRPathOperation
    let isStrict: Bool

    init(
        _ input: FHIRPathOperation?, _ criterion: FHIRPathOperation, _ whenTrue: FHIRPathOperation,
        _ otherwise: FHIRPathOperation, isStrict: Bool
    ) {
        self.input = input
        self.criterion = criterion
        self.whenTrue = whenTrue
        self.otherwise = otherwise
        self.isStrict = isStrict
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        guard let input else { return try choose(e, f) }
        guard let item = try item(of: input, e, f) else { return try choose(e, f) }
        try choose(e, FHIRPathFrame(this: item, index: 0, total: f.total))
    }

    /// The input's one item. The specification's own rules ask iif() about lists; there each argument sees the first.
    private func item(
        of input: FHIRPathOperation, _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathValue? {
        if isStrict { return try input.single(e, f) }
        let base = e.count
        try input.run(e, f)
        defer { e.pop(to: base) }
        return e.count > base ? e.stack[base] : nil
    }

    private func choose(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        try (criterion.truth(e, f) == .yes ? whenTrue : otherwise).run(e, f)
    }

    override var name: String { "iif()" }
}

/// Names one after another: `name.given`, from the focus or from what another operation gives.
final class FHIRPathPath: FHIRPathOperation {
    /// nil: from `$this`.
    let input: FHIRPathOperation?
    let steps: [FHIRPathName]

    init(_ input: FHIRPathOperation?, _ steps: [FHIRPathName]) {
        self.input = input
        self.steps = steps
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        guard let input else {
            _ = try walk(e, f.this) { value throws(FHIRPathError) in
                try e.push(value)
                return true
            }
            return
        }
        let base = e.count
        try input.run(e, f)
        let end = e.count
        var position = base
        while position < end {
            _ = try walk(e, e.stack[position]) { value throws(FHIRPathError) in
                try e.push(value)
                return true
            }
            position += 1
        }
        e.remove(from: base, to: end)
    }

    override func exists(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Bool {
        try !each(e, f) { _ throws(FHIRPathError) in false }
    }

    override func count(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> Int {
        var count = 0
        _ = try each(e, f) { _ throws(FHIRPathError) in
            count += 1
            return true
        }
        return count
    }

    override func single(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathValue? {
        var found: FHIRPathValue?
        let isOne = try each(e, f) { value throws(FHIRPathError) in
            if found != nil { return false }
            found = value
            return true
        }
        if !isOne { throw .notSingle(name) }
        return found
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        try single(e, f).map { e.truth($0) } ?? .unknown
    }

    /// Calls `body` with each value until it answers false; answers false if it did.
    private func each(
        _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame,
        _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        guard let input else { return try walk(e, f.this, body) }
        let base = e.count
        try input.run(e, f)
        let end = e.count
        defer { e.pop(to: base) }
        var position = base
        while position < end {
            if try !walk(e, e.stack[position], body) { return false }
            position += 1
        }
        return true
    }

    private func walk(
        _ e: FHIRPathEvaluator, _ start: FHIRPathValue,
        _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        try steps.withUnsafeBufferPointer { steps throws(FHIRPathError) in
            try Self.walk(e, start, steps, 0, body)
        }
    }

    private static func walk(
        _ e: FHIRPathEvaluator, _ value: FHIRPathValue, _ steps: UnsafeBufferPointer<FHIRPathName>, _ position: Int,
        _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        let isLast = position + 1 == steps.count
        return try e.children(of: value, steps[position]) { child throws(FHIRPathError) in
            isLast ? try body(child) : try walk(e, child, steps, position + 1, body)
        }
    }

    override var name: String { steps.last.map { String(decoding: $0.name, as: UTF8.self) } ?? "a path" }
}

/// `input[position]`
final class FHIRPathIndexer: FHIRPathOperation {
    let input: FHIRPathOperation
    let position: FHIRPathOperation

    init(_ input: FHIRPathOperation, _ position: FHIRPathOperation) {
        self.input = input
        self.position = position
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        guard let value = try position.single(e, f) else { return }
        guard let wanted = e.system(value), wanted.kind == .integer else { throw .invalidOperands("an indexer") }
        let base = e.count
        try input.run(e, f)
        let found = wanted.int >= 0 && wanted.int < e.count - base ? e.stack[base + wanted.int] : nil
        e.pop(to: base)
        if let found { try e.push(found) }
    }
}

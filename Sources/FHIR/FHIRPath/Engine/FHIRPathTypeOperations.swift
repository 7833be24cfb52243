/// `x is T`, `is(T)`
final class FHIRPathIs: FHIRPathCondition {
    let input: FHIRPathOperation
    let type: FHIRPathTypeTest
    /// Whether several items are an error, rather than all being tested.
    let isStrict: Bool
    /// The references, where the input is `resolve()`: what is not found is judged by what the reference says of itself.
    let references: FHIRPathOperation?

    init(_ input: FHIRPathOperation, _ type: FHIRPathTypeTest, isStrict: Bool, references: FHIRPathOperation?) {
        self.input = input
        self.type = type
        self.isStrict = isStrict
        self.references = references
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        let base = e.count
        defer { e.pop(to: base) }
        if let references { return try truth(of: references, e, f) }
        try input.run(e, f)
        if isStrict, e.count - base > 1 { throw .notSingle("is") }
        guard e.count > base else { return .unknown }
        for position in base..<e.count where type.accepts(e.stack[position]) { return .yes }
        return .no
    }

    private func truth(
        of references: FHIRPathOperation, _ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame
    ) throws(FHIRPathError) -> FHIRPathTruth {
        let base = e.count
        try references.run(e, f)
        guard e.count > base else { return .unknown }
        for position in base..<e.count {
            let reference = e.stack[position]
            if let found = try e.resolve(reference) {
                if type.accepts(found) { return .yes }
            } else if case .fhir(let type) = type, let resource = type.resourceType, reference.kind == .node,
                let json = e.node(reference).json, ReferenceTarget.is(resource, json)
            {
                return .yes
            }
        }
        return .no
    }
}

/// `x as T`, `as(T)`, `ofType(T)`
final class FHIRPathAs: FHIRPathOperation {
    let input: FHIRPathOperation
    let type: FHIRPathTypeTest
    /// Whether several items are an error: strictly, `as` casts one.
    let isSingle: Bool

    init(_ input: FHIRPathOperation, _ type: FHIRPathTypeTest, isSingle: Bool) {
        self.input = input
        self.type = type
        self.isSingle = isSingle
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        try input.run(e, f)
        if isSingle, e.count - base > 1 { throw .notSingle("as") }
        var kept = base
        for position in base..<e.count where type.acceptsExactly(e.stack[position]) {
            e.stack[kept] = e.stack[position]
            kept += 1
        }
        e.pop(to: kept)
    }

    override var name: String { "as" }
}

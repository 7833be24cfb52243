import CFacts

/// Evaluates expressions, many of them one after another, with memory that is kept between them.
///
/// Not for use by several threads at once; make one for each. Every call has the whole budget of steps.
public final class FHIRPathEvaluator {
    /// A document that values point into.
    struct Source {
        let tape: UnsafePointer<JSONTapeEntry>
        let bytes: UnsafePointer<UInt8>
    }

    public var environment: FHIRPathEnvironment
    private(set) var documents: [JSONDocument] = []
    private(set) var sources: UnsafeMutablePointer<Source>
    private var sourceCapacity = 4
    /// Values of all collections that are being worked on, the innermost last.
    private(set) var stack: UnsafeMutablePointer<FHIRPathValue>
    private(set) var count = 0
    private var capacity = 256
    private(set) var steps = 0
    var arena = FHIRPathArena()
    /// What evaluation began with.
    private(set) var focus = FHIRPathValue(kind: .boolean)
    /// Compiled patterns of `matches()` whose text is not a literal.
    var patterns: [String: FHIRPathPattern] = [:]
    var bundleIndex = FHIRPathBundleIndex()
    let facts = R4.table.facts

    public init(_ environment: FHIRPathEnvironment = .default) {
        self.environment = environment
        steps = environment.maximumSteps
        sources = .allocate(capacity: sourceCapacity)
        stack = .allocate(capacity: capacity)
    }

    deinit {
        sources.deallocate()
        stack.deallocate()
    }

    // MARK: - Entry

    /// See ``FHIRPath/evaluate(_:in:)``.
    public func evaluate(_ path: FHIRPath, _ focus: FHIRPathNode) throws(FHIRPathError) -> [FHIRPathItem] {
        let frame = begin(focus)
        try path.root.run(self, frame)
        return (0..<count).map { item(stack[$0]) }
    }

    /// See ``FHIRPath/holds(_:in:)``.
    public func holds(_ path: FHIRPath, _ focus: FHIRPathNode) throws(FHIRPathError) -> Bool? {
        let frame = begin(focus)
        switch try path.root.truth(self, frame) {
        case .no: return false
        case .yes: return true
        case .unknown: return nil
        }
    }

    private func begin(_ focus: FHIRPathNode) -> FHIRPathFrame {
        count = 0
        steps = environment.maximumSteps
        arena.reset()
        if documents.count > 32 || documents.first.map({ $0 !== focus.document }) ?? false {
            documents.removeAll(keepingCapacity: true)
            bundleIndex = FHIRPathBundleIndex()
        }
        self.focus = value(focus)
        return FHIRPathFrame(this: self.focus)
    }

    // MARK: - Steps

    /// What the last evaluation left of its budget; below 0 if it was not enough.
    public var stepsLeft: Int { steps }

    /// Takes steps from the budget.
    @inline(__always)
    func spend(_ number: Int = 1) throws(FHIRPathError) {
        steps &-= number
        if steps < 0 { throw .tooManySteps }
    }

    /// Takes steps from the budget where nothing can be thrown; the next ``spend(_:)`` throws.
    @inline(__always)
    func charge(_ number: Int) { steps &-= number }

    // MARK: - The stack

    @inline(__always)
    func push(_ value: FHIRPathValue) throws(FHIRPathError) {
        try spend()
        if count == capacity { grow() }
        stack[count] = value
        count &+= 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<FHIRPathValue>.allocate(capacity: capacity * 2)
        larger.update(from: stack, count: count)
        stack.deallocate()
        stack = larger
        capacity *= 2
    }

    /// Forgets all values from a position on.
    @inline(__always)
    func pop(to position: Int) { count = position }

    /// Forgets the values between two positions; those behind move down.
    @inline(__always)
    func remove(from start: Int, to end: Int) {
        let moved = count - end
        if moved > 0, end > start { (stack + start).update(from: stack + end, count: moved) }
        count = start + moved
    }

    func reverse(from start: Int) {
        var part = UnsafeMutableBufferPointer(start: stack + start, count: count - start)
        part.reverse()
    }

    // MARK: - Documents

    /// The number by which values name a document.
    func number(of document: JSONDocument) -> UInt16 {
        for (number, known) in documents.enumerated() where known === document { return UInt16(number) }
        // Values can name 65,535 documents; the budget ends evaluations long before.
        if documents.count == sourceCapacity {
            let larger = UnsafeMutablePointer<Source>.allocate(capacity: sourceCapacity * 2)
            larger.update(from: sources, count: documents.count)
            sources.deallocate()
            sources = larger
            sourceCapacity *= 2
        }
        // The bytes of a document never change or move while it lives, and `documents` keeps it alive.
        let bytes = document.bytes.withUnsafeBufferPointer { $0.baseAddress }
        sources[documents.count] = Source(tape: document.tape, bytes: bytes ?? UnsafePointer(arenaByte))
        documents.append(document)
        return UInt16(clamping: documents.count - 1)
    }

    private var arenaByte: UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(stack).assumingMemoryBound(to: UInt8.self)
    }

    func value(_ node: FHIRPathNode) -> FHIRPathValue {
        FHIRPathValue(
            kind: .node, type: node.typeNumber, element: node.elementNumber, document: number(of: node.document),
            index: node.index, companion: node.companionIndex)
    }

    func node(_ value: FHIRPathValue) -> FHIRPathNode {
        FHIRPathNode(
            document: documents[Int(value.document)], index: value.index, companion: value.companion,
            type: value.type, element: value.element)
    }

    @inline(__always)
    func entry(_ value: FHIRPathValue) -> JSONTapeEntry {
        sources[Int(value.document)].tape[Int(value.index)]
    }

    @inline(__always)
    func isPrimitive(_ type: UInt16) -> Bool {
        facts.types[Int(type)].kind == TypeFact.Kind.primitive.rawValue
    }
}

/// What `$this`, `$index` and `$total` stand for.
struct FHIRPathFrame {
    var this: FHIRPathValue
    var index = 0
    /// Where on the stack the values of `$total` are.
    var total = 0..<0
}

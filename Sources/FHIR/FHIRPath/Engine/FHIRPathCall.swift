/// A function at work: its input lies on the stack, and what it pushes becomes its result.
struct FHIRPathCall {
    let e: FHIRPathEvaluator
    let frame: FHIRPathFrame
    /// Where the input begins and ends.
    let base: Int
    let end: Int
    let arguments: [FHIRPathOperation]
    let name: String
    let dialect: FHIRPath.Dialect

    var inputCount: Int { end - base }

    /// The input's one item; nil if it is empty.
    func input() throws(FHIRPathError) -> FHIRPathValue? {
        switch inputCount {
        case 0: return nil
        case 1: return e.stack[base]
        default: throw .notSingle("\(name)()")
        }
    }

    /// The System value of the input's one item; nil if it is empty or a primitive without a value.
    func systemInput() throws(FHIRPathError) -> FHIRPathValue? {
        guard let value = try input() else { return nil }
        if let system = e.system(value) { return system }
        if e.isValueless(value) { return nil }
        throw .invalidOperands("\(name)()")
    }

    /// The input as text; an error if it is something else.
    func stringInput() throws(FHIRPathError) -> UnsafeBufferPointer<UInt8>? {
        guard let value = try systemInput() else { return nil }
        guard value.kind == .string else { throw .invalidOperands("\(name)()") }
        return value.text
    }

    /// An argument's one System value; nil if it is not given or empty.
    func argument(_ position: Int) throws(FHIRPathError) -> FHIRPathValue? {
        guard position < arguments.count, let value = try arguments[position].single(e, frame) else { return nil }
        return e.system(value)
    }

    func stringArgument(_ position: Int) throws(FHIRPathError) -> UnsafeBufferPointer<UInt8>? {
        guard let value = try argument(position) else { return nil }
        guard value.kind == .string else { throw .invalidArguments(name) }
        return value.text
    }

    func integerArgument(_ position: Int) throws(FHIRPathError) -> Int? {
        guard let value = try argument(position) else { return nil }
        guard value.kind == .integer else { throw .invalidArguments(name) }
        return value.int
    }

    /// Microseconds since 1970 UTC; an error where there is no clock.
    func now() throws(FHIRPathError) -> Int64 {
        guard let now = e.environment.now else { throw .noClock }
        return now
    }

    func push(_ value: FHIRPathValue?) throws(FHIRPathError) {
        if let value { try e.push(value) }
    }

    func push(_ value: Bool) throws(FHIRPathError) { try e.push(.boolean(value)) }

    /// The frame in which a criterion or projection sees an item of the input.
    func frame(_ position: Int) -> FHIRPathFrame {
        FHIRPathFrame(this: e.stack[position], index: position - base, total: frame.total)
    }
}

/// A function of FHIRPath: how many arguments it takes and what it does.
struct FHIRPathFunction: Sendable {
    typealias Body = @Sendable (borrowing FHIRPathCall) throws(FHIRPathError) -> Void

    let arity: ClosedRange<Int>
    /// Whether arguments are evaluated for each item of the input, `$this` being the item.
    let isLambda: Bool
    let body: Body

    init(_ arity: ClosedRange<Int>, lambda isLambda: Bool = false, _ body: @escaping Body) {
        self.arity = arity
        self.isLambda = isLambda
        self.body = body
    }
}

/// The call of a function from the tables.
final class FHIRPathFunctionCall: FHIRPathOperation {
    let function: FHIRPathFunction
    let input: FHIRPathOperation
    let arguments: [FHIRPathOperation]
    let functionName: String
    let dialect: FHIRPath.Dialect

    init(
        _ function: FHIRPathFunction, named name: String, _ input: FHIRPathOperation, _ arguments: [FHIRPathOperation],
        _ dialect: FHIRPath.Dialect
    ) {
        self.function = function
        self.input = input
        self.arguments = arguments
        self.dialect = dialect
        functionName = name
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        try input.run(e, f)
        let end = e.count
        let call = FHIRPathCall(
            e: e, frame: copy f, base: base, end: end, arguments: arguments, name: functionName, dialect: dialect)
        try function.body(call)
        e.remove(from: base, to: end)
    }

    override var name: String { "\(functionName)()" }
}

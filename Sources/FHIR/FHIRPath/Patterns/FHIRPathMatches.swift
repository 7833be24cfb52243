/// `matches(pattern)` and `matchesFull(pattern)`; a literal pattern is read when the expression is compiled.
final class FHIRPathMatches: FHIRPathCondition {
    let input: FHIRPathOperation
    let argument: FHIRPathOperation
    let pattern: FHIRPathPattern?
    let isWhole: Bool

    init(_ input: FHIRPathOperation, _ argument: FHIRPathOperation, isWhole: Bool) throws(FHIRPathError) {
        self.input = input
        self.argument = argument
        self.isWhole = isWhole
        if let constant = argument as? FHIRPathConstant, constant.value.kind == .string {
            pattern = try FHIRPathPattern(constant.value.text)
        } else {
            pattern = nil
        }
    }

    override func truth(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) -> FHIRPathTruth {
        guard let value = try input.single(e, f) else { return .unknown }
        guard let text = e.stringText(value) else {
            if e.isValueless(value) { return .unknown }
            throw .invalidOperands("matches()")
        }
        let compiled: FHIRPathPattern
        if let pattern {
            compiled = pattern
        } else {
            guard let wanted = try argument.single(e, f), let source = e.stringText(wanted) else { return .unknown }
            compiled = try e.pattern(source)
        }
        var matcher = FHIRPathMatcher(compiled, text, captures: false)
        return FHIRPathTruth(try matcher.isFound(whole: isWhole, e))
    }

    override var name: String { "matches()" }
}

extension FHIRPathEvaluator {
    /// A pattern that is not known before; the last ones are kept.
    func pattern(_ source: UnsafeBufferPointer<UInt8>) throws(FHIRPathError) -> FHIRPathPattern {
        let text = String(decoding: source, as: UTF8.self)
        if let known = patterns[text] { return known }
        try spend(100 + source.count)
        let pattern = try FHIRPathPattern(source)
        try spend(pattern.program.count / 4)
        if patterns.count >= 32 { patterns.removeAll() }
        patterns[text] = pattern
        return pattern
    }
}

extension FHIRPathFunctions {
    /// FHIRPath N1 §5.1.
    static let existence: [String: FHIRPathFunction] = [
        "allTrue": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try call.push(quantified(call, .no) == false)
        },
        "anyTrue": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try call.push(quantified(call, .yes)) },
        "allFalse": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            try call.push(quantified(call, .yes) == false)
        },
        "anyFalse": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try call.push(quantified(call, .no)) },
        "subsetOf": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            let middle = call.e.count
            try call.arguments[0].run(call.e, call.frame)
            let isPart = try isSubset(call.base..<call.end, of: middle..<call.e.count, call.e)
            call.e.pop(to: middle)
            try call.push(isPart)
        },
        "supersetOf": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            let middle = call.e.count
            try call.arguments[0].run(call.e, call.frame)
            let isPart = try isSubset(middle..<call.e.count, of: call.base..<call.end, call.e)
            call.e.pop(to: middle)
            try call.push(isPart)
        },
        "isDistinct": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            var seen = FHIRPathDistinct()
            for position in call.base..<call.end where try !seen.insert(call.e.stack[position], call.e) {
                return try call.push(false)
            }
            try call.push(true)
        },
        "distinct": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            for position in call.base..<call.end { try call.push(call.e.stack[position]) }
            try call.e.keepDistinct(from: call.end)
        },
    ]

    /// Whether any item of the input is the boolean; items of other types are errors.
    private static func quantified(
        _ call: borrowing FHIRPathCall, _ wanted: FHIRPathTruth
    ) throws(FHIRPathError) -> Bool {
        var isFound = false
        for position in call.base..<call.end {
            guard let value = call.e.system(call.e.stack[position]) else { continue }
            guard value.kind == .boolean else { throw .invalidOperands("\(call.name)()") }
            if FHIRPathTruth(value.bool) == wanted { isFound = true }
        }
        return isFound
    }

    private static func isSubset(
        _ part: Range<Int>, of whole: Range<Int>, _ e: FHIRPathEvaluator
    ) throws(FHIRPathError) -> Bool {
        var set = FHIRPathDistinct()
        for position in whole { _ = try set.insert(e.stack[position], e) }
        for position in part where try !set.contains(e.stack[position], e) { return false }
        return true
    }
}

extension FHIRPathFunctions {
    /// FHIRPath N1 §5.3.
    static let subsetting: [String: FHIRPathFunction] = [
        "single": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try call.push(try call.input()) },
        "first": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            if call.inputCount > 0 { try call.push(call.e.stack[call.base]) }
        },
        "last": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            if call.inputCount > 0 { try call.push(call.e.stack[call.end - 1]) }
        },
        "tail": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try slice(call, 1, Int.max) },
        "skip": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let number = try call.integerArgument(0) else { return }
            try slice(call, number, Int.max)
        },
        "take": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let number = try call.integerArgument(0) else { return }
            try slice(call, 0, number)
        },
        "intersect": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            let set = try argumentSet(call)
            for position in call.base..<call.end where try set.contains(call.e.stack[position], call.e) {
                try call.push(call.e.stack[position])
            }
            try call.e.keepDistinct(from: call.end)
        },
        "exclude": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            let set = try argumentSet(call)
            for position in call.base..<call.end where try !set.contains(call.e.stack[position], call.e) {
                try call.push(call.e.stack[position])
            }
        },
    ]

    /// FHIRPath N1 §5.4.
    static let combining: [String: FHIRPathFunction] = [
        "union": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            for position in call.base..<call.end { try call.push(call.e.stack[position]) }
            try call.arguments[0].run(call.e, call.frame)
            try call.e.keepDistinct(from: call.end)
        },
        "combine": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            for position in call.base..<call.end { try call.push(call.e.stack[position]) }
            try call.arguments[0].run(call.e, call.frame)
        },
    ]

    private static func slice(
        _ call: borrowing FHIRPathCall, _ skipped: Int, _ taken: Int
    ) throws(FHIRPathError) {
        let start = min(call.end, call.base + max(0, min(skipped, call.inputCount)))
        let end = start + max(0, min(taken, call.end - start))
        for position in start..<end { try call.push(call.e.stack[position]) }
    }

    /// The values of the first argument as a set; the stack is as it was.
    private static func argumentSet(_ call: borrowing FHIRPathCall) throws(FHIRPathError) -> FHIRPathDistinct {
        let base = call.e.count
        try call.arguments[0].run(call.e, call.frame)
        var set = FHIRPathDistinct()
        for position in base..<call.e.count { _ = try set.insert(call.e.stack[position], call.e) }
        call.e.pop(to: base)
        return set
    }
}

extension FHIRPathFunctions {
    /// Navigation, aggregates, the clock, types (FHIRPath N1 §5.2, §5.9, §6.3, §7).
    static let utility: [String: FHIRPathFunction] = [
        "repeat": FHIRPathFunction(1...1, lambda: true) { call throws(FHIRPathError) in
            var seen = FHIRPathDistinct()
            var next = call.base
            // The input is gone through first, then what was found, which lies behind it.
            while next < call.e.count {
                let found = call.e.count
                try call.arguments[0].run(call.e, call.frame(next))
                var kept = found
                for position in found..<call.e.count where try seen.insert(call.e.stack[position], call.e) {
                    call.e.stack[kept] = call.e.stack[position]
                    kept += 1
                }
                call.e.pop(to: kept)
                next += 1
            }
        },
        "aggregate": FHIRPathFunction(1...2, lambda: true) { call throws(FHIRPathError) in
            let total = call.end
            if call.arguments.count > 1 { try call.arguments[1].run(call.e, call.frame) }
            for position in call.base..<call.end {
                let end = call.e.count
                var frame = call.frame(position)
                frame.total = total..<end
                try call.arguments[0].run(call.e, frame)
                call.e.remove(from: total, to: end)
            }
        },
        "trace": FHIRPathFunction(1...2) { call throws(FHIRPathError) in
            let name = try call.stringArgument(0)
            if call.e.environment.isTracing {
                let seen = call.e.count
                if call.arguments.count > 1 {
                    for position in call.base..<call.end { try call.arguments[1].run(call.e, call.frame(position)) }
                }
                let range = call.arguments.count > 1 ? seen..<call.e.count : call.base..<call.end
                let items = range.map { call.e.item(call.e.stack[$0]) }
                call.e.environment.trace(name.map { String(decoding: $0, as: UTF8.self) } ?? "", items)
                call.e.pop(to: seen)
            }
            for position in call.base..<call.end { try call.push(call.e.stack[position]) }
        },
        "now": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            let now = try call.now()
            try call.push(
                FHIRPathTemporal(
                    form: .dateTime, precision: .fraction, local: now / 1_000 * 1_000, offset: 0, digits: 3
                ).value)
        },
        "today": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            let midnight = FHIRPathTemporal.truncated(try call.now(), to: .day)
            try call.push(FHIRPathTemporal(form: .date, precision: .day, local: midnight).value)
        },
        "timeOfDay": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            let now = try call.now()
            let clock = (now - FHIRPathTemporal.truncated(now, to: .day)) / 1_000 * 1_000
            try call.push(FHIRPathTemporal(form: .time, precision: .fraction, local: clock, digits: 3).value)
        },
        "type": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            for position in call.base..<call.end { try call.push(call.e.type(of: call.e.stack[position])) }
        },
    ]
}

/// `sort()`, by the items themselves or by keys; a `-` before a key sorts the other way (FHIRPath 3 §5.3).
final class FHIRPathSort: FHIRPathOperation {
    let input: FHIRPathOperation
    let keys: [(operation: FHIRPathOperation, isDescending: Bool)]

    init(_ input: FHIRPathOperation, _ keys: [(operation: FHIRPathOperation, isDescending: Bool)]) {
        self.input = input
        self.keys = keys
    }

    override func run(_ e: FHIRPathEvaluator, _ f: borrowing FHIRPathFrame) throws(FHIRPathError) {
        let base = e.count
        try input.run(e, f)
        var rows: [(value: FHIRPathValue, keys: [FHIRPathValue?])] = []
        for position in base..<e.count {
            let value = e.stack[position]
            let frame = FHIRPathFrame(this: value, index: position - base, total: f.total)
            var row: [FHIRPathValue?] = keys.isEmpty ? [e.system(value)] : []
            for key in keys { row.append(try key.operation.single(e, frame).flatMap { e.system($0) }) }
            rows.append((value, row))
        }
        let sorted = try merged(rows[...], e)
        e.pop(to: base)
        for row in sorted { try e.push(row.value) }
    }

    private typealias Row = (value: FHIRPathValue, keys: [FHIRPathValue?])

    /// Merge sort, which is stable and whose comparisons may throw.
    private func merged(_ rows: ArraySlice<Row>, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> [Row] {
        guard rows.count > 1 else { return Array(rows) }
        let middle = rows.startIndex + rows.count / 2
        let left = try merged(rows[..<middle], e)
        let right = try merged(rows[middle...], e)
        var output: [Row] = []
        output.reserveCapacity(rows.count)
        var (one, other) = (0, 0)
        while one < left.count, other < right.count {
            if try isBefore(right[other], left[one], e) {
                output.append(right[other])
                other += 1
            } else {
                output.append(left[one])
                one += 1
            }
        }
        return output + left[one...] + right[other...]
    }

    private func isBefore(_ row: Row, _ other: Row, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> Bool {
        try e.spend()
        for (position, key) in row.keys.enumerated() {
            let isDescending = position < keys.count && keys[position].isDescending
            // Nothing sorts first, whichever way the rest goes.
            guard let mine = key, let theirs = other.keys[position] else {
                if (key == nil) == (other.keys[position] == nil) { continue }
                return key == nil
            }
            guard let order = try e.order(of: mine, to: theirs) else { throw .invalidOperands("sort()") }
            if order == .before { return !isDescending }
            if order == .after { return isDescending }
        }
        return false
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension FHIRPathFunctions {
    /// FHIRPath N1 §5.7. Roots, powers and logarithms are computed in binary floating point; all else is exact.
    static let math: [String: FHIRPathFunction] = [
        "abs": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let value = try call.systemInput() else { return }
            switch value.kind {
            case .integer: try call.push(value.int == Int.min ? nil : .integer(abs(value.int)))
            case .decimal: try call.push(.decimal(value.number.isNegative ? value.number.negated : value.number))
            case .quantity:
                let number = value.number.isNegative ? value.number.negated : value.number
                try call.push(.quantity(number, unit: value.unit, isCalendar: value.isCalendar))
            default: throw .invalidOperands("abs()")
            }
        },
        "ceiling": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try whole(call, .up) },
        "floor": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try whole(call, .down) },
        "truncate": FHIRPathFunction(0...0) { call throws(FHIRPathError) in try whole(call, .towardZero) },
        "round": FHIRPathFunction(0...1) { call throws(FHIRPathError) in
            guard let value = try number(call) else { return }
            let places = call.arguments.isEmpty ? 0 : try call.integerArgument(0) ?? 0
            guard places >= 0 else { throw .invalidArguments("round") }
            let rounded = value.rounded(to: UInt8(clamping: places))
            try call.push(places == 0 ? rounded.whole.map { .integer($0) } : .decimal(rounded))
        },
        "sqrt": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let value = try number(call), !value.isNegative else { return }
            try call.push(FHIRPathDecimal(value.double.squareRoot()).map { .decimal($0) })
        },
        "exp": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let value = try number(call) else { return }
            try call.push(FHIRPathDecimal(exp(value.double)).map { .decimal($0) })
        },
        "ln": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let value = try number(call), !value.isNegative, !value.isZero else { return }
            try call.push(FHIRPathDecimal(log(value.double)).map { .decimal($0) })
        },
        "log": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let value = try number(call), let argument = try call.argument(0) else { return }
            guard let base = argument.asDecimal else { throw .invalidArguments("log") }
            guard !value.isNegative, !value.isZero, !base.isNegative, !base.isZero, base != FHIRPathDecimal(1) else {
                return
            }
            let result =
                base == FHIRPathDecimal(2)
                ? log2(value.double)
                : base == FHIRPathDecimal(10) ? log10(value.double) : log(value.double) / log(base.double)
            try call.push(FHIRPathDecimal(result).map { .decimal($0) })
        },
        "power": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let value = try call.systemInput(), let exponent = try call.argument(0) else { return }
            guard value.isNumber, exponent.isNumber else { throw .invalidOperands("power()") }
            try call.push(power(value, exponent))
        },
    ]

    private static func number(_ call: borrowing FHIRPathCall) throws(FHIRPathError) -> FHIRPathDecimal? {
        guard let value = try call.systemInput() else { return nil }
        guard let number = value.asDecimal else { throw .invalidOperands("\(call.name)()") }
        return number
    }

    private static func whole(
        _ call: borrowing FHIRPathCall, _ direction: FHIRPathDecimal.Direction
    ) throws(FHIRPathError) {
        guard let value = try number(call) else { return }
        try call.push(value.cut(to: 0, direction).whole.map { .integer($0) })
    }

    /// Exact for small whole exponents.
    private static func power(_ value: FHIRPathValue, _ exponent: FHIRPathValue) -> FHIRPathValue? {
        guard let base = value.asDecimal, let power = exponent.asDecimal else { return nil }
        if let times = power.whole, 0...200 ~= times {
            var result: FHIRPathDecimal? = FHIRPathDecimal(1)
            for _ in 0..<times { result = result?.multiplied(by: base) }
            guard let result else { return nil }
            if value.kind == .integer, exponent.kind == .integer { return result.whole.map { .integer($0) } }
            return .decimal(result)
        }
        return FHIRPathDecimal(pow(base.double, power.double)).map { .decimal($0) }
    }
}

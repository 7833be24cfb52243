extension FHIRPathFunctions {
    /// Boundaries and precision (FHIRPath 2.1 §5.7): what a value may be at least and at most, given how exactly it was
    /// written.
    static let boundaries: [String: FHIRPathFunction] = [
        "lowBoundary": FHIRPathFunction(0...1) { call throws(FHIRPathError) in try boundary(call, isHigh: false) },
        "highBoundary": FHIRPathFunction(0...1) { call throws(FHIRPathError) in try boundary(call, isHigh: true) },
        "precision": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let value = try call.systemInput() else { return }
            switch value.kind {
            case .integer: try call.push(.integer(0))
            case .decimal: try call.push(.integer(Int(value.flag)))
            case .date, .dateTime, .time: try call.push(.integer(FHIRPathTemporal(value).digitCount))
            default: throw .invalidOperands("precision()")
            }
        },
        "comparable": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let value = try call.systemInput(), let other = try call.argument(0) else { return }
            guard value.kind == .quantity, other.kind == .quantity else { throw .invalidOperands("comparable()") }
            try call.push(FHIRPathQuantity.areComparable(value, other))
        },
    ]

    private static func boundary(_ call: borrowing FHIRPathCall, isHigh: Bool) throws(FHIRPathError) {
        guard let value = try call.systemInput() else { return }
        let wanted = call.arguments.isEmpty ? nil : try call.integerArgument(0)
        switch value.kind {
        case .integer, .decimal:
            guard let number = value.asDecimal else { return }
            try call.push(boundary(number, wanted, isHigh).map { .decimal($0) })
        case .quantity:
            try call.push(
                boundary(value.number, wanted, isHigh).map {
                    .quantity($0, unit: value.unit, isCalendar: value.isCalendar)
                })
        case .date, .dateTime, .time:
            try call.push(FHIRPathTemporal(value).boundary(wanted, isHigh: isHigh)?.value)
        default: throw .invalidOperands("\(call.name)()")
        }
    }

    /// Half a unit of the last place down or up, then down or up to the places wanted.
    private static func boundary(_ value: FHIRPathDecimal, _ wanted: Int?, _ isHigh: Bool) -> FHIRPathDecimal? {
        let places = wanted ?? 8
        // 28 digits behind the point are what FHIRPath's decimals hold at most.
        guard 0...28 ~= places, let wide = value.widened(to: value.places + 1) else { return nil }
        let half = FHIRPathDecimal(mantissa: isHigh ? 5 : -5, places: wide.places)
        guard let moved = wide.adding(half) else { return nil }
        return moved.cut(to: UInt8(places), isHigh ? .up : .down).widened(to: UInt8(places))
    }
}

extension FHIRPathTemporal {
    /// How many digits it has when written without zone: 4 for a year, 17 for milliseconds; of a time 2 to 9.
    var digitCount: Int {
        let date = [4, 6, 8, 10, 12, 14, 17][Int(precision.rawValue)]
        return form == .time ? date - 8 : date
    }

    /// The first or last moment that it may mean, with so many digits; nil if there is no such precision.
    func boundary(_ digits: Int?, isHigh: Bool) -> FHIRPathTemporal? {
        let most = form == .date ? 8 : form == .time ? 9 : 17
        guard 0...most ~= digits ?? most else { return nil }
        let wanted = (digits ?? most) + (form == .time ? 8 : 0)
        guard let position = [4, 6, 8, 10, 12, 14, 17].firstIndex(of: wanted),
            let precision = Precision(rawValue: UInt8(position)), form != .time || precision >= .hour
        else { return nil }
        var result = self
        if isHigh, let end { result.local = end - 1_000 }
        if result.precision == .fraction, self.precision == .fraction { result.local = local }
        result.precision = precision
        result.digits = precision == .fraction ? 3 : 0
        if form == .dateTime, precision >= .hour, offset == nil { result.offset = isHigh ? -720 : 840 }
        if precision < .hour { result.offset = nil }
        result.local = Self.truncated(result.local, to: precision)
        return result
    }

    /// The moment at which what was written is over.
    private var end: Int64? {
        switch precision {
        case .year, .month:
            let civil = civil
            let months = civil.year * 12 + civil.month - 1 + (precision == .year ? 12 : 1)
            return CalendarDay.number(year: months / 12, month: months % 12 + 1, day: 1) * CalendarDay.microseconds
        case .day: return local + CalendarDay.microseconds
        case .hour: return local + 3_600_000_000
        case .minute: return local + 60_000_000
        case .second: return local + 1_000_000
        case .fraction: return nil
        }
    }
}

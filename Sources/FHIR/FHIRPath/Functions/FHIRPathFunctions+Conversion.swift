extension FHIRPathFunctions {
    /// FHIRPath N1 §5.5: each `toX()` with its `convertsToX()`.
    static let conversion: [String: FHIRPathFunction] = {
        var table: [String: FHIRPathFunction] = [:]
        for (type, convert) in converters {
            let arity = type == "Quantity" ? 0...1 : 0...0
            table["to\(type)"] = FHIRPathFunction(arity) { call throws(FHIRPathError) in
                guard let value = try call.input() else { return }
                try call.push(try convert(call, value))
            }
            table["convertsTo\(type)"] = FHIRPathFunction(arity) { call throws(FHIRPathError) in
                guard let value = try call.input() else { return }
                try call.push(try convert(call, value) != nil)
            }
        }
        return table
    }()

    private typealias Converter =
        @Sendable (borrowing FHIRPathCall, FHIRPathValue) throws(FHIRPathError) -> FHIRPathValue?

    private static let converters: [(String, Converter)] = [
        ("Boolean", { call, value throws(FHIRPathError) in call.e.system(value).flatMap { boolean($0) } }),
        ("Integer", { call, value throws(FHIRPathError) in call.e.system(value).flatMap { integer($0) } }),
        ("Decimal", { call, value throws(FHIRPathError) in call.e.system(value).flatMap { decimal($0) } }),
        (
            "String",
            { call, value throws(FHIRPathError) in
                guard let system = call.e.system(value) else { return nil }
                return try call.e.toString(system)
            }
        ),
        ("Date", { call, value throws(FHIRPathError) in call.e.system(value).flatMap { date($0) } }),
        ("DateTime", { call, value throws(FHIRPathError) in call.e.system(value).flatMap { dateTime($0) } }),
        ("Time", { call, value throws(FHIRPathError) in call.e.system(value).flatMap { time($0) } }),
        (
            "Quantity",
            { call, value throws(FHIRPathError) in
                guard let found = call.e.system(value).flatMap({ quantity($0) }) else { return nil }
                guard let unit = try call.stringArgument(0) else { return found }
                return FHIRPathQuantity.converted(found, to: unit)
            }
        ),
    ]

    private static func boolean(_ value: FHIRPathValue) -> FHIRPathValue? {
        switch value.kind {
        case .boolean: return value
        case .integer: return value.int == 1 ? .boolean(true) : value.int == 0 ? .boolean(false) : nil
        case .decimal:
            return value.number.whole.flatMap { $0 == 1 ? .boolean(true) : $0 == 0 ? .boolean(false) : nil }
        case .string:
            switch String(decoding: value.text, as: UTF8.self).lowercased() {
            case "true", "t", "yes", "y", "1", "1.0": return .boolean(true)
            case "false", "f", "no", "n", "0", "0.0": return .boolean(false)
            default: return nil
            }
        default: return nil
        }
    }

    private static func integer(_ value: FHIRPathValue) -> FHIRPathValue? {
        switch value.kind {
        case .integer: return value
        case .boolean: return .integer(value.bool ? 1 : 0)
        case .string:
            guard isNumber(value.text, point: false), let whole = FHIRPathDecimal(utf8: value.text)?.whole,
                Int(Int32.min)...Int(Int32.max) ~= whole
            else { return nil }
            return .integer(whole)
        default: return nil
        }
    }

    private static func decimal(_ value: FHIRPathValue) -> FHIRPathValue? {
        switch value.kind {
        case .decimal: return value
        case .integer: return value.asDecimal.map { .decimal($0) }
        case .boolean: return .decimal(FHIRPathDecimal(mantissa: value.bool ? 10 : 0, places: 1))
        case .string:
            return isNumber(value.text, point: true) ? FHIRPathDecimal(utf8: value.text).map { .decimal($0) } : nil
        default: return nil
        }
    }

    /// `(\+|-)?\d+(\.\d+)?`
    private static func isNumber(_ text: UnsafeBufferPointer<UInt8>, point: Bool) -> Bool {
        var rest = text[...]
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count <= (point ? 2 : 1) && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isDigit) }
    }

    private static func date(_ value: FHIRPathValue) -> FHIRPathValue? {
        switch value.kind {
        case .date: return value
        case .dateTime:
            var moment = FHIRPathTemporal(value)
            moment.form = .date
            moment.offset = nil
            if moment.precision > .day {
                moment.precision = .day
                moment.local = FHIRPathTemporal.truncated(moment.local, to: .day)
            }
            return moment.value
        case .string:
            return FHIRPathTemporal(date: value.text)?.value
                ?? FHIRPathTemporal(dateTime: value.text).flatMap { date($0.value) }
        default: return nil
        }
    }

    private static func dateTime(_ value: FHIRPathValue) -> FHIRPathValue? {
        switch value.kind {
        case .dateTime: return value
        case .date:
            var moment = FHIRPathTemporal(value)
            moment.form = .dateTime
            return moment.value
        case .string: return FHIRPathTemporal(dateTime: value.text)?.value
        default: return nil
        }
    }

    private static func time(_ value: FHIRPathValue) -> FHIRPathValue? {
        switch value.kind {
        case .time: return value
        case .string: return FHIRPathTemporal(time: value.text)?.value
        default: return nil
        }
    }

    private static func quantity(_ value: FHIRPathValue) -> FHIRPathValue? {
        switch value.kind {
        case .quantity: return value
        case .integer, .decimal: return value.asDecimal.map { .quantity($0, unit: FHIRPathUnit.one, isCalendar: false) }
        case .boolean:
            let number = FHIRPathDecimal(mantissa: value.bool ? 10 : 0, places: 1)
            return .quantity(number, unit: FHIRPathUnit.one, isCalendar: false)
        case .string: return quantity(value.text)
        default: return nil
        }
    }

    /// A number, then nothing, a calendar word or a unit in quotes.
    private static func quantity(_ text: UnsafeBufferPointer<UInt8>) -> FHIRPathValue? {
        var end = 0
        while end < text.count, text[end].isDigit || [0x2B, 0x2D, 0x2E].contains(text[end]) { end += 1 }
        let number = UnsafeBufferPointer(rebasing: text[..<end])
        guard isNumber(number, point: true), let value = FHIRPathDecimal(utf8: number) else { return nil }
        var start = end
        while start < text.count, text[start] == 0x20 || 0x09...0x0D ~= text[start] { start += 1 }
        let rest = UnsafeBufferPointer(rebasing: text[start...])
        if rest.isEmpty { return .quantity(value, unit: FHIRPathUnit.one, isCalendar: false) }
        let quote = UInt8(ascii: "'")
        if rest.count > 2, rest[0] == quote, rest[rest.count - 1] == quote, !rest.dropFirst().dropLast().contains(quote)
        {
            return .quantity(value, unit: UnsafeBufferPointer(rebasing: rest[1..<rest.count - 1]), isCalendar: false)
        }
        guard start > end, FHIRPathCalendarUnit(rest) != nil else { return nil }
        return .quantity(value, unit: rest, isCalendar: true)
    }
}

/// An item while an expression is evaluated: 32 bytes without references, so that collections are plain memory.
///
/// What the fields hold goes by the kind. Text points into a document, into the constants of the expression or into the
/// evaluator's arena, all of which live as long as the evaluation.
struct FHIRPathValue {
    enum Kind: UInt8 {
        case node, boolean, integer, decimal, string, date, dateTime, time, quantity, type
    }

    var kind: Kind
    /// Decimal and quantity: digits behind the point. Date and time: the precision. Type: 1 for `System`.
    var flag: UInt8 = 0
    /// Node and type: the type's number. Quantity: 1 for a calendar unit.
    var type: UInt16 = FactTable.none
    /// Node: the element's number. Quantity: length of the unit's text.
    var element: UInt16 = FactTable.none
    /// Node: the number of its document.
    var document: UInt16 = 0
    /// Node: tape index of the value, -1 if there is none. Date and time: minutes east of UTC.
    var index: Int32 = -1
    /// Node: tape index of the companion (`_birthDate`), -1 if there is none. Time: digits of the second's fraction.
    var companion: Int32 = -1
    var low: UInt64 = 0
    var high: Int64 = 0

    static func boolean(_ value: Bool) -> FHIRPathValue {
        FHIRPathValue(kind: .boolean, low: value ? 1 : 0)
    }

    static func integer(_ value: Int) -> FHIRPathValue {
        FHIRPathValue(kind: .integer, low: UInt64(bitPattern: Int64(value)))
    }

    static func decimal(_ value: FHIRPathDecimal) -> FHIRPathValue {
        var result = FHIRPathValue(kind: .decimal)
        result.setNumber(value)
        return result
    }

    static func string(_ text: UnsafeBufferPointer<UInt8>) -> FHIRPathValue {
        FHIRPathValue(
            kind: .string, low: UInt64(UInt(bitPattern: text.baseAddress)), high: Int64(text.count))
    }

    static func quantity(
        _ value: FHIRPathDecimal, unit: UnsafeBufferPointer<UInt8>, isCalendar: Bool
    ) -> FHIRPathValue {
        let address = UInt64(UInt(bitPattern: unit.baseAddress))
        var result = FHIRPathValue(
            kind: .quantity, type: isCalendar ? 1 : 0, element: UInt16(clamping: unit.count),
            index: Int32(bitPattern: UInt32(truncatingIfNeeded: address)),
            companion: Int32(bitPattern: UInt32(truncatingIfNeeded: address >> 32)))
        result.setNumber(value)
        return result
    }

    private mutating func setNumber(_ value: FHIRPathDecimal) {
        flag = value.places
        low = UInt64(truncatingIfNeeded: value.mantissa)
        high = Int64(truncatingIfNeeded: value.mantissa >> 64)
    }

    var bool: Bool { low != 0 }
    var int: Int { Int(Int64(bitPattern: low)) }
    /// The number of a decimal or quantity.
    var number: FHIRPathDecimal {
        FHIRPathDecimal(mantissa: Int128(high) << 64 | Int128(low), places: flag)
    }

    /// The bytes of a string.
    var text: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(low)), count: Int(high))
    }

    /// The unit of a quantity as it was written.
    var unit: UnsafeBufferPointer<UInt8> {
        let address = UInt64(UInt32(bitPattern: companion)) << 32 | UInt64(UInt32(bitPattern: index))
        return UnsafeBufferPointer(start: UnsafePointer(bitPattern: UInt(address)), count: Int(element))
    }

    var isCalendar: Bool { kind == .quantity && type == 1 }
    var isTemporal: Bool { kind == .date || kind == .dateTime || kind == .time }
    var isNumber: Bool { kind == .integer || kind == .decimal }

    /// An integer or decimal as a decimal.
    var asDecimal: FHIRPathDecimal? {
        switch kind {
        case .integer: FHIRPathDecimal(mantissa: Int128(int), places: 0)
        case .decimal: number
        default: nil
        }
    }
}

/// True, false or unknown: an empty collection where a boolean is expected (FHIRPath N1 §6.5).
enum FHIRPathTruth: UInt8 {
    case no, yes, unknown

    init(_ value: Bool) { self = value ? .yes : .no }

    var negated: FHIRPathTruth {
        switch self {
        case .no: .yes
        case .yes: .no
        case .unknown: .unknown
        }
    }
}

/// What a number or quantity search asks of a stored interval of exact numbers; an end that is open is
/// ``NumberBound/below`` or ``NumberBound/above`` (PostgreSQL's `-Infinity` and `Infinity`).
public typealias NumberCondition = RangeCondition<NumberBound>

/// An end of a stored or searched interval of numbers.
public enum NumberBound: Sendable, Hashable, Comparable {
    case below
    case value(FHIRDecimal)
    case above

    /// PostgreSQL `numeric` text.
    public var numeric: String {
        switch self {
        case .below: "-Infinity"
        case .value(let decimal): decimal.description
        case .above: "Infinity"
        }
    }
}

extension NumberCondition {
    /// Source: R4 search.html §3.1.1.4.4 and §3.1.1.4.5.
    ///
    /// `eq`, `ne` and `ap` take the written precision into account; with `gt`, `lt`, `ge`, `le`, `sa` and `eb` it is
    /// ignored and the value is the number itself. A stored point is the interval [v, v]; stored intervals (Range, or a
    /// Quantity with a comparator) have both ends included.
    public init(_ prefix: SearchPrefix, _ search: WrittenDecimal) {
        let exact = NumberBound.value(search.value)
        switch prefix {
        case .equal:
            let range = search.implicitRange
            self = .and([.lower(.greaterOrEqual, .value(range.low)), .upper(.less, .value(range.high))])
        case .notEqual:
            let range = search.implicitRange
            self = .or([.lower(.less, .value(range.low)), .upper(.greaterOrEqual, .value(range.high))])
        case .greater: self = .upper(.greater, exact)
        case .less: self = .lower(.less, exact)
        case .greaterOrEqual: self = .upper(.greaterOrEqual, exact)
        case .lessOrEqual: self = .lower(.lessOrEqual, exact)
        case .startsAfter: self = .lower(.greater, exact)
        case .endsBefore: self = .upper(.less, exact)
        case .approximate:
            let range = search.approximateRange
            self = .and([.lower(.lessOrEqual, .value(range.high)), .upper(.greaterOrEqual, .value(range.low))])
        }
    }

    public func holds(low: FHIRDecimal?, high: FHIRDecimal?) -> Bool {
        holds(lower: low.map(NumberBound.value) ?? .below, upper: high.map(NumberBound.value) ?? .above)
    }
}

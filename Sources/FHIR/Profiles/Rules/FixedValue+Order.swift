extension FixedValue {
    /// How a value stands to this limit (ElementDefinition.minValue[x], maxValue[x]).
    enum Standing {
        case below, equal, above
        /// They cannot be compared: other units, a date that is too coarse, no number.
        case unknown
    }

    func standing(of found: JSONNode) -> Standing {
        guard let limit = value else { return .unknown }
        if limit.kind == .object { return quantityStanding(of: found, limit) }
        if limit.kind == .number {
            guard let mine = limit.numberText.flatMap({ FHIRDecimal($0) }),
                let theirs = found.numberText.flatMap({ FHIRDecimal($0) })
            else { return .unknown }
            return Self.compare(theirs, mine)
        }
        guard let mine = limit.string, let theirs = found.string else { return .unknown }
        if TypeFact(number: type).primitive == .time { return Self.compare(theirs, mine) }
        guard let wanted = DateRange(fhir: mine), let range = DateRange(fhir: theirs) else { return .unknown }
        // A value is beyond a limit only if all of what it may mean is.
        if range.lower >= wanted.upper { return .above }
        if range.upper <= wanted.lower { return .below }
        return .equal
    }

    /// Quantities are compared where they have the same unit.
    private func quantityStanding(of found: JSONNode, _ limit: JSONNode) -> Standing {
        func unit(_ quantity: JSONNode) -> [String?] {
            guard let code = quantity["code"]?.string else { return [nil, quantity["unit"]?.string] }
            return [quantity["system"]?.string, code]
        }
        guard unit(found) == unit(limit), let mine = limit["value"]?.numberText.flatMap({ FHIRDecimal($0) }),
            let theirs = found["value"]?.numberText.flatMap({ FHIRDecimal($0) })
        else { return .unknown }
        return Self.compare(theirs, mine)
    }

    private static func compare<Value: Comparable>(_ one: Value, _ other: Value) -> Standing {
        one < other ? .below : one == other ? .equal : .above
    }
}

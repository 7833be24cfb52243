// R4 search.html §3.1.1.4.9.
extension SearchCollector {
    /// Quantity and its specialisations. A comparator opens one end: `< 3` is (−∞, 3].
    mutating func quantity(_ node: JSONNode, _ parameter: Int32) {
        guard let value = decimal(node["value"]) else { return }
        let comparator = node["comparator"]
        let opensBelow = comparator.map { $0.equals("<") || $0.equals("<=") } ?? false
        let opensAbove = comparator.map { $0.equals(">") || $0.equals(">=") } ?? false
        interval(opensBelow ? nil : value, opensAbove ? nil : value, unitOf: node, parameter)
    }

    /// The currency is a code of ISO 4217.
    mutating func money(_ node: JSONNode, _ parameter: Int32) {
        guard let value = decimal(node["value"]) else { return }
        let currency = node["currency"]?.nonEmptyString
        append(
            parameter,
            .quantity(
                low: value, high: value, system: currency == nil ? nil : "urn:iso:std:iso:4217", code: currency,
                unit: currency))
    }

    /// The unit is that of the side that is there; R4 has both the same (rng-2).
    mutating func quantityRange(_ node: JSONNode, _ parameter: Int32) {
        let low = node["low"]
        let high = node["high"]
        let lowValue = decimal(low?["value"])
        let highValue = decimal(high?["value"])
        guard let side = lowValue != nil ? low : highValue != nil ? high : nil else { return }
        interval(lowValue, highValue, unitOf: side, parameter)
    }

    mutating func quantityNumber(_ node: JSONNode, _ parameter: Int32) {
        guard let value = decimal(node) else { return }
        append(parameter, .quantity(low: value, high: value, system: nil, code: nil, unit: nil))
    }

    private mutating func interval(
        _ low: FHIRDecimal?, _ high: FHIRDecimal?, unitOf node: JSONNode, _ parameter: Int32
    ) {
        append(
            parameter,
            .quantity(
                low: low, high: high, system: node["system"]?.nonEmptyString, code: node["code"]?.nonEmptyString,
                unit: node["unit"]?.nonEmptyString))
    }
}

// R4 Observation, search parameter value-quantity: of sampled data, the bounds of the values are searched.
extension SearchCollector {
    mutating func sampledData(_ node: JSONNode, _ parameter: Int32) {
        guard let origin = node["origin"], let start = decimal(origin["value"]), let bounds = samples(node) else {
            return
        }
        let factor = decimal(node["factor"]) ?? FHIRDecimal(1)
        let ends = [bounds.low, bounds.high].map { end in end.map { start + $0 * factor } }
        let isFlipped = factor.isNegative
        append(
            parameter,
            .quantity(
                low: ends[isFlipped ? 1 : 0], high: ends[isFlipped ? 0 : 1], system: origin["system"]?.nonEmptyString,
                code: origin["code"]?.nonEmptyString, unit: origin["unit"]?.nonEmptyString))
    }

    /// Least and greatest sample, uncorrected. `E` is no sample; `L` and `U` stand for anything beyond the limits of
    /// detection, so they open that end. `nil` when there is no sample at all.
    private func samples(_ node: JSONNode) -> (low: FHIRDecimal?, high: FHIRDecimal?)? {
        guard let data = node["data"], data.kind == .string else { return nil }
        var least: FHIRDecimal?
        var greatest: FHIRDecimal?
        var isBelow = false
        var isAbove = false
        _ = data.withUTF8 { text in
            for word in text.split(separator: 0x20) {
                switch word.first {
                case UInt8(ascii: "L"): isBelow = true
                case UInt8(ascii: "U"): isAbove = true
                default:
                    guard let sample = FHIRDecimal(utf8: UnsafeBufferPointer(rebasing: word)) else { continue }
                    least = least.map { min($0, sample) } ?? sample
                    greatest = greatest.map { max($0, sample) } ?? sample
                }
            }
        }
        guard least != nil || isBelow || isAbove else { return nil }
        return (isBelow ? nil : least, isAbove ? nil : greatest)
    }
}

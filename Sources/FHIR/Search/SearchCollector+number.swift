// R4 search.html §3.1.1.4.4. A number beyond FHIRDecimal's limits is not searchable.
extension SearchCollector {
    mutating func number(_ node: JSONNode, _ parameter: Int32) {
        guard let value = decimal(node) else { return }
        append(parameter, .number(low: value, high: value))
    }

    mutating func numberRange(_ node: JSONNode, _ parameter: Int32) {
        let low = decimal(node["low"]?["value"])
        let high = decimal(node["high"]?["value"])
        guard low != nil || high != nil else { return }
        append(parameter, .number(low: low, high: high))
    }

    func decimal(_ node: JSONNode?) -> FHIRDecimal? {
        guard let node, node.kind == .number else { return nil }
        return node.withUTF8 { FHIRDecimal(utf8: $0) } ?? nil
    }
}

// R4 search.html §3.1.1.4.7.
extension SearchCollector {
    mutating func date(_ node: JSONNode, _ parameter: Int32) {
        guard let range = range(node) else { return }
        append(parameter, .date(range))
    }

    /// Open at a side that is absent; nothing when both are.
    mutating func period(_ node: JSONNode, _ parameter: Int32) {
        guard let range = periodRange(node) else { return }
        append(parameter, .date(range))
    }

    /// From the first to the last of the events and the bounds: what happens in between is not looked at. A Timing that
    /// is bound only by a length of time says nothing of when.
    mutating func timing(_ node: JSONNode, _ parameter: Int32) {
        var limits: DateRange?
        if let events = node["event"] {
            for event in events.elements {
                guard let range = range(event) else { continue }
                limits = limits?.union(range) ?? range
            }
        }
        if let bounds = node["repeat"]?["boundsPeriod"], let range = periodRange(bounds) {
            limits = limits?.union(range) ?? range
        }
        if let limits {
            append(parameter, .date(limits))
        }
    }

    private func periodRange(_ node: JSONNode) -> DateRange? {
        let start = node["start"].flatMap(range)
        let end = node["end"].flatMap(range)
        guard start != nil || end != nil else { return nil }
        // One that ends before it begins (per-1 forbids it) is the time between both, so that no interval is empty.
        if let start, let end, start.lower >= end.upper { return start.union(end) }
        return DateRange(lower: start?.lower ?? DateRange.openLower, upper: end?.upper ?? DateRange.openUpper)
    }

    private func range(_ node: JSONNode) -> DateRange? {
        guard node.kind == .string else { return nil }
        return node.withUTF8 { DateRange(fhir: $0, defaultOffset: defaultOffset) } ?? nil
    }
}

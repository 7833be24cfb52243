/// How long things took, in buckets, as Prometheus' text format has it (exposition format 0.0.4).
struct Histogram {
    /// Upper bounds of the buckets, microseconds.
    private static let bounds: [Int64] = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
    ]

    private var buckets = [Int](repeating: 0, count: bounds.count + 1)
    private var sum: Int64 = 0

    mutating func add(microseconds: Int64) {
        buckets[Self.bounds.firstIndex { microseconds <= $0 } ?? Self.bounds.count] += 1
        sum += microseconds
    }

    /// The lines of a metric.
    ///
    /// - Parameter label: what tells this histogram from others of the metric: `sender="HIS"`, escaped.
    func exposition(_ name: String, label: String) -> String {
        var text = ""
        var count = 0
        for (bound, inside) in zip(Self.bounds.map { String(Double($0) / 1_000_000) } + ["+Inf"], buckets) {
            count += inside
            text += "\(name)_bucket{\(label),le=\"\(bound)\"} \(count)\n"
        }
        text += "\(name)_sum{\(label)} \(Double(sum) / 1_000_000)\n"
        return text + "\(name)_count{\(label)} \(count)\n"
    }
}

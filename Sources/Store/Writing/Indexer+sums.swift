extension Indexer {
    /// - Parameter rows: sorted.
    func sums(of rows: IndexRows) -> IndexRows.RowSums {
        IndexRows.RowSums(
            identities: sum(rows.identities) { $1.append($0) },
            strings: sum(rows.strings) {
                $1.append($0.parameter)
                $1.append($0.value)
                $1.append($0.exact)
                $1.append($0.context)
            },
            dates: sum(rows.dates) {
                $1.append($0.parameter)
                $1.append($0.range.lower)
                $1.append($0.range.upper)
                $1.append($0.context)
            },
            numbers: sum(rows.numbers) {
                $1.append($0.parameter)
                $1.append($0.low)
                $1.append($0.high)
                for hash in [$0.unit, $0.code, $0.label] { $1.append(hash ?? 0) }
                $1.append($0.context)
            })
    }

    private func sum<Row>(_ rows: [Row], _ append: (Row, inout SumBytes) -> Void) -> Int64 {
        guard !rows.isEmpty else { return 0 }
        var bytes = SumBytes()
        for row in rows { append(row, &bytes) }
        return hash(.rows, bytes.bytes)
    }
}

/// Rows as bytes that tell them from any others.
struct SumBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        append(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ numbers: [Int64]) {
        append(numbers.count)
        for number in numbers { append(number) }
    }
}

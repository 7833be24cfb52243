import Postgres

/// The derived rows of entries that are written together, column by column, as the write function takes them.
struct RowArrays {
    private var own: [Int64] = []
    private var referenceCounts: [Int16] = []
    private var termEnds: [Int32] = []
    private var terms: [Int64] = []
    private var contexts: [Int64] = []
    private var sums: [Int64] = []
    private var identities = (entry: [Int32](), term: [Int64]())
    private var strings = (
        entry: [Int32](), parameter: [Int32](), value: [String?](), exact: [Int64](), context: [Int64?]()
    )
    private var dates = (entry: [Int32](), parameter: [Int32](), low: [Int64](), high: [Int64](), context: [Int64?]())
    private var numbers = (
        entry: [Int32](), parameter: [Int32](), low: [String?](), high: [String?](), unit: [Int64?](),
        code: [Int64?](), label: [Int64?](), context: [Int64?]()
    )

    /// - Parameter position: of the entry, beginning with 1.
    mutating func append(_ rows: IndexRows, of position: Int32) {
        own.append(rows.own)
        referenceCounts.append(Int16(clamping: rows.references.count))
        terms.append(rows.shape.term)
        terms.append(contentsOf: rows.references)
        terms.append(contentsOf: rows.terms)
        termEnds.append(Int32(terms.count))
        sums.append(contentsOf: rows.sums.list)
        for term in rows.identities {
            identities.entry.append(position)
            identities.term.append(term)
        }
        for row in rows.strings {
            strings.entry.append(position)
            strings.parameter.append(row.parameter)
            strings.value.append(row.value)
            strings.exact.append(row.exact)
            strings.context.append(place(row.context))
        }
        for row in rows.dates {
            dates.entry.append(position)
            dates.parameter.append(row.parameter)
            dates.low.append(row.range.lower)
            dates.high.append(row.range.upper)
            dates.context.append(place(row.context))
        }
        for row in rows.numbers {
            numbers.entry.append(position)
            numbers.parameter.append(row.parameter)
            numbers.low.append(row.low)
            numbers.high.append(row.high)
            numbers.unit.append(row.unit)
            numbers.code.append(row.code)
            numbers.label.append(row.label)
            numbers.context.append(place(row.context))
        }
    }

    /// Where a context stands among all of them: start · 65,536 + count; nil for none.
    private mutating func place(_ context: [Int64]) -> Int64? {
        guard !context.isEmpty else { return nil }
        defer { contexts.append(contentsOf: context) }
        return Int64(contexts.count) << 16 | Int64(context.count)
    }

    /// Of ``parameters``.
    static let types: [PostgresType] = [
        .int8Array, .int2Array, .int4Array, .int8Array, .int8Array, .int8Array, .int4Array, .int8Array,
        .int4Array, .int4Array, .textArray, .int8Array, .int8Array,
        .int4Array, .int4Array, .int8Array, .int8Array, .int8Array,
        .int4Array, .int4Array, .numericArray, .numericArray, .int8Array, .int8Array, .int8Array, .int8Array,
    ]

    /// In the order of the function's arguments.
    var parameters: [Parameter] {
        [
            .int8Array(own), .int2Array(referenceCounts), .int4Array(termEnds), .int8Array(terms),
            .int8Array(contexts), .int8Array(sums), .int4Array(identities.entry), .int8Array(identities.term),
            .int4Array(strings.entry), .int4Array(strings.parameter), .textArray(strings.value),
            .int8Array(strings.exact), .int8Array(strings.context),
            .int4Array(dates.entry), .int4Array(dates.parameter), .int8Array(dates.low), .int8Array(dates.high),
            .int8Array(dates.context),
            .int4Array(numbers.entry), .int4Array(numbers.parameter), .numericArray(numbers.low),
            .numericArray(numbers.high), .int8Array(numbers.unit), .int8Array(numbers.code), .int8Array(numbers.label),
            .int8Array(numbers.context),
        ]
    }
}

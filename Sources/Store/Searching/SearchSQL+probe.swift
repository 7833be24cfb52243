import FHIR
import Postgres

/// Rows of a narrow table that an index finds by a test, as far as a limit: where they are no more than that, they find
/// the matches first, whatever else is asked. How many there are nobody has to know beforehand, so that the statement is
/// planned once, whatever the values are.
struct SearchProbe: Sendable {
    /// Of the common table expression.
    let name: String
    let limit: Int
    /// Each reads along an index, in its order, and ends at the limit.
    let branches: [String]

    var text: String {
        "\(name) as materialized (\(branches.map { "(\($0))" }.joined(separator: " union all ")))"
    }

    /// Whether there are more than the limit: then the rows are not all.
    var isOver: String { "(select count(*) from \(name)) > \(limit)" }
}

extension SearchSQL {
    /// Behind a chain a probe takes fewer rows, since many resources may refer to each.
    static let chainShare = 5
    /// More would be asked of the indexes than a plan costs.
    private static let branchLimit = 16

    /// The longest interval of dates that counts as short, microseconds: a day, as which most dates are written. Longer
    /// ones are in an index of their own (`search_date_long`).
    static let shortDates: Int64 = 86_400_000_000

    /// Whether indexes find the rows of a test in an order that allows to end.
    static func isProbable(_ test: SearchPredicate.RowTest) -> Bool {
        let tests = max(1, test.tests.count)
        return test.parameters.count * tests <= branchLimit && test.tests.allSatisfy(isProbable)
    }

    private static func isProbable(_ value: SearchPredicate.Value) -> Bool {
        switch value {
        case .prefix(let text): !text.isEmpty
        case .equals, .exact, .near: true
        case .contains, .ends: false
        case .date(let condition): RangeBounds(condition) != nil
        case .number(let condition, _, _): RangeBounds(condition) != nil
        }
    }

    /// Has the rows of a test found before all else.
    ///
    /// - Returns: what gives rows that fulfil the test's bounds, with the columns that the test looks at, and are to be
    ///   asked for the rest of it.
    ///
    private mutating func probe(_ test: SearchPredicate.RowTest, isNarrow: Bool) -> SearchProbe {
        let limit = Self.limit(probing ?? 0, test, isNarrow: isNarrow)
        let probe = SearchProbe(name: alias("k"), limit: limit, branches: branches(test, limit: limit) ?? [])
        probes.append(probe)
        return probe
    }

    /// How many rows a probe takes. Of dates an index says all that is asked: where no row of `search` is read for each,
    /// they may be more.
    static func limit(_ limit: Int, _ test: SearchPredicate.RowTest, isNarrow: Bool) -> Int {
        limit * (isNarrow && test.table == .dates ? 2 : 1)
    }

    private mutating func branches(_ test: SearchPredicate.RowTest, limit: Int) -> [String]? {
        guard Self.isProbable(test) else { return nil }
        var made: [String] = []
        let order = test.table == .strings ? "left(x.value, 200)" : "x.low"
        let all = test.tests.isEmpty ? [[IndexRange(conditions: [], order: order)]] : test.tests.map { ranges($0) }
        for ranges in all {
            guard let ranges else { return nil }
            for parameter in test.parameters {
                for range in ranges {
                    let parts = ["x.param = \(parameter)"] + range.conditions
                    made.append(
                        """
                        select \(Self.columns(test, ofPoints: range.isOfPoints)) from \(table(test.table)) x where \(parts.joined(separator: " and ")) \
                        order by \(range.order) limit \(limit + 1)
                        """)
                }
            }
        }
        return made
    }

    /// What a test looks at in a row: where that is all in an index, no row is read. Of a point the low end is in the index,
    /// and is the high one, too.
    private static func columns(_ test: SearchPredicate.RowTest, ofPoints: Bool) -> String {
        guard test.context.isEmpty, test.beside.isEmpty else { return "x.*" }
        switch test.table {
        case .dates: return "x.key, x.param, x.low, x.high"
        case .numbers where test.tests.allSatisfy(\.isOfUnit):
            return "x.key, x.param, x.unit, x.low, \(ofPoints ? "x.low as high" : "x.high")"
        case .strings, .numbers: return "x.*"
        }
    }

    /// A part of an index.
    private struct IndexRange {
        let conditions: [String]
        let order: String
        var isOfPoints = false
    }

    /// Where in the indexes all rows are that fulfil a test, and not many others; nil if there is no such place.
    private mutating func ranges(_ value: SearchPredicate.Value) -> [IndexRange]? {
        switch value {
        case .prefix(let text): return text.isEmpty ? nil : [strings(prefix(text, of: "x.value"))]
        case .equals(let folded), .exact(let folded, _):
            return [strings("left(x.value, 200) = left(\(binder.bind(.text(folded), .text)), 200)")]
        case .contains, .ends: return nil
        case .date(let condition): return RangeBounds(condition).map { dates($0) }
        case .number(let condition, let unit, _): return RangeBounds(condition).map { numbers($0, unit) }
        case .near(let latitude, _, let metres):
            let (low, high) = latitudes(latitude, metres)
            return [IndexRange(conditions: ["x.low between \(low) and \(high)"], order: "x.low")]
        }
    }

    private func strings(_ condition: String) -> IndexRange {
        IndexRange(conditions: [condition], order: "left(x.value, 200)")
    }

    /// An interval is not empty: what ends before a moment also began before it.
    private mutating func dates(_ bounds: RangeBounds<Int64>) -> [IndexRange] {
        if !bounds.lowAbove.isEmpty {
            let below = bounds.lowBelow.isEmpty ? bounds.highBelow : bounds.lowBelow
            return [range("low", bounds.lowAbove + below, date)]
        }
        guard !bounds.highAbove.isEmpty, !bounds.lowBelow.isEmpty else {
            return bounds.lowBelow.isEmpty
                ? [range("high", bounds.highAbove + bounds.highBelow, date)] : [range("low", bounds.lowBelow, date)]
        }
        // Those that reach into a time: the short ones also began shortly before it.
        let began = bounds.highAbove.map { (comparison: $0.comparison, bound: Self.began($0.bound)) }
        let long = range("high", bounds.highAbove, date)
        let short = range("low", began + bounds.lowBelow, date)
        return [
            IndexRange(conditions: short.conditions + long.conditions, order: short.order),
            IndexRange(conditions: long.conditions + ["x.low < x.high - \(Self.shortDates)"], order: long.order),
        ]
    }

    /// A condition on intervals that reach into a time, in a form that lets the planner find and count them: the short ones
    /// also began shortly before it. nil for other conditions.
    mutating func reaching(into condition: DateCondition, of x: String) -> String? {
        guard let bounds = RangeBounds(condition), bounds.lowAbove.isEmpty, bounds.highBelow.isEmpty,
            !bounds.lowBelow.isEmpty, let limit = bounds.highAbove.first
        else { return nil }
        let ends = binder.range(condition, low: "\(x).low", high: "\(x).high") { $0.bind(.int8($1), .int8) }
        let began = binder.bind(.int8(Self.began(limit.bound)), .int8)
        return """
            ((\(x).low >= \(began) and \(ends)) or (\(x).low < \(x).high - \(Self.shortDates) and \(ends)))
            """
    }

    /// The earliest beginning of a short interval that ends at a moment.
    private static func began(_ end: Int64) -> Int64 {
        let (bound, overflow) = end.subtractingReportingOverflow(shortDates)
        return overflow ? .min : bound
    }

    private mutating func numbers(_ bounds: RangeBounds<NumberBound>, _ unit: Int64?) -> [IndexRange] {
        if let unit {
            // Nearly all are points, of which both ends are the same; the others are few.
            let all = bounds.lowAbove + bounds.lowBelow + bounds.highAbove + bounds.highBelow
            let points = range("low", all, number)
            let unit = binder.bind(.int8(unit), .int8)
            return [
                IndexRange(
                    conditions: ["x.unit = \(unit)", "x.low = x.high"] + points.conditions, order: points.order,
                    isOfPoints: true),
                IndexRange(conditions: ["x.low < x.high"], order: "x.low"),
            ]
        }
        if !bounds.lowAbove.isEmpty {
            let below = bounds.lowBelow.isEmpty ? bounds.highBelow : bounds.lowBelow
            return [range("low", bounds.lowAbove + below, number)]
        }
        if bounds.highAbove.isEmpty, bounds.highBelow.isEmpty { return [range("low", bounds.lowBelow, number)] }
        return [range("high", bounds.highAbove + bounds.highBelow, number)]
    }

    private mutating func range<Bound>(
        _ column: String, _ limits: [RangeBounds<Bound>.Limit], _ value: (Bound) -> (Parameter, PostgresType)
    ) -> IndexRange {
        let conditions = limits.map { limit in
            let (parameter, type) = value(limit.bound)
            return "x.\(column) \(limit.comparison.rawValue) \(binder.bind(parameter, type))"
        }
        return IndexRange(conditions: conditions, order: "x.\(column)")
    }

    private func date(_ bound: Int64) -> (Parameter, PostgresType) { (.int8(bound), .int8) }

    private func number(_ bound: NumberBound) -> (Parameter, PostgresType) { (.numeric(bound.numeric), .numeric) }

    /// Rows of `search` of what a probe has found.
    mutating func probed(_ test: SearchPredicate.RowTest) -> String {
        let (d, s) = (alias("d"), alias("s"))
        // The key of the probe's row, so that the planner knows their order.
        return """
            select \(d).key, \(s).self, \(s).type, \(s).refs, \(s).terms from (\(keys(probing: test, isNarrow: false))) \(d)
                cross join lateral (select \(s).* from \(tables.search) \(s)
                    where \(s).type = \(d).type and \(s).key = \(d).key offset 0) \(s)
            """
    }

    /// The keys of what a probe has found, and the types: current resources, since no others have rows.
    mutating func keys(probing test: SearchPredicate.RowTest, isNarrow: Bool) -> String {
        let probe = probe(test, isNarrow: isNarrow)
        let x = alias("x")
        let parts = ["not (\(probe.isOver))"] + matching(test, x)
        return """
            select distinct \(x).key, ((\(x).param >> 16) & 255)::int2 as type from \(probe.name) \(x)
                where \(parts.joined(separator: " and "))
            """
    }
}

extension SearchPredicate.Value {
    fileprivate var isOfUnit: Bool {
        if case .number(_, _?, nil) = self { true } else { false }
    }
}

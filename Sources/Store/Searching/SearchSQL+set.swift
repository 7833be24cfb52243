import FHIR
import Postgres

/// What is looked at of a row of `search`.
enum RowColumns: Sendable {
    case whole
    case key
    /// By which others refer to it.
    case name
    /// What an order is made of.
    case ordered

    func text(of row: String) -> String {
        switch self {
        case .whole: "\(row).*"
        case .key: "\(row).key"
        case .name: "\(row).self"
        case .ordered: "\(row).key, \(row).refs, \(row).terms"
        }
    }
}

extension SearchSQL {
    /// Whether the indexes find few rows by a part of the predicate, whatever the values are.
    ///
    /// - Parameter limit: so many are few.
    func isRare(_ predicate: SearchPredicate, limit: Float = TermFrequencies.few) -> Bool {
        switch predicate {
        case .terms(let terms): areFew(terms, limit: limit)
        case .own: true
        case .and(let parts): parts.contains { isRare($0, limit: limit) }
        case .or(let parts): !parts.isEmpty && parts.allSatisfy { isRare($0, limit: limit) }
        case .chain(_, _, let inner): isRare(inner, limit: limit)
        // Each that refers is looked up by all that it refers to.
        case .has(_, _, let inner): isRare(inner, limit: limit / 2)
        case .row(let test): probing != nil && Self.isProbable(test)
        case .presence(_, true, let rows?): probing != nil && Self.isProbable(rows)
        case .not, .text, .types, .updated, .presence, .words: false
        }
    }

    /// The part by which the matches are found first: the surest.
    private func driver(_ parts: [SearchPredicate]) -> Int? {
        parts.indices.filter { isRare(parts[$0]) }.min { rank(parts[$0]) < rank(parts[$1]) }
    }

    /// The test by whose rows a probe finds the matches, and whether no rows of `search` are read beside them; nil if it
    /// finds them otherwise, or there is none.
    func probedTest(_ predicate: SearchPredicate) -> (test: SearchPredicate.RowTest, isNarrow: Bool)? {
        let parts = predicate.conjuncts
        guard !parts.contains(where: { $0.isKeyed && isRare($0) }), let index = driver(parts) else { return nil }
        return parts[index].probedRows.map { ($0, Self.otherRows(parts, index) != nil) }
    }

    private func rank(_ part: SearchPredicate) -> Int {
        guard probing != nil, !SearchSQL(.current, frequencies).isRare(part) else { return 0 }
        if case .presence = part { return 4 }
        guard case .row(let test) = part else { return 4 }
        switch test.table {
        case .dates where test.tests.allSatisfy(\.isOfDays): return 1
        case .strings: return 2
        case .numbers: return 3
        case .dates: return 5
        }
    }

    /// Rows of `search` found by the rare parts first, which are then asked for all else.
    ///
    /// - Returns: a subquery of key, self, type, refs, terms, unless `columns` names others.
    mutating func rare(
        _ predicate: SearchPredicate, _ types: [ResourceType], as columns: RowColumns = .whole
    ) -> String {
        var rest = predicate.conjuncts
        let source: String
        if rest.contains(where: { $0.isKeyed && isRare($0) }) {
            let s = alias("s")
            // Common terms help the index to leave out what the rare ones find.
            let drivers = rest.filter(\.isKeyed).map { filter($0, types, on: s) }
            rest.removeAll(where: \.isKeyed)
            source = "select \(s).* from \(tables.search) \(s) where \(drivers.joined(separator: " and ")) offset 0"
        } else if let index = driver(rest) {
            if columns == .key, types.count == 1, let narrow = narrow(rest, index) { return narrow }
            let part = rest.remove(at: index)
            source = others(
                part, types, isNarrow: rest.isEmpty && (columns == .key || columns == .name))
        } else {
            return planned(predicate, types, as: columns)
        }
        let w = alias("w")
        let filters = self.types(types, on: w) + ofRows { sql in rest.map { sql.filter($0, types, on: w) } }
        let outer = filters.isEmpty ? "" : " where \(filters.joined(separator: " and "))"
        return "select \(columns.text(of: w)) from (\(source)) \(w)\(outer)"
    }

    /// The keys where all that is asked is in the narrow tables: no row of `search` is read.
    private mutating func narrow(_ parts: [SearchPredicate], _ driver: Int) -> String? {
        guard let test = parts[driver].probedRows, let others = Self.otherRows(parts, driver) else { return nil }
        let keys = keys(probing: test, isNarrow: true)
        let q = alias("q")
        let filters = others.map { exists($0, on: q, alone: true) }
        let condition = filters.isEmpty ? "" : " where \(filters.joined(separator: " and "))"
        return "select \(q).key from (\(keys)) \(q)\(condition)"
    }

    /// What is asked of rows beside the one that drives; nil where anything else is asked.
    private static func otherRows(_ parts: [SearchPredicate], _ driver: Int) -> [SearchPredicate.RowTest]? {
        var others: [SearchPredicate.RowTest] = []
        for (index, part) in parts.enumerated() where index != driver {
            guard case .row(let other) = part else { return nil }
            others.append(other)
        }
        return others
    }

    /// Rows found by other resources, which are few.
    ///
    /// - Parameter isNarrow: key, self and type suffice.
    private mutating func others(_ part: SearchPredicate, _ types: [ResourceType], isNarrow: Bool) -> String {
        switch part {
        case .chain(let salts, let type, let inner):
            let rows = referring(salts, chained { $0.rare(inner, [type], as: .name) })
            return isNarrow
                ? "select distinct q.key, q.self, q.type from (\(rows)) q"
                : "select distinct on (q.key) q.* from (\(rows)) q"
        case .has(let salts, let type, let inner):
            let s = alias("s")
            let names = referred(salts, elsewhere { $0.rare(inner, [type]) })
            return "select \(s).* from \(tables.search) \(s) where \(s).self = any(\(names)) offset 0"
        case .or(let parts):
            let sets = parts.map { rare($0, types) }
            return "select distinct on (q.key) q.* from (\(sets.joined(separator: " union all "))) q"
        case .row(let test): return probed(test)
        case .presence(_, true, let test?): return probed(test)
        default: return rare(part, types)
        }
    }

    /// Rows of `search` that refer to the rows of a subquery. The inverted index is asked for some of them at a time:
    /// its time for many terms at once grows with the square, and each question has a cost of its own. Who refers to
    /// several may come several times.
    mutating func referring(_ salts: [Int64], _ rows: String) -> String {
        let (t, l, s) = (alias("t"), alias("l"), alias("s"))
        let terms = salts.map { "array_agg(\(t).self # \(binder.bind(.int8($0), .int8)))" }.joined(separator: " || ")
        return """
            select \(s).* from (
                select \(terms) as terms from (select self, row_number() over () / \(Self.termsAtOnce) as lot from (\(rows)) \(t)) \(t)
                group by \(t).lot
            ) \(l) cross join lateral (select \(s).* from \(tables.search) \(s)
                where \(s).terms && \(l).terms offset 0) \(s)
            """
    }

    /// Measured for 800 resources of which none is referred to: 9.2 µs for each by itself, 5.0 in lots of 8, 2.4 of 32,
    /// 2.5 of 128.
    private static let termsAtOnce = 32

    /// The names of what the rows of a subquery refer to, as one array; and, for parameters other than those asked for,
    /// names of nothing.
    mutating func referred(_ salts: [Int64], _ rows: String) -> String {
        let (x, u) = (alias("x"), alias("u"))
        let (salt, from) = self.salts(salts)
        return """
            array(select distinct \(u) # \(salt) from (\(rows)) \(x) cross join \(Self.references(x)) \(u)\(from))
            """
    }

    /// Rows of `search` as the planner, which sees the values, finds them best.
    mutating func planned(_ predicate: SearchPredicate, _ types: [ResourceType], as columns: RowColumns = .whole)
        -> String
    {
        let s = alias("s")
        let condition = condition(predicate, types, on: s)
        return "select \(columns.text(of: s)) from \(tables.search) \(s) where \(condition)"
    }

    /// Rows of `search` by whichever way suits.
    mutating func set(_ predicate: SearchPredicate, _ types: [ResourceType], as columns: RowColumns = .whole) -> String
    {
        isRare(predicate) ? rare(predicate, types, as: columns) : planned(predicate, types, as: columns)
    }

    /// The predicate and the types, for the planner.
    mutating func condition(_ predicate: SearchPredicate, _ types: [ResourceType], on row: String) -> String {
        let parts = predicate.conjuncts
        // A term's hash contains the type. Asking for it as well leads PostgreSQL to read the index of the whole type.
        let keyed = parts.contains(where: \.needsType) && types.isEmpty
        var written = self.types(keyed ? ResourceType.all : types, on: row)
        if parts.contains(where: \.impliesType), !parts.contains(where: \.needsType) { written = [] }
        written += parts.map { self.part($0, types, on: row) }
        return written.isEmpty ? "true" : written.joined(separator: " and ")
    }

    private mutating func part(_ part: SearchPredicate, _ types: [ResourceType], on row: String) -> String {
        switch part {
        case .row(let test): return exists(test, on: row, alone: false)
        case .updated(let condition):
            let u = alias("u")
            let parts = self.types(types, on: u) + [binder.moment(condition, column: "\(u).updated")]
            return """
                exists (select from \(tables.resource) \(u) where \(u).key = \(row).key and \(parts.joined(separator: " and ")))
                """
        case .presence(let parameter, let isPresent, _):
            return "\(row).terms && \(shapes(parameter, present: isPresent, types, aggregated: true))"
        case .chain(_, let type, let inner), .has(_, let type, let inner):
            return prefersFilter(part, [type], inner, types) ? filter(part, types, on: row) : joined(part, on: row)
        case .or(let parts) where !parts.isEmpty:
            // One set of keys: a join of several alternatives would read the whole table for each.
            let sets = parts.map { keys($0, types) }
            return "\(row).key in (\(sets.joined(separator: " union all ")))"
        case .not(.row(let test)): return "not \(exists(test, on: row, alone: false))"
        case .and, .or, .not, .terms, .text, .own, .types, .words: return filter(part, types, on: row)
        }
    }
}

extension SearchSQL {
    /// The keys of all matches; some may come several times.
    mutating func keys(_ predicate: SearchPredicate, _ types: [ResourceType]) -> String {
        if case .chain(let salts, let type, let inner) = predicate,
            isRare(inner) || !prefersFilter(predicate, [type], inner, types)
        {
            return "select q.key from (\(referring(salts, chained { $0.set(inner, [type], as: .name) }))) q"
        }
        return set(predicate, types, as: .key)
    }

    /// A chain or its reverse as a set that is found first.
    private mutating func joined(_ part: SearchPredicate, on row: String) -> String {
        switch part {
        case .chain(let salts, let type, let inner):
            return
                "\(row).key = any(array(select distinct q.key from (\(referring(salts, chained { $0.set(inner, [type], as: .name) }))) q))"
        case .has(let salts, let type, let inner):
            return "\(row).self = any(\(referred(salts, elsewhere { $0.set(inner, [type]) })))"
        default: return "true"
        }
    }

    /// Whether it costs less to ask each resource of the types than to find all of the others first. Measured: 25 µs for
    /// each resource that a chain looks behind, 6 for one whose references are followed; 1.6 for each resource that
    /// refers, 22 for one that is asked who refers to it.
    private func prefersFilter(
        _ part: SearchPredicate, _ others: [ResourceType], _ inner: SearchPredicate, _ types: [ResourceType]
    ) -> Bool {
        guard !inner.isGuessed, let matching = size(inner, others), let all = size(.all, types) else { return false }
        if case .chain = part { return matching * 4 > all }
        return all * 14 < matching
    }
}

extension SearchPredicate {
    /// The rows that a probe of it reads.
    fileprivate var probedRows: RowTest? {
        switch self {
        case .row(let test), .presence(_, true, let test?): test
        default: nil
        }
    }

    /// Found by one column of `search`.
    fileprivate var isKeyed: Bool {
        switch self {
        case .terms, .own: true
        default: false
        }
    }

    /// Only resources of the types that are searched can fulfil it.
    fileprivate var impliesType: Bool {
        switch self {
        case .terms, .text, .own, .presence: true
        default: false
        }
    }

    /// It is found by keys, for which the index wants the type, too.
    fileprivate var needsType: Bool {
        switch self {
        case .chain, .or: true
        default: false
        }
    }
}

import FHIR
import Postgres

extension SearchSQL {
    /// Whether the indexes find few rows by a part of the predicate, whatever the values are.
    func isRare(_ predicate: SearchPredicate) -> Bool {
        switch predicate {
        case .terms(let terms): areFew(terms)
        case .own: true
        case .and(let parts): parts.contains(where: isRare)
        case .or(let parts): !parts.isEmpty && parts.allSatisfy { $0.isIndexed && isRare($0) }
        case .chain(_, _, let inner), .has(_, _, let inner): isRare(inner)
        case .not, .text, .updated, .row, .presence, .words: false
        }
    }

    /// Rows of `search` found by the rare parts first, which are then asked for all else.
    ///
    /// - Returns: a subquery of key, self, type, refs, terms.
    mutating func rare(_ predicate: SearchPredicate, _ types: [ResourceType], as columns: String = "#row.*") -> String {
        let (s, w) = (alias("s"), alias("w"))
        var drivers: [String] = []
        var rest: [SearchPredicate] = []
        for part in predicate.conjuncts {
            // Common terms help the index to leave out what the rare ones find.
            if case .terms(let terms) = part {
                drivers.append(any(terms, on: s))
            } else if isRare(part), let driver = driver(part, types, on: s) {
                drivers.append(driver)
            } else {
                rest.append(part)
            }
        }
        var filters = self.types(types, on: w)
        filters += rest.map { filter($0, types, on: w) }
        let outer = filters.isEmpty ? "" : " where \(filters.joined(separator: " and "))"
        let what = columns.replacing("#row", with: w)
        return """
            select \(what) from (select \(s).* from \(tables.search) \(s)
                where \(drivers.joined(separator: " and ")) offset 0) \(w)\(outer)
            """
    }

    private mutating func driver(_ part: SearchPredicate, _ types: [ResourceType], on row: String) -> String? {
        switch part {
        case .terms(let terms): return any(terms, on: row)
        case .own(let own): return "\(row).self = any(\(binder.bind(.int8Array(own), .int8Array)))"
        case .or(let parts):
            let drivers = parts.map { driver($0, types, on: row) }
            guard drivers.allSatisfy({ $0 != nil }) else { return nil }
            return "(\(drivers.compactMap(\.self).joined(separator: " or ")))"
        case .chain(let salts, let type, let inner):
            return "\(row).terms && \(referring(salts, rare(inner, [type])))"
        case .has(let salts, let type, let inner):
            return "\(row).self = any(\(referred(salts, rare(inner, [type]))))"
        default: return nil
        }
    }

    /// The terms of references to the rows of a subquery, as one array.
    mutating func referring(_ salts: [Int64], _ rows: String) -> String {
        let t = alias("t")
        let (salt, from) = self.salts(salts)
        return "(select coalesce(array_agg(\(t).self # \(salt)), '{}') from (\(rows)) \(t)\(from))"
    }

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
    mutating func planned(_ predicate: SearchPredicate, _ types: [ResourceType], as columns: String = "#row.*")
        -> String
    {
        let s = alias("s")
        let condition = condition(predicate, types, on: s)
        return "select \(columns.replacing("#row", with: s)) from \(tables.search) \(s) where \(condition)"
    }

    /// Rows of `search` by whichever way suits.
    mutating func set(_ predicate: SearchPredicate, _ types: [ResourceType], as columns: String = "#row.*") -> String {
        isRare(predicate) ? rare(predicate, types, as: columns) : planned(predicate, types, as: columns)
    }

    /// The predicate and the types, for the planner.
    mutating func condition(_ predicate: SearchPredicate, _ types: [ResourceType], on row: String) -> String {
        let parts = predicate.conjuncts
        // A term's hash contains the type. Asking for it as well leads PostgreSQL to read the index of the whole type.
        var written = parts.contains(where: \.impliesType) ? [] : self.types(types, on: row)
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
        case .presence(let parameter, let isPresent):
            return "\(row).terms && \(shapes(parameter, present: isPresent, types, aggregated: true))"
        case .chain(let salts, let type, let inner):
            return "\(row).terms && \(referring(salts, set(inner, [type])))"
        case .has(let salts, let type, let inner):
            return "\(row).self = any(\(referred(salts, set(inner, [type]))))"
        case .or(let parts) where !parts.isEmpty:
            // One set of keys: a join of several alternatives would read the whole table for each.
            let sets = parts.map { set($0, types, as: "#row.key") }
            return "\(row).key in (\(sets.joined(separator: " union all ")))"
        case .not(.row(let test)): return "not \(exists(test, on: row, alone: false))"
        case .and, .or, .not, .terms, .text, .own, .words: return filter(part, types, on: row)
        }
    }
}

extension SearchPredicate {
    /// Found by an index, and by nothing else.
    fileprivate var isIndexed: Bool {
        switch self {
        case .terms, .own: true
        case .chain, .has: true
        default: false
        }
    }

    /// Only resources of the types that are searched can fulfil it.
    fileprivate var impliesType: Bool {
        switch self {
        case .terms, .text, .own, .presence, .chain: true
        default: false
        }
    }
}

import FHIR
import Postgres

/// A key of the order of matches, its texts made numbers.
struct SearchOrder: Sendable, Hashable {
    enum Key: Sendable, Hashable {
        case id
        case updated
        /// The first 200 characters, folded.
        case string([Int32])
        case date([Int32])
        case number([Int32])
        /// Codes and uris by their texts.
        case text([Int32], IndexRows.TextRow.Kind)
        /// Texts by the keys of all matches.
        case given([Int64: String])
        /// `Type/id` of what is referred to.
        case reference(salts: [Int64])
    }

    let key: Key
    let isDescending: Bool
    /// Whether each resource has one value at most.
    var isSingular = false

    /// A row that gives a value; nil for keys that are no rows.
    var anyRow: SearchPredicate.RowTest? {
        switch key {
        case .string(let parameters): .init(table: .strings, parameters: parameters, tests: [])
        case .date(let parameters): .init(table: .dates, parameters: parameters, tests: [])
        case .number(let parameters): .init(table: .numbers, parameters: parameters, tests: [])
        case .id, .updated, .text, .given, .reference: nil
        }
    }

    var direction: String { isDescending ? "desc" : "asc" }
}

extension SearchSQL {
    /// What a row of `search` is ordered by: the lowest of its values when ascending, the highest when descending; null
    /// without any.
    mutating func value(_ order: SearchOrder, of row: String) -> String {
        let x = alias("x")
        let end = order.isDescending ? "max" : "min"
        switch order.key {
        case .id: return "(select \(x).id from \(tables.resource) \(x) where \(x).key = \(row).key)"
        case .updated: return "(select \(x).updated from \(tables.resource) \(x) where \(x).key = \(row).key)"
        case .string(let parameters):
            return extreme("\(end)(left(\(x).value, 200))", tables.strings, x, parameters, row)
        case .date(let parameters):
            return extreme(order.isDescending ? "max(\(x).high)" : "min(\(x).low)", tables.dates, x, parameters, row)
        case .number(let parameters):
            return extreme(order.isDescending ? "max(\(x).high)" : "min(\(x).low)", tables.numbers, x, parameters, row)
        case .text(let parameters, let kind):
            let numbers = Self.numbers(parameters, of: x)
            return """
                (select \(end)(\(x).text) from search_text \(x)
                    where \(numbers) and \(x).kind = \(kind.rawValue) and \(x).term = any(\(row).terms))
                """
        case .given(let texts):
            let known = texts.sorted { $0.key < $1.key }
            let keys = binder.bind(.textArray(known.map { String($0.key) }), .textArray)
            let values = binder.bind(.textArray(known.map(\.value)), .textArray)
            return "((select jsonb_object(\(keys), \(values))) ->> \(row).key::text) collate \"C\""
        case .reference(let salts):
            let (u, t, r) = (alias("u"), alias("t"), alias("r"))
            let (salt, from) = self.salts(salts)
            let tables = elsewhere(\.tables)
            return """
                (select \(end)(\(t).name || '/' || \(r).id) from \(Self.references(row)) \(u)\(from)
                    cross join lateral (select \(x).key, \(x).type from \(tables.search) \(x)
                        where \(x).self = \(u) # \(salt) offset 0) \(x)
                    cross join lateral (select \(r).id from \(tables.resource) \(r)
                        where \(r).key = \(x).key offset 0) \(r)
                    join resource_type \(t) on \(t).code = \(x).type)
                """
        }
    }

    private func extreme(
        _ what: String, _ table: String, _ x: String, _ parameters: [Int32], _ row: String
    ) -> String {
        "(select \(what) from \(table) \(x) where \(x).key = \(row).key and \(Self.numbers(parameters, of: x)))"
    }

    /// The record in the order of a key, as far as an index has it: rows of key, type and o, the value. Ends after a
    /// number of rows and those that are equal to the last of them; resources without a value are not among them.
    ///
    /// - Returns: nil if no index has the order.
    mutating func walk(_ order: SearchOrder, _ types: [ResourceType], window: Int) -> String? {
        let limit = "fetch first \(window) rows with ties"
        let x = alias("x")
        switch order.key {
        case .id, .updated:
            let column = order.key == .id ? "id" : "updated"
            let codes = types.isEmpty ? ResourceType.all : types
            let branches = codes.map { type in
                "select key, type, \(column) as o from \(tables.resource) where type = \(type.code) and method <> 2"
            }
            return """
                select \(x).key, \(x).type, \(x).o from (\(branches.joined(separator: " union all "))) \(x)
                order by \(x).o \(order.direction) \(limit)
                """
        case .string(let parameters):
            return walk(
                tables.strings, "left(value, 200)", ["value", "param", "exact"], parameters, order, x, limit)
        case .date(let parameters):
            let ends = order.isDescending ? ("high", "low") : ("low", "high")
            return walk(tables.dates, ends.0, [ends.1, "param"], parameters, order, x, limit)
        case .number(let parameters):
            let ends = order.isDescending ? ("high", "low") : ("low", "high")
            let others = [ends.1, "param", "coalesce(code, 0)", "coalesce(unit, 0)", "coalesce(label, 0)"]
            return walk(tables.numbers, ends.0, others, parameters, order, x, limit)
        case .text, .given, .reference: return nil
        }
    }

    /// - Parameter others: what tells rows of one resource apart that are equal by the value.
    private mutating func walk(
        _ table: String, _ value: String, _ others: [String], _ parameters: [Int32], _ order: SearchOrder,
        _ x: String, _ limit: String
    ) -> String? {
        guard !parameters.isEmpty else { return nil }
        let y = alias("y")
        let names = (0..<others.count).map { "v\($0)" }
        let columns = (["key", "param", "\(value) as o"] + zip(others, names).map { "\($0) as \($1)" })
            .joined(separator: ", ")
        let branches = parameters.map { "select \(columns) from \(table) where param = \($0)" }
        let rows =
            "select \(x).key, (\(x).param >> 16)::int2 as type, \(x).o from (\(branches.joined(separator: " union all "))) \(x)"
        if order.isSingular { return "\(rows) order by \(x).o \(order.direction) \(limit)" }
        let one = "(\((["o"] + names).map { "\(y).\($0)" }.joined(separator: ", ")))"
        let other = "(\((["o"] + names).map { "\(x).\($0)" }.joined(separator: ", ")))"
        // Of several values of a resource the first counts.
        let earlier = """
            exists (select from (select \(columns) from \(table)) \(y)
                where \(y).key = \(x).key and \(Self.numbers(parameters, of: y)) and \(one) \(order.isDescending ? ">" : "<") \(other) offset 0)
            """
        return "\(rows) where not \(earlier) order by \(x).o \(order.direction) \(limit)"
    }
}

import FHIR
import Postgres

/// Makes SQL of a search request. Every value is a parameter; the text depends on the request's shape alone.
struct SearchSQL {
    private var binder = Binder()

    /// Matches found through the indexes of the conditions, then ordered: for conditions that few resources fulfil.
    static func selective(_ request: SearchRequest, prepared: Bool) -> Query {
        var sql = SearchSQL()
        let predicate = sql.predicate(request, on: "s")
        let limit = sql.binder.bind(.int4(Int32(clamping: request.count + 1)), .int4)
        return sql.binder.query(
            """
            with m as materialized (select s.key from search s where \(predicate)),
                 p as (select key from m order by key limit \(limit))
            select r.version, r.method, r.updated, r.content, r.id, r.key
            from p join resource r on r.key = p.key order by p.key
            """, prepared: prepared)
    }

    /// The first `window` resources of the type in order, filtered: for conditions that many resources fulfil. Finds
    /// the page without looking at all matches, or too few of them, and then the caller takes the selective way.
    static func probing(_ request: SearchRequest, window: Int) -> Query {
        var sql = SearchSQL()
        let range = sql.range(request, on: "s")
        let size = sql.binder.bind(.int4(Int32(window)), .int4)
        let filter = request.conditions.map { sql.condition($0, type: request.type, on: "w") }
        let limit = sql.binder.bind(.int4(Int32(clamping: request.count + 1)), .int4)
        let whole = filter.isEmpty ? "true" : filter.joined(separator: " and ")
        return sql.binder.query(
            """
            with w as materialized (
                     select s.key, s.type, s.terms from search s where \(range) order by s.key limit \(size)),
                 p as (select w.key from w where \(whole) order by w.key limit \(limit))
            select r.version, r.method, r.updated, r.content, r.id, r.key
            from p join resource r on r.key = p.key order by p.key
            """, prepared: false)
    }

    /// How many resources match.
    static func counting(_ request: SearchRequest) -> Query {
        var sql = SearchSQL()
        let predicate = sql.predicate(request, on: "s")
        return sql.binder.query("select count(*) from search s where \(predicate)", prepared: false)
    }

    private mutating func range(_ request: SearchRequest, on row: String) -> String {
        let type = binder.bind(.int2(request.type.code), .int2)
        return (["\(row).type = \(type)"] + after(request, on: row)).joined(separator: " and ")
    }

    private mutating func after(_ request: SearchRequest, on row: String) -> [String] {
        request.after > 0 ? ["\(row).key > \(binder.bind(.int8(request.after), .int8))"] : []
    }

    private mutating func predicate(_ request: SearchRequest, on row: String) -> String {
        // A term's hash contains the type. Asking for it as well leads PostgreSQL to read the index of the whole type.
        var parts = request.hasTerms ? after(request, on: row) : [range(request, on: row)]
        for condition in request.conditions {
            parts.append(self.condition(condition, type: request.type, on: row))
        }
        return parts.joined(separator: " and ")
    }

    private mutating func condition(_ condition: SearchCondition, type: ResourceType, on row: String) -> String {
        switch condition {
        case .ids(let ids):
            let type = binder.bind(.int2(type.code), .int2)
            return
                "\(row).key in (select key from resource where type = \(type) and id = any(\(binder.bind(.textArray(ids), .textArray))))"
        case .lastUpdated(let tests):
            let type = binder.bind(.int2(type.code), .int2)
            let any = tests.map { binder.moment($0, column: "u.updated") }.joined(separator: " or ")
            return "exists (select from resource u where u.key = \(row).key and u.type = \(type) and (\(any)))"
        case .terms(let terms) where terms.count == 1:
            return "\(row).terms @> \(binder.bind(.int8Array(terms), .int8Array))"
        case .terms(let terms):
            return "\(row).terms && \(binder.bind(.int8Array(terms), .int8Array))"
        case .strings(let parameters, let prefixes):
            let any = prefixes.map { prefix($0) }.joined(separator: " or ")
            return exists("search_string", parameters, any, on: row)
        case .dates(let parameters, let tests):
            let any = tests.map { test in
                binder.range(test, low: "x.low", high: "x.high") { $0.bind(.int8($1), .int8) }
            }
            return exists("search_date", parameters, any.joined(separator: " or "), on: row)
        case .numbers(let parameters, let tests):
            let any = tests.map { number($0) }
            return exists("search_number", parameters, any.joined(separator: " or "), on: row)
        }
    }

    private mutating func exists(_ table: String, _ parameters: [Int32], _ any: String, on row: String) -> String {
        // The parameters' numbers are part of the text: their share of the table is what the planner must know.
        let numbers = parameters.map(String.init).joined(separator: ", ")
        let parameter = parameters.count == 1 ? "x.param = \(numbers)" : "x.param in (\(numbers))"
        return "exists (select from \(table) x where x.key = \(row).key and \(parameter) and (\(any)))"
    }

    private mutating func prefix(_ text: String) -> String {
        let head = String(String.UnicodeScalarView(text.unicodeScalars.prefix(200)))
        let low = binder.bind(.text(head), .text)
        var part = "left(x.value, 200) >= \(low)"
        if let after = Self.successor(head) {
            part += " and left(x.value, 200) < \(binder.bind(.text(after), .text))"
        }
        if text.unicodeScalars.count > 200 { part += " and starts_with(x.value, \(binder.bind(.text(text), .text)))" }
        return "(\(part))"
    }

    /// The smallest text, in code point order, that is greater than all texts that begin with `prefix`.
    static func successor(_ prefix: String) -> String? {
        var scalars = Array(prefix.unicodeScalars)
        while let last = scalars.popLast() {
            let next = last.value == 0xd7ff ? 0xe000 : last.value + 1
            if let scalar = Unicode.Scalar(next) {
                scalars.append(scalar)
                return String(String.UnicodeScalarView(scalars))
            }
        }
        return nil
    }

    private mutating func number(_ test: SearchCondition.NumberTest) -> String {
        var parts = [
            binder.range(test.condition, low: "x.low", high: "x.high") { $0.bind(.numeric($1.numeric), .numeric) }
        ]
        if let unit = test.unit { parts.append("x.unit = \(binder.bind(.int8(unit), .int8))") }
        if let code = test.code {
            let code = binder.bind(.int8(code), .int8)
            parts.append("(x.code = \(code) or x.label = \(code))")
        }
        return "(\(parts.joined(separator: " and ")))"
    }
}

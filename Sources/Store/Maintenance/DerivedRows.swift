import FHIR
import Postgres

/// Reads and writes the derived rows of resources by their keys.
enum DerivedRows {
    private static let terms = Statement(
        """
        select s.key, s.self, s.refs, s.terms from resource r join search s on s.type = r.type and s.key = r.key
        where r.key = any($1)
        """, [.int8Array])
    private static let identities = Statement(
        "select key, term from search_identity where key = any($1)", [.int8Array])
    private static let sums = Statement(
        "select key, identities, strings, dates, numbers from resource where key = any($1)", [.int8Array])
    private static let strings = Statement(
        "select key, param, value, exact, context from search_string where key = any($1)", [.int8Array])
    private static let dates = Statement(
        "select key, param, low, high, context from search_date where key = any($1)", [.int8Array])
    private static let numbers = Statement(
        """
        select key, param, low::text, high::text, unit, code, label, context from search_number where key = any($1)
        """, [.int8Array])

    /// The rows that are there, sorted; a resource without a row of terms is left out.
    static func read(_ keys: [Int64], on connection: Connection) async throws -> [Int64: IndexRows] {
        let parameter = Parameter.int8Array(keys)
        let results = try await connection.run(
            [terms, strings, dates, numbers, identities, sums].map { Query($0, [parameter]) })
        var found: [Int64: IndexRows] = [:]
        for row in results[0] {
            found[try row.int8(0), default: .none].take(
                own: try row.int8(1), references: Int(try row.int2(2)), list: try row.int8Array(3))
        }
        for row in results[1] {
            found[try row.int8(0), default: .none].strings.append(
                .init(
                    parameter: try row.int4(1), value: try row.text(2), exact: try row.optionalInt8(3) ?? 0,
                    context: try context(row, 4)))
        }
        for row in results[2] {
            found[try row.int8(0), default: .none].dates.append(
                .init(
                    parameter: try row.int4(1), range: DateRange(lower: try row.int8(2), upper: try row.int8(3)),
                    context: try context(row, 4)))
        }
        for row in results[3] {
            found[try row.int8(0), default: .none].numbers.append(
                .init(
                    parameter: try row.int4(1), low: try row.text(2), high: try row.text(3),
                    unit: try row.optionalInt8(4), code: try row.optionalInt8(5), label: try row.optionalInt8(6),
                    context: try context(row, 7)))
        }
        for row in results[4] { found[try row.int8(0), default: .none].identities.append(try row.int8(1)) }
        for row in results[5] {
            let key = try row.int8(0)
            guard found[key] != nil, try !row.isNull(1) else { continue }
            found[key]?.sums = .init(
                identities: try row.int8(1), strings: try row.int8(2), dates: try row.int8(3), numbers: try row.int8(4))
        }
        return found.mapValues { $0.sorted() }
    }

    private static func context(_ row: Row, _ column: Int) throws -> [Int64] {
        try row.isNull(column) ? [] : try row.int8Array(column)
    }

    /// Replaces the rows of resources.
    static func write(
        _ resources: [(key: Int64, type: ResourceType, rows: IndexRows)], on connection: Connection
    ) async throws {
        let keys = Parameter.int8Array(resources.map(\.key))
        var group = ["search_identity", "search_string", "search_date", "search_number"].map {
            Query(Statement("delete from \($0) where key = any($1)", [.int8Array]), [keys])
        }
        group.append(Query(deleteTerms, [keys]))
        for (key, type, rows) in resources {
            group.append(Query(updateSums, [.int8(key)] + rows.sums.list.map { .int8($0) }))
            group.append(
                Query(
                    insertTerms,
                    [
                        .int8(key), .int8(rows.own), .int2(type.code), .int2(Int16(clamping: rows.references.count)),
                        .int8Array(rows.list),
                    ]))
            for term in rows.identities { group.append(Query(insertIdentity, [.int8(term), .int8(key)])) }
            for row in rows.strings {
                group.append(
                    Query(
                        insertString,
                        [
                            .int8(key), .int4(row.parameter), .text(row.value), .int8(row.exact), context(row.context),
                        ]))
            }
            for row in rows.dates {
                group.append(
                    Query(
                        insertDate,
                        [
                            .int8(key), .int4(row.parameter), .int8(row.range.lower), .int8(row.range.upper),
                            context(row.context),
                        ]))
            }
            for row in rows.numbers {
                group.append(
                    Query(
                        insertNumber,
                        [
                            .int8(key), .int4(row.parameter), .numeric(row.low), .numeric(row.high), .int8(row.unit),
                            .int8(row.code), .int8(row.label), context(row.context),
                        ]))
            }
        }
        _ = try await connection.run(group)
    }

    private static let deleteTerms = Statement(
        "delete from search s using resource r where r.key = any($1) and s.type = r.type and s.key = r.key",
        [.int8Array])

    private static func context(_ terms: [Int64]) -> Parameter {
        terms.isEmpty ? .null(.int8Array) : .int8Array(terms)
    }

    private static let updateSums = Statement(
        "update resource set identities = $2, strings = $3, dates = $4, numbers = $5 where key = $1",
        [.int8, .int8, .int8, .int8, .int8])
    private static let insertTerms = Statement(
        "insert into search (key, self, type, refs, terms) values ($1, $2, $3, $4, $5)",
        [.int8, .int8, .int2, .int2, .int8Array])
    private static let insertIdentity = Statement(
        "insert into search_identity (term, key) values ($1, $2)", [.int8, .int8])
    private static let insertString = Statement(
        "insert into search_string (key, param, value, exact, context) values ($1, $2, $3, $4, $5)",
        [.int8, .int4, .text, .int8, .int8Array])
    private static let insertDate = Statement(
        "insert into search_date (key, param, low, high, context) values ($1, $2, $3, $4, $5)",
        [.int8, .int4, .int8, .int8, .int8Array])
    private static let insertNumber = Statement(
        """
        insert into search_number (key, param, low, high, unit, code, label, context)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
        """, [.int8, .int4, .numeric, .numeric, .int8, .int8, .int8, .int8Array])
}

extension IndexRows {
    /// The parts of a stored list of terms; one that was tampered with is another than it should be.
    fileprivate mutating func take(own: Int64, references count: Int, list: [Int64]) {
        self.own = own
        shape.term = list.first ?? 0
        references = Array(list.dropFirst().prefix(max(0, count)))
        terms = Array(list.dropFirst(1 + max(0, count)))
    }
}

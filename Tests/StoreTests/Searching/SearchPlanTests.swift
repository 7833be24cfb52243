import FHIR
import Postgres
import Testing

@testable import Store

/// How many rows the first page of a search reads, counted by PostgreSQL: not time, which differs by machine, but what
/// grows with the record if a plan is wrong.
@Suite("Plans of searches", .serialized)
struct SearchPlanTests {
    /// 20,000 of each of Patient, Observation and Practitioner.
    private static let each = 20_000
    /// A walk looks at 4,000 resources and what stands beside them; one that read a table would look at all.
    private static let bound = 12_000

    /// Sparse, dense and empty, of every kind.
    private static let searches = [
        "Patient?identifier=urn:u|only", "Patient?identifier=urn:u|nobody", "Patient?_id=only", "Patient",
        "Patient?gender=male", "Patient?gender=other", "Patient?gender=male&identifier=urn:u|only",
        "Patient?gender:not=male", "Patient?gender:not=other", "Patient?family=smith", "Patient?family=only",
        "Patient?family=nobody", "Patient?family:exact=Only",
        "Patient?name=only", "Patient?family=smith&gender=male", "Patient?family=smith&gender=other",
        "Patient?birthdate=ge1950", "Patient?birthdate=1801-01-01", "Patient?birthdate=gt2100",
        "Patient?birthdate=lt1700", "Patient?birthdate:missing=true", "Patient?birthdate:missing=false",
        "Patient?death-date:missing=false", "Patient?death-date:missing=true", "Patient?name:missing=true",
        "Patient?_lastUpdated=gt2000", "Patient?_lastUpdated=gt2500",
        "Observation?subject=Patient/p1", "Observation?subject=Patient/nobody",
        "Observation?subject=Patient/p1&code=c1",
        "Observation?subject=Patient/p1&date=ge1990&_sort=-date", "Observation?code=c1", "Observation?code=rare",
        "Observation?code=none", "Observation?code=c1&status=final", "Observation?code=c1&date=ge1990",
        "Observation?value-quantity=gt5", "Observation?value-quantity=777777", "Observation?value-quantity=gt9999999",
        "Observation?value-quantity=777777||mg", "Observation?date=ge1990", "Observation?date=lt1700",
        "Observation?date=ge1990-05-05&date=le1990-05-06", "Observation?date=1990-05-05",
        "Observation?date=ge1990-05-05&date=le1990-05-06&_sort=-date", "Patient?family=smith&birthdate=1801-01-01",
        "Observation?status:not=final", "Observation?status:not=final,amended",
        "Observation?code=c1&value-quantity=gt5",
        "Observation?value-quantity:missing=true", "Observation?value-quantity:missing=false",
        "Observation?subject:Patient.name=only", "Observation?subject:Patient.name=nobody",
        "Observation?subject:Patient.gender=male", "Observation?subject:Patient.gender=other",
        "Observation?subject:Patient.identifier=urn:u|only", "Observation?subject:Patient.identifier=urn:u|nobody",
        "Observation?subject:Patient.general-practitioner.name=house",
        "Observation?subject:Patient.birthdate=1801-01-01",
        "Patient?_has:Observation:patient:code=c1", "Patient?_has:Observation:patient:code=rare",
        "Patient?_has:Observation:patient:code=none", "Patient?_has:Observation:patient:value-quantity=777777",
        "Patient?_has:Observation:patient:subject:Patient.identifier=urn:u|only",
        "Patient?general-practitioner.name=house", "Patient?general-practitioner.name=only",
        "Practitioner?_has:Patient:general-practitioner:identifier=urn:u|only",
        "Practitioner?_has:Patient:general-practitioner:gender=male",
        "Patient?_sort=birthdate", "Patient?_sort=-birthdate", "Patient?_sort=-birthdate,family",
        "Patient?_sort=-_lastUpdated", "Patient?_sort=_id", "Patient?gender=male&_sort=-_id",
        "Observation?_sort=-date", "Observation?code=c1&_sort=-date", "Observation?code=rare&_sort=-date,_id",
        "Observation?_sort=value-quantity", "Observation?status=final&_sort=-value-quantity",
        "?_type=Patient,Observation", "?_type=Patient,Observation&_lastUpdated=gt2000", "?_id=only",
        "?_lastUpdated=gt2000",
    ]

    @Test("no first page reads a table, whether few, many or no resources match")
    func firstPages() async throws {
        try await Record.with(settings: ["jit": "off"]) { record in
            try await fill(record)
            for text in Self.searches {
                let (rows, plans) = try await read(SearchRequest(text, count: 20), in: record)
                #expect(rows < Self.bound, "\(text) reads \(rows) rows:\n\(plans.joined(separator: "\n\n"))")
            }
        }
    }

    /// The rows that all statements of a search's first page read, and their plans.
    private func read(_ request: SearchRequest, in record: Record) async throws -> (Int, [String]) {
        let search = try await record.store.prepare(request)
        let limit = request.count + 1
        var total = 0
        var plans: [String] = []
        func run(_ way: SearchWay) async throws -> Int? {
            guard let query = SearchSQL.page(search, way, limit: limit) else { return nil }
            let sql = "explain (analyze, timing off, format json) \(query.statement.sql)"
            let statement = Statement(sql, query.statement.parameterTypes, reuse: .once)
            let text = try await record.store.run(Query(statement, query.parameters), way)
                .map { try $0.text(0) }.joined(separator: "\n")
            let root = try #require(try JSONDocument.parse(Array(text.utf8)).root.elements.first?["Plan"])
            total += Self.rows(root)
            plans.append("\(way)\n\(query.statement.sql)\n\(Self.outline(root, indent: ""))")
            if case .walk(let window) = way {
                let rows = try await record.store.run(query, way)
                return try FoundMatches.walked(rows, window, limit).map { _ in limit } ?? 0
            }
            return Self.number(root, "Actual Rows")
        }
        /// Whether a probe has found all.
        func probe(_ way: SearchWay) async throws -> Bool {
            guard search.isProbable, try await run(way) != nil else { return false }
            return try await record.store.probed(search, way, limit) != nil
        }
        if search.isRare {
            _ = try await run(.rare)
            return (total, plans)
        }
        if try await probe(.probed) { return (total, plans) }
        if let window = try await record.store.window(search, limit),
            let found = try await run(.walk(window: window)), found == limit
        {
            return (total, plans)
        }
        if try await probe(.probedFar) { return (total, plans) }
        _ = try await run(.planned)
        return (total, plans)
    }

    private static func number(_ node: JSONNode, _ key: String) -> Int {
        node[key]?.numberText.flatMap { Double($0) }.map { Int($0) } ?? 0
    }

    /// What the scans of a plan have looked at.
    private static func rows(_ node: JSONNode) -> Int {
        var rows = 0
        if node["Relation Name"] != nil || node["Index Name"] != nil {
            let seen =
                number(node, "Actual Rows") + number(node, "Rows Removed by Filter")
                + number(node, "Rows Removed by Index Recheck")
            rows += seen * number(node, "Actual Loops")
        }
        if let plans = node["Plans"] { for child in plans.elements { rows += Self.rows(child) } }
        return rows
    }

    private static func outline(_ node: JSONNode, indent: String) -> String {
        let name = [node["Node Type"], node["Relation Name"], node["Index Name"]].compactMap { $0?.string }
            .joined(separator: " ")
        let own =
            "\(indent)\(name) rows=\(number(node, "Actual Rows")) removed=\(number(node, "Rows Removed by Filter")) "
            + "loops=\(number(node, "Actual Loops"))"
        let children = node["Plans"]?.elements.map { outline($0, indent: indent + "  ") } ?? []
        return ([own] + children).joined(separator: "\n")
    }

    /// Forty of each are written and then multiplied in the tables: a copy's references are to the copies of what the
    /// original refers to.
    private func fill(_ record: Record) async throws {
        let names = ["Smith", "Jones", "Müller", "García"]
        try await record.put(
            all: (0..<40).map { n in
                #"{"resourceType":"Practitioner","id":"d\#(n)","name":[{"family":"\#(n == 7 ? "House" : "Doc")"}]}"#
            })
        try await record.put(
            all: (0..<40).map { n in
                #"{"resourceType":"Patient","id":"p\#(n)","gender":"\#(n % 2 == 0 ? "male" : "female")","birthDate":"\#(1950 + n)","#
                    + #""name":[{"family":"\#(names[n % 4])","given":["G\#(n)"]}],"#
                    + #""generalPractitioner":[{"reference":"Practitioner/d\#(n)"}]}"#
            })
        try await record.put(
            all: (0..<40).map { n in
                #"{"resourceType":"Observation","id":"o\#(n)","status":"\#(n % 10 == 0 ? "amended" : "final")","#
                    + #""code":{"coding":[{"system":"urn:c","code":"c\#(n % 8)"}]},"subject":{"reference":"Patient/p\#(n)"},"#
                    + #""effectiveDateTime":"\#(1990 + n % 20)-01-01","#
                    + (n % 4 == 0 ? #""valueString":"x"}"# : #""valueQuantity":{"value":\#(n),"unit":"mg"}}"#)
            })
        let copies = Self.each / 40 - 1
        let step = "(n * 2654435761)"
        for statement in [
            """
            insert into resource (key, type, id, version, method, updated, content)
                select key + n * 1000000, type, id || '-' || n, 1, 0, updated + n * interval '1 second', content
                from resource, generate_series(1::int8, \(copies)) n
            """,
            """
            insert into search (key, self, type, refs, terms)
                select key + n * 1000000, self # \(step), type, refs, terms[1:1]
                    || coalesce((select array_agg(t # \(step)) from unnest(terms[2:refs + 1]) t), '{}') || terms[refs + 2:]
                from search, generate_series(1::int8, \(copies)) n
            """,
            """
            insert into search_string (key, param, value, exact)
                select key + n * 1000000, param, value, exact from search_string, generate_series(1::int8, \(copies)) n
            """,
            """
            insert into search_date (key, param, low, high)
                select key + n * 1000000, param, low + n * 1000000, high + n * 1000000
                from search_date, generate_series(1::int8, \(copies)) n
            """,
            """
            insert into search_number (key, param, low, high, unit, code, label)
                select key + n * 1000000, param, low + n, high + n, unit, code, label
                from search_number, generate_series(1::int8, \(copies)) n
            """,
        ] { _ = try await record.sql(statement) }
        try await record.put(all: [
            #"{"resourceType":"Practitioner","id":"only","name":[{"family":"Only"}]}"#,
            #"{"resourceType":"Patient","id":"only","gender":"other","birthDate":"1801-01-01","deceasedDateTime":"1880-01-01","#
                + #""identifier":[{"system":"urn:u","value":"only"}],"name":[{"family":"Only"}],"#
                + #""generalPractitioner":[{"reference":"Practitioner/only"}]}"#,
            #"{"resourceType":"Observation","id":"only","status":"final","code":{"coding":[{"code":"rare"}]},"#
                + #""subject":{"reference":"Patient/only"},"valueQuantity":{"value":777777,"unit":"mg"}}"#,
        ])
        for table in ["resource", "search", "search_string", "search_date", "search_number", "search_text"] {
            _ = try await record.sql("vacuum analyze \(table)")
        }
    }
}

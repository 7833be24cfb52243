import FHIR
import Postgres

extension Store {
    private static let all = Statement(
        "select \(RecordParameter.columns) from search_parameter order by number")

    /// The search parameters that the record was given, those that are being removed included.
    public func recordParameters() async throws(StoreError) -> [RecordParameter] {
        try await StoreError.mapping {
            try await self.pool.withConnection { connection in
                try await connection.query(Query(Self.all)).map { try RecordParameter($0) }
            }
        }
    }

    /// Indexes and searches from now on by the parameters that the record was given.
    public func takeParameters() async throws(StoreError) {
        let rows = try await recordParameters().filter { $0.state != .removing }
        let known = parameters.additional
        let facts = Self.facts(of: rows, known: known)
        let unfinished = Set(rows.filter { $0.state != .usable }.map(\.number))
        let current = parameters
        // Another set compiles its expressions again.
        guard facts.sorted(by: { $0.id < $1.id }) != current.additional || unfinished != current.unfinished else {
            return
        }
        use(current.with(facts, unfinished: unfinished))
    }

    /// - Parameter known: those whose definitions have been read already: a number stands for one definition for ever.
    private static func facts(
        of rows: [RecordParameter], known: [SearchParameterFact]
    ) -> [SearchParameterFact] {
        var facts: [SearchParameterFact] = []
        let composites = rows.filter(\.isComposite)
        let plain = rows.filter { row in !composites.contains { $0.number == row.number } }
        for row in plain + composites {
            if let fact = known.first(where: { $0.id == row.number }) ?? row.fact(known: facts) { facts.append(fact) }
        }
        return facts
    }

    /// A definition that cannot be searched by, and why.
    public struct ParameterProblem: Sendable {
        public let name: String
        public let issues: [Issue]
    }

    private static let lock = Query("select pg_advisory_xact_lock(5636479917)")
    private static let retire = Statement(
        """
        update search_parameter set state = 3, place_type = 0, place_key = 0, scanned = 0, indexed = 0, failed = 0
        where number = $1
        """, [.int4])
    private static let add = Statement(
        "insert into search_parameter (url, definition, types, since) values ($1, $2, $3, $4) returning number",
        [.text, .bytea, .int2Array, .timestamptz])

    /// Makes the record's parameters those that are given: new ones are to be indexed, what is no longer among them is to
    /// be removed.
    ///
    /// - Parameter given: SearchParameter resources as JSON, with a name that a message can call them by.
    /// - Returns: those that cannot be searched by.
    public func register(
        parameters given: [(name: String, content: [UInt8])]
    ) async throws(StoreError) -> [ParameterProblem] {
        let problems = try await StoreError.mapping {
            try await self.pool.withTransaction { connection in
                _ = try await connection.query(Self.lock)
                let rows = try await connection.query(Query(Self.all)).map { try RecordParameter($0) }
                return try await self.reconcile(given, with: rows, on: connection)
            }
        }
        try await takeParameters()
        return problems
    }

    private func reconcile(
        _ given: [(name: String, content: [UInt8])], with rows: [RecordParameter], on connection: Connection
    ) async throws -> [ParameterProblem] {
        var (problems, known): ([ParameterProblem], [SearchParameterFact]) = ([], [])
        var kept: Set<Int32> = []
        // Of what is there first: a word belongs to the one that had it.
        let documents = given.compactMap { item in
            (try? JSONDocument.parse(item.content)).map { (item, $0, $0.root["url"]?.string ?? "") }
        }.sorted { one, other in
            let ranks = [one, other].map { item -> (Int, Int32) in
                let isComposite = item.1.root["type"]?.equals("composite") == true
                return (isComposite ? 1 : 0, rows.first { $0.url == item.2 && $0.state != .removing }?.number ?? .max)
            }
            return ranks[0] < ranks[1]
        }
        for (item, document, url) in documents {
            let row = rows.first { $0.url == url && $0.state != .removing }
            do {
                var fact = try SearchParameterDefinition.fact(
                    of: document.root, id: row?.number ?? SearchParameterDefinition.unusedNumber(known), known: known)
                if known.contains(where: { $0.url == fact.url }) {
                    let issue = Issue(
                        .duplicate, "\(fact.url) is defined twice; one of the two is used.", at: "SearchParameter.url")
                    problems.append(ParameterProblem(name: item.name, issues: [issue]))
                    continue
                }
                if let row, row.fact(known: known) == fact {
                    kept.insert(row.number)
                } else {
                    if let row { _ = try await connection.query(Query(Self.retire, [.int4(row.number)])) }
                    fact = try await insert(fact, item.content, document, known, on: connection)
                    kept.insert(fact.id)
                    if let row { kept.insert(row.number) }
                }
                known.append(fact)
            } catch let refusal as SearchRefusal {
                problems.append(ParameterProblem(name: item.name, issues: refusal.issues))
            }
        }
        for row in rows where row.state != .removing && !kept.contains(row.number) {
            _ = try await connection.query(Query(Self.retire, [.int4(row.number)]))
        }
        return problems
    }

    private func insert(
        _ fact: SearchParameterFact, _ content: [UInt8], _ document: JSONDocument, _ known: [SearchParameterFact],
        on connection: Connection
    ) async throws -> SearchParameterFact {
        let types = ResourceType.all.filter { fact.applies(to: $0) }.map(\.code)
        let answer = try await connection.query(
            Query(
                Self.add,
                [
                    .text(fact.url), .bytes(content), .int2Array(types), .timestamp(microsecondsSince1970: clock()),
                ]))
        guard let number = try answer.first.map({ try $0.int4(0) }) else {
            throw StoreError.failed("a search parameter was given no number")
        }
        return try SearchParameterDefinition.fact(of: document.root, id: number, known: known)
    }
}

import FHIR
import Postgres

/// Resources of a type that are not written yet, to be searched: what a transaction asks of its own entries.
public struct DraftIndex: Sendable {
    fileprivate let type: ResourceType
    fileprivate var drafts: [(id: String, rows: IndexRows)] = []
    /// The units of their quantities, some of which the record may not know yet.
    fileprivate var units: [SearchUnit] = []
    /// The positions of the drafts that have a term.
    private var byTerm: [Int64: [Int]] = [:]

    fileprivate init(_ type: ResourceType) { self.type = type }

    fileprivate mutating func add(_ id: String, _ rows: IndexRows) {
        for term in rows.terms + rows.references { byTerm[term, default: []].append(drafts.count) }
        units += rows.texts.rows.filter { $0.kind == .unit }.compactMap { SearchUnit(text: $0.text) }
        drafts.append((id, rows))
    }

    /// Those that may fulfil a predicate: nearly always it asks for a term that few have.
    fileprivate func candidates(_ predicate: SearchPredicate) -> [Int] {
        switch predicate {
        case .terms(let terms): Set(terms.flatMap { byTerm[$0] ?? [] }).sorted()
        case .and(let parts):
            parts.lazy.filter { if case .terms = $0 { true } else { false } }.first.map(candidates)
                ?? Array(drafts.indices)
        default: Array(drafts.indices)
        }
    }
}

extension Store {
    /// Drafts of a type, to be searched.
    public func index(
        _ drafts: [(id: String, content: [UInt8])], of type: ResourceType
    ) throws(StoreError) -> DraftIndex {
        var index = DraftIndex(type)
        do {
            for draft in drafts { index.add(draft.id, try rows(of: draft.content, type: type, id: draft.id)) }
        } catch {
            throw StoreError(error)
        }
        return index
    }

    /// The ids of the drafts that will fulfil the request. `_lastUpdated` is not known before the commit and never holds;
    /// of other resources it is asked what the record holds of them.
    public func matches(of request: SearchRequest, in index: DraftIndex) async throws(StoreError) -> [String] {
        let predicate = try await StoreError.mapping {
            let now = self.clock()
            let request = try await self.following(request, at: Moment(), now: now)
            let units = try await self.units(for: request.expression) + index.units
            return try SearchCompiler(indexer: self.indexer, extractor: self.extractor, units: units, now: now)
                .predicate(request.expression, of: [index.type])
        }
        var matches: [String] = []
        for position in index.candidates(predicate) {
            let draft = index.drafts[position]
            if try await holds(predicate, index.type, draft.rows) { matches.append(draft.id) }
        }
        return matches
    }

    /// Whether a resource that is not written yet will fulfil the request.
    public func holds(
        _ request: SearchRequest, for content: [UInt8], id: String
    ) async throws(StoreError) -> Bool {
        guard request.types.count == 1, let type = request.types.first else {
            throw .failed("a resource that is not written yet is asked as one of a single type")
        }
        return try await !matches(of: request, in: index([(id, content)], of: type)).isEmpty
    }

    private func holds(
        _ predicate: SearchPredicate, _ type: ResourceType, _ rows: IndexRows
    ) async throws(StoreError) -> Bool {
        try await StoreError.mapping {
            let open = try predicate.decided(by: rows, type.code).simplified
            if open.isAll || open.isNone { return open.isAll }
            // What is left asks for other resources.
            var sql = SearchSQL(.current)
            let own = sql.binder.bind(.int8(rows.own), .int8)
            let code = sql.binder.bind(.int2(type.code), .int2)
            let count = sql.binder.bind(.int2(Int16(clamping: rows.references.count)), .int2)
            let terms = sql.binder.bind(.int8Array(rows.list), .int8Array)
            let filter = sql.filter(open, [type], on: "w")
            let query = sql.query(
                """
                select \(filter) from (select 0::int8 as key, \(own) as self, \(code) as type, \(count) as refs,
                    \(terms) as terms offset 0) w
                """, prepared: false)
            let answer = try await self.pool.withConnection { try await $0.query(query) }
            return try answer.first.map { try $0.bool(0) } ?? false
        }
    }
}

extension SearchPredicate {
    /// What is left to ask when a resource's own rows are known: questions of other resources.
    fileprivate func decided(by rows: IndexRows, _ code: Int16) throws(StoreError) -> SearchPredicate {
        switch self {
        case .and(let parts):
            var left: [SearchPredicate] = []
            for part in parts { left.append(try part.decided(by: rows, code)) }
            return .and(left)
        case .or(let parts):
            var left: [SearchPredicate] = []
            for part in parts { left.append(try part.decided(by: rows, code)) }
            return .or(left)
        case .not(let inner): return .not(try inner.decided(by: rows, code))
        case .chain, .has: return self
        case .terms(let terms):
            return .whether(terms.contains { rows.terms.contains($0) || rows.references.contains($0) })
        case .text(let test):
            return .whether(
                rows.texts.rows.contains { row in
                    row.kind == test.kind && test.parameters.contains(row.parameter)
                        && row.text.unicodeScalars.starts(with: test.prefix.unicodeScalars)
                })
        case .own(let own): return .whether(own.contains(rows.own))
        case .types(let types): return .whether(types.contains { $0.code == code })
        case .updated: return .none
        case .row(let test): return .whether(test.holds(rows))
        case .presence(let parameter, let isPresent, _):
            return .whether(rows.shape.parameters.contains(parameter) == isPresent)
        case .words: throw .failed("words of a resource that is not written yet cannot be searched")
        }
    }

    private static func whether(_ holds: Bool) -> SearchPredicate { holds ? .all : .none }
}

extension SearchPredicate.RowTest {
    fileprivate func holds(_ rows: IndexRows) -> Bool {
        switch table {
        case .strings:
            rows.strings.contains { row in
                stands(row.parameter, row.context, rows) { $0.holds(row) }
            }
        case .dates:
            rows.dates.contains { row in
                stands(row.parameter, row.context, rows) {
                    if case .date(let condition) = $0 { condition.holds(row.range) } else { false }
                }
            }
        case .numbers:
            rows.numbers.contains { row in
                stands(row.parameter, row.context, rows) { $0.holds(row) }
            }
        }
    }

    private func stands(
        _ parameter: Int32, _ terms: [Int64], _ rows: IndexRows, _ value: (SearchPredicate.Value) -> Bool
    ) -> Bool {
        guard parameters.contains(parameter), context.allSatisfy({ $0.contains(where: terms.contains) }),
            tests.isEmpty || tests.contains(where: value)
        else { return false }
        // What stands beside it is of the same repetition, which its terms begin with.
        return beside.allSatisfy { other in
            guard let repetition = terms.first else { return false }
            return SearchPredicate.RowTest(
                table: other.table, parameters: other.parameters, tests: other.tests,
                context: other.context + [[repetition]]
            ).holds(rows)
        }
    }
}

extension SearchPredicate.Value {
    fileprivate func holds(_ row: IndexRows.StringRow) -> Bool {
        switch self {
        case .prefix(let text): row.value.unicodeScalars.starts(with: text.unicodeScalars)
        case .contains(let text): row.value.utf8Contains(text)
        case .equals(let text): row.value.utf8.elementsEqual(text.utf8)
        case .ends(let text): row.value.utf8.reversed().starts(with: text.utf8.reversed())
        case .exact(let folded, let hash): row.value.utf8.elementsEqual(folded.utf8) && row.exact == hash
        case .date, .number, .near: false
        }
    }

    fileprivate func holds(_ row: IndexRows.NumberRow) -> Bool {
        switch self {
        case .number(let condition, let unit, let code):
            guard unit == nil || unit == row.unit, code == nil || code == row.code || code == row.label else {
                return false
            }
            // Open ends are infinite, and no decimals.
            return condition.holds(low: FHIRDecimal(row.low), high: FHIRDecimal(row.high))
        case .near(let latitude, let longitude, let metres):
            guard let low = Double(row.low), let high = Double(row.high) else { return false }
            return SearchNear.metres(from: (latitude, longitude), to: (low, high)) <= metres
        case .prefix, .contains, .equals, .ends, .exact, .date: return false
        }
    }
}

extension String {
    fileprivate func utf8Contains(_ other: String) -> Bool {
        other.isEmpty || Array(utf8).firstRange(of: Array(other.utf8)) != nil
    }
}

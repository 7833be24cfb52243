import FHIR
import Postgres

extension Store {
    /// A page of a history, newest versions first.
    ///
    /// The first page sees what is committed when it is asked, and its links carry that snapshot: however many versions
    /// are made while somebody walks the pages, none of those that were there is left out or shown twice, and none that
    /// came later is shown.
    ///
    /// - Returns: nil when the scope is one resource whose id was never used.
    /// - Throws: ``StoreError/page(_:)`` for a link that this record did not make, or not for this query.
    public func history(_ request: HistoryRequest) async throws(StoreError) -> HistoryPage? {
        let digest = seal.digest(request.canonical)
        var cursor: HistoryCursor?
        if let page = request.page {
            do {
                cursor = try HistoryCursor(try seal.open(.history, page), digest: digest)
            } catch {
                throw .page(error)
            }
        }
        let (query, begin) = (HistorySQL.page(request, cursor), cursor)
        return try await StoreError.mapping {
            // Of one resource the plan is known beforehand.
            let rows = try await self.run(query, request.scope.id == nil ? .planned : .rare)
            return try self.page(request, begin, digest, rows)
        }
    }

    /// How many versions a history holds; nil when the scope is one resource whose id was never used.
    public func historyCount(_ request: HistoryRequest) async throws(StoreError) -> Int? {
        try await StoreError.mapping {
            let rows = try await self.searches.withConnection { try await $0.query(HistorySQL.count(request)) }
            return try rows.first?.optionalInt8(0).map { Int($0) }
        }
    }

    private func page(
        _ request: HistoryRequest, _ cursor: HistoryCursor?, _ digest: String, _ rows: Rows
    ) throws -> HistoryPage? {
        guard let head = rows.first else { throw StoreError.failed("a history gives no row") }
        let total = try cursor?.total ?? head.optionalInt8(8).map { Int($0) }
        if request.scope.id != nil, total == nil { return nil }
        var found = try rows.filter { try !$0.isNull(0) }.map { try HistoryRow($0, request.scope) }
        let hasMore = found.count > request.count
        if hasMore { found.removeLast() }
        let isBackward = cursor?.isBackward == true
        if isBackward { found.reverse() }
        let snapshot = try cursor?.snapshot ?? head.text(9)
        let isFirst = cursor?.place == nil || isBackward && !hasMore
        let isLast = isBackward ? false : !hasMore
        func link(_ row: HistoryRow?, isBackward: Bool) -> String? {
            row.map {
                let cursor = HistoryCursor(snapshot: snapshot, total: total, place: $0.place, isBackward: isBackward)
                return seal.seal(.history, cursor.fields(digest))
            }
        }
        let isWhole = isFirst && isLast
        return HistoryPage(
            entries: found.map(\.entry), total: total ?? (isWhole ? found.count : nil),
            first: isFirst ? nil : seal.seal(.history, HistoryCursor(snapshot: snapshot, total: total).fields(digest)),
            previous: isFirst ? nil : link(found.first, isBackward: true),
            next: isLast ? nil : link(found.last, isBackward: false))
    }
}

/// A row of version, method, updated, content, type, id, key, created.
private struct HistoryRow {
    let entry: HistoryEntry
    let place: HistoryCursor.Place

    init(_ row: Row, _ scope: HistoryScope) throws {
        guard let type = ResourceType(code: try row.int2(4)) else {
            throw StoreError.failed("the record holds an unknown type")
        }
        let version = try StoredVersion(type: type, id: try row.text(5), row: row)
        entry = HistoryEntry(version, isCreation: try row.bool(7))
        place = .init(
            moment: scope.id == nil ? version.updated : Int64(version.version), key: try row.int8(6))
    }
}

import FHIR
import Store

/// Where an export takes the resources of a type from, a part at a time: from all that are there, by their ids, or from
/// what a search finds, where filters or a few patients narrow it.
struct ExportSource: Sendable {
    let store: Store
    let type: ResourceType
    /// Microseconds since 1970 UTC.
    let moment: Int64
    let since: Int64?
    /// nil: all that are there.
    let search: SearchExpression?
    /// Whether what the search leaves out may be told as well, so that all can be gone through where it cannot be made.
    let isShortcut: Bool

    /// Matches of a page of a search.
    private static let page = 200

    /// - Parameter after: where the part begins: empty at the begin, then what the part before said.
    func part(after: String) async throws -> PastBatch {
        guard let search else { return try await all(after: after) }
        let position = Position(after)
        switch position {
        case .deletions(let id): return try await deletions(after: id)
        case .all(let id): return Self.marked(try await all(after: id), Position.all)
        case .page(let number, let token):
            do {
                return try await matches(of: search, page: number, token: token)
            } catch StoreError.page(.outrun) where isShortcut && number == 0 {
                return Self.marked(try await all(after: ""), Position.all)
            }
        }
    }

    private func all(after: String) async throws -> PastBatch {
        try await store.past(type, after: after, asOf: moment, since: since)
    }

    private func matches(of search: SearchExpression, page number: Int, token: String?) async throws -> PastBatch {
        let request = SearchRequest(types: [type], expression: search, count: Self.page, page: token, asOf: moment)
        guard let page = try await self.page(request, number) else {
            return PastBatch(versions: [], next: since.map { _ in Position.deletions("").text })
        }
        let next = page.next.map { Position.page(number + 1, $0) } ?? since.map { _ in Position.deletions("") }
        return PastBatch(
            versions: page.matches.filter { $0.updated > since ?? .min && $0.content != nil }, next: next?.text)
    }

    /// A page of a search; where the job lay still for so long that its link is no more, the same place again, from the
    /// begin. nil where there are fewer pages now.
    private func page(_ request: SearchRequest, _ number: Int) async throws -> SearchPage? {
        do {
            return try await store.search(request)
        } catch StoreError.page(.expired) where request.page != nil {
            return try await again(request, number)
        }
    }

    private func again(_ request: SearchRequest, _ number: Int) async throws -> SearchPage? {
        var request = request
        request.page = nil
        for _ in 0..<number {
            guard let next = try await store.search(request).next else { return nil }
            request.page = next
        }
        return try await store.search(request)
    }

    /// What has been deleted is found by no search: of a narrowed type all deletions come, to be judged by what they held.
    private func deletions(after id: String) async throws -> PastBatch {
        let batch = try await all(after: id)
        return Self.marked(
            PastBatch(versions: batch.versions.filter { $0.content == nil }, next: batch.next), Position.deletions)
    }

    private static func marked(_ batch: PastBatch, _ position: (String) -> Position) -> PastBatch {
        PastBatch(versions: batch.versions, next: batch.next.map { position($0).text })
    }

    /// Where a part of a search begins, as it is kept with the job.
    private enum Position {
        /// How many pages were before it.
        case page(Int, String?)
        case deletions(String)
        case all(String)

        var text: String {
            switch self {
            case .page(let number, let token): "p\(number) \(token ?? "")"
            case .deletions(let id): "d\(id)"
            case .all(let id): "a\(id)"
            }
        }

        init(_ text: String) {
            let rest = text.dropFirst()
            switch text.first {
            case "d": self = .deletions(String(rest))
            case "a": self = .all(String(rest))
            default:
                let parts = rest.split(separator: " ", maxSplits: 1)
                self = .page(parts.first.flatMap { Int($0) } ?? 0, parts.count > 1 ? String(parts[1]) : nil)
            }
        }
    }
}

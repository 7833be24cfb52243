import NIOHTTP1

/// What a request below `/messages` asks for.
enum MessageLogRoute: Equatable {
    case list
    case one(Int64)
    case raw(Int64)
    case replay(Int64)

    /// Nil where there is no such place.
    init?(_ path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard parts.first == "messages" else { return nil }
        let rest = parts.dropFirst()
        guard let number = rest.first, !(rest.count == 1 && number.isEmpty) else {
            self = .list
            return
        }
        guard let number = Int64(number), number > 0 else { return nil }
        switch (rest.count, rest.last) {
        case (1, _): self = .one(number)
        case (2, "raw"): self = .raw(number)
        case (2, "replay"): self = .replay(number)
        default: return nil
        }
    }

    var method: HTTPMethod {
        if case .replay = self { .POST } else { .GET }
    }
}

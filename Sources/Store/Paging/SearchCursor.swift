/// Where a page of a search begins: what its link says.
struct SearchCursor: Sendable, Equatable {
    /// PostgreSQL's text of the snapshot in which the first page was found.
    var snapshot: String
    /// The list of all matches, which is made when the second page is asked for.
    var list: Int64
    /// How many matches come before the page.
    var offset: Int
    /// Microseconds since 1970 UTC; then the link leads nowhere.
    var expires: Int64

    /// The same walk at another place.
    func at(_ offset: Int, expires: Int64) -> SearchCursor {
        SearchCursor(snapshot: snapshot, list: list, offset: offset, expires: expires)
    }

    func fields(_ digest: String) -> [String] {
        [digest, snapshot, String(list, radix: 36), String(offset, radix: 36), String(expires, radix: 36)]
    }

    init(snapshot: String, list: Int64, offset: Int, expires: Int64) {
        self.snapshot = snapshot
        self.list = list
        self.offset = offset
        self.expires = expires
    }

    /// - Parameters:
    ///   - digest: of the query for which the link must have been made.
    ///   - now: microseconds since 1970 UTC.
    init(_ fields: [String], digest: String, now: Int64) throws(PageRefusal) {
        guard fields.count == 5, let list = Int64(fields[2], radix: 36), let offset = Int(fields[3], radix: 36),
            let expires = Int64(fields[4], radix: 36)
        else { throw .forged }
        guard fields[0] == digest else { throw .foreign }
        guard expires > now else { throw .expired }
        self.init(snapshot: fields[1], list: list, offset: offset, expires: expires)
    }
}

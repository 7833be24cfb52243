/// Where a page of a search begins: what its link says.
struct SearchCursor: Sendable, Equatable {
    /// PostgreSQL's text of the snapshot in which the first page was found.
    var snapshot: String
    /// The list of all matches, which is made when the second page is asked for.
    var list: Int64
    /// How many matches come before the page.
    var offset: Int
    /// When the first page was found, microseconds since 1970 UTC: what `ap` means by now.
    var made: Int64
    /// Microseconds since 1970 UTC; then the link leads nowhere.
    var expires: Int64

    /// The same walk at another place.
    func at(_ offset: Int, expires: Int64) -> SearchCursor {
        var cursor = self
        cursor.offset = offset
        cursor.expires = expires
        return cursor
    }

    func fields(_ digest: String) -> [String] {
        [digest, snapshot] + [list, Int64(offset), made, expires].map { String($0, radix: 36) }
    }

    init(snapshot: String, list: Int64, offset: Int, made: Int64, expires: Int64) {
        self.snapshot = snapshot
        self.list = list
        self.offset = offset
        self.made = made
        self.expires = expires
    }

    /// - Parameters:
    ///   - digest: of the query for which the link must have been made.
    ///   - now: microseconds since 1970 UTC.
    init(_ fields: [String], digest: String, now: Int64) throws(PageRefusal) {
        let numbers = fields.dropFirst(2).compactMap { Int64($0, radix: 36) }
        guard fields.count == 6, numbers.count == 4 else { throw .forged }
        guard fields[0] == digest else { throw .foreign }
        guard numbers[3] > now else { throw .expired }
        self.init(
            snapshot: fields[1], list: numbers[0], offset: Int(numbers[1]), made: numbers[2], expires: numbers[3])
    }
}

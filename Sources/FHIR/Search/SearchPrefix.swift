/// How a searched number, date or quantity compares with what the resource says.
///
/// Source: R4 search.html §3.1.1.4.5.
public enum SearchPrefix: String, Sendable, Hashable, CaseIterable {
    case equal = "eq"
    case notEqual = "ne"
    case greater = "gt"
    case less = "lt"
    case greaterOrEqual = "ge"
    case lessOrEqual = "le"
    case startsAfter = "sa"
    case endsBefore = "eb"
    case approximate = "ap"

    /// The prefix of a written value and the rest of it; `eq` where none is written.
    static func split(_ text: Substring) -> (SearchPrefix, Substring) {
        let utf8 = text.utf8
        guard utf8.count > 2, let prefix = SearchPrefix(rawValue: String(text.prefix(2))) else {
            return (.equal, text)
        }
        return (prefix, text.dropFirst(2))
    }
}

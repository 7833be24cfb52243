/// The tables that a search reads, by name: the record as it is, or views of the same columns that show it as it was.
struct SearchTables: Sendable, Hashable {
    var resource = "resource"
    /// key, self, type, refs, terms
    var search = "search"
    /// key, param, value, exact, context
    var strings = "search_string"
    /// key, param, low, high, context
    var dates = "search_date"
    /// key, param, low, high, unit, code, label, context
    var numbers = "search_number"

    /// The record as it is.
    static let current = SearchTables()
}

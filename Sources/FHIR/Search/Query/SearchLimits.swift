/// How much one search may ask. Beyond these it is refused, before anything is built from it.
enum SearchLimits {
    static let parameters = 1_000
    /// Bytes of a parameter's name, chain included.
    static let name = 1_000
    /// Bytes of one value.
    static let value = 1_000_000
    /// Bytes of a filter.
    static let filter = 65_536
    /// Links of a chain, `_has` included.
    static let chain = 12
    /// Brackets of a filter within each other.
    static let filterDepth = 32
    /// Tests that all parameters come to together, after chains without types became one for each type.
    static let tests = 20_000
    /// Characters of a written value that a refusal shows.
    static let shown = 200
}

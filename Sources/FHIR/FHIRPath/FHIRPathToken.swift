/// A word of FHIRPath with the byte at which it begins.
struct FHIRPathToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// A plain word; keywords are told from names by the parser, since some may be both.
        case identifier(String)
        /// A name in backticks (or, as in early FHIRPath, double quotes): never a keyword.
        case delimited(String)
        case literal(FHIRPathLiteral)
        /// `$this`, `$index`, `$total`, without the `$`.
        case special(String)
        /// One of `. [ ] ( ) { } , % + - * / & | < <= > >= = ~ != !~`
        case symbol(String)
        case end
    }

    let kind: Kind
    let offset: Int
}

/// The left side of a search: `name`, `birthdate:missing`, `subject:Patient.name:exact`.
///
/// Source: R4 search.html §3.1.1.4.3 (modifiers) and §3.1.1.4.14 (chains).
public struct SearchParameterName: Sendable, Hashable {
    /// The parameter's code, `subject`; may begin with an underscore.
    public let code: String
    /// What follows the first colon: `exact`, `missing`, or the type of a reference, `Patient`. For `_has` it is the
    /// whole rest, `Observation:patient:code`, which the reverse chain reads by itself.
    public let modifier: String?
    /// What follows the first point, itself such a name: `name:exact`.
    public let chain: String?

    public init(code: String, modifier: String? = nil, chain: String? = nil) {
        self.code = code
        self.modifier = modifier
        self.chain = chain
    }

    /// - Throws: ``SearchQueryError`` with ``SearchQueryError/Reason/invalidName``.
    public init(parsing text: String) throws(SearchQueryError) {
        if text.hasPrefix("_has:"), text.utf8.count > 5 {
            self.init(code: "_has", modifier: String(text.dropFirst(5)))
            return
        }
        let head = text.prefix { $0 != "." }
        let chain = head.endIndex < text.endIndex ? text[text.index(after: head.endIndex)...] : nil
        let code = head.prefix { $0 != ":" }
        let modifier = code.endIndex < head.endIndex ? head[head.index(after: code.endIndex)...] : nil
        guard !code.isEmpty, code.utf8.allSatisfy(Self.isNameByte), chain?.isEmpty != true,
            modifier.map({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isNameByte) }) != false
        else { throw SearchQueryError(value: text, reason: .invalidName) }
        self.init(code: String(code), modifier: modifier.map(String.init), chain: chain.map(String.init))
    }

    /// Letters, digits, `-` and `_`; parameters of one's own may hold others of the unreserved characters.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte.isDigit || byte == 0x2D || byte == 0x5F || byte == 0x7E
    }
}

/// A vocabulary table: what a sender's codes are called in FHIR.
public struct CodeTable: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var code: String
        public var display: String?

        public init(code: String, display: String? = nil) {
            self.code = code
            self.display = display
        }
    }

    /// As the standard names it: `HL70001`
    public var name: String
    /// The system of the codes that the entries map to.
    public var target: String?
    /// The system of the sender's own codes. A code without an entry is carried as it is in this system; without one, it
    /// is reported.
    public var source: String?
    public var entries: [String: Entry] = [:]
    /// For codes without an entry, which are reported nevertheless.
    public var fallback: Entry?

    public init(name: String, target: String? = nil, source: String? = nil) {
        self.name = name
        self.target = target
        self.source = source
    }
}

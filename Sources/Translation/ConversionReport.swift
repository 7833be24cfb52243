import HL7v2

/// What a conversion did not carry over, and what it took for granted. Kept with the message and shown to whoever looks
/// after its sender: an empty report means that everything arrived.
public struct ConversionReport: Sendable, Equatable {
    /// A field that was sent and that no map reads.
    public struct UnmappedField: Sendable, Hashable {
        public var place: Place
        public init(_ place: Place) { self.place = place }
    }

    /// A code that a map's table does not have.
    public struct UnmappedCode: Sendable, Hashable {
        public var place: Place
        public var code: String
        /// The table that was asked, as the standard names it: `HL70004`.
        public var table: String

        public init(_ place: Place, code: String, table: String) {
            self.place = place
            self.code = code
            self.table = table
        }
    }

    /// Something that was not said and had to be decided: a time zone, a character set, a status.
    public struct Assumption: Sendable, Hashable {
        public var place: Place?
        /// One plain sentence.
        public var sentence: String

        public init(_ sentence: String, at place: Place? = nil) {
            self.sentence = sentence
            self.place = place
        }
    }

    public var unmappedFields: [UnmappedField] = []
    public var unmappedCodes: [UnmappedCode] = []
    public var assumptions: [Assumption] = []

    public init() {}

    /// A sentence for each finding.
    public var lines: [String] {
        assumptions.map { finding in finding.place.map { "\($0): \(finding.sentence)" } ?? finding.sentence }
            + unmappedCodes.map { "\($0.place): The code '\($0.code)' is not in the table \($0.table)." }
            + unmappedFields.map { "\($0.place): The field is not carried over." }
    }

    public var isEmpty: Bool { unmappedFields.isEmpty && unmappedCodes.isEmpty && assumptions.isEmpty }
}

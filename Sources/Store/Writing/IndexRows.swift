import FHIR

/// The derived rows of one resource: what the search tables hold for it.
public struct IndexRows: Sendable, Equatable {
    /// The hash of the resource's own name.
    var own: Int64 = 0
    var shape = Shape()
    /// The terms of references to resources of this record.
    var references: [Int64] = []
    /// All other terms.
    var terms: [Int64] = []
    /// Of the terms, those of identifiers with their systems.
    var identities: [Int64] = []
    var strings: [StringRow] = []
    var dates: [DateRow] = []
    var numbers: [NumberRow] = []
    var sums = RowSums()
    /// The texts of terms that can be searched or sorted by what they say.
    var texts = Texts()

    /// All terms in the order in which they are stored.
    var list: [Int64] { [shape.term] + references + terms }

    /// Which parameters have values. Two are equal if their terms are.
    struct Shape: Sendable, Hashable {
        var term: Int64 = 0
        /// ``FHIR/SearchParameterFact/id``, ascending.
        var parameters: [Int32] = []

        static func == (one: Shape, other: Shape) -> Bool { one.term == other.term }

        func hash(into hasher: inout Hasher) { hasher.combine(term) }
    }

    /// What goes to the table of all texts, which is no row of the resource.
    struct Texts: Sendable, Equatable {
        var rows: [TextRow] = []

        static func == (one: Texts, other: Texts) -> Bool { true }
    }

    struct TextRow: Sendable, Hashable {
        enum Kind: Int16, Sendable {
            /// Display or text of a code, folded.
            case display = 1
            case uri
            case code
            /// The parameter has more codes than are kept.
            case manyCodes
            /// System and code of a quantity's unit, whatever the parameter.
            case unit
            /// System and code of a tag or security label: `system|code`.
            case label
            /// There are resources of a type that contain one of another; the parameter is that of
            /// ``Indexer/containment(_:in:)``.
            case containment
        }

        let parameter: Int32
        let kind: Kind
        let text: String
        let term: Int64
    }

    struct StringRow: Sendable, Hashable {
        let parameter: Int32
        /// Folded.
        let value: String
        /// The hash of the text as written.
        let exact: Int64
        /// Of a composite: the terms of the parts beside it.
        var context: [Int64] = []
    }

    struct DateRow: Sendable, Hashable {
        let parameter: Int32
        let range: DateRange
        var context: [Int64] = []
    }

    struct NumberRow: Sendable, Hashable {
        let parameter: Int32
        let low: String
        let high: String
        /// Of system and code.
        let unit: Int64?
        /// Of the code, or of the unit's text where there is no code.
        let code: Int64?
        /// Of the unit's text, where it is another than the code.
        let label: Int64?
        var context: [Int64] = []
    }

    /// A number for all rows of each table but that of the terms, 0 for none: an update leaves alone what has the same.
    struct RowSums: Sendable, Hashable {
        var identities: Int64 = 0
        var strings: Int64 = 0
        var dates: Int64 = 0
        var numbers: Int64 = 0

        /// In the order in which the database's write function takes them.
        var list: [Int64] { [identities, strings, dates, numbers] }
    }

    /// No rows: what a deleted resource has.
    static let none = IndexRows()

    /// Drops rows that are there twice.
    mutating func removeDuplicates() {
        references.removeAdjacentDuplicates()
        terms.removeAdjacentDuplicates()
        identities.removeAdjacentDuplicates()
        strings.removeAdjacentDuplicates()
        dates.removeAdjacentDuplicates()
        numbers.removeAdjacentDuplicates()
    }

    /// The rows in one order, whatever order they were made or stored in.
    func sorted() -> IndexRows {
        var rows = self
        rows.references.sort()
        rows.terms.sort()
        rows.identities.sort()
        rows.strings.sort {
            ($0.parameter, $0.value, $0.exact) == ($1.parameter, $1.value, $1.exact)
                ? $0.context.lexicographicallyPrecedes($1.context)
                : ($0.parameter, $0.value, $0.exact) < ($1.parameter, $1.value, $1.exact)
        }
        rows.dates.sort {
            let one = ($0.parameter, $0.range.lower, $0.range.upper)
            let other = ($1.parameter, $1.range.lower, $1.range.upper)
            return one == other ? $0.context.lexicographicallyPrecedes($1.context) : one < other
        }
        rows.numbers.sort {
            let one = ($0.parameter, $0.low, $0.high, $0.code ?? 0, $0.unit ?? 0, $0.label ?? 0)
            let other = ($1.parameter, $1.low, $1.high, $1.code ?? 0, $1.unit ?? 0, $1.label ?? 0)
            return one == other ? $0.context.lexicographicallyPrecedes($1.context) : one < other
        }
        return rows
    }
}

extension Array where Element: Equatable {
    /// Drops elements that equal the one before them.
    mutating func removeAdjacentDuplicates() {
        guard count > 1 else { return }
        var kept = 1
        for index in 1..<count where self[index] != self[kept - 1] {
            self[kept] = self[index]
            kept += 1
        }
        removeLast(count - kept)
    }
}

import FHIR

/// What a search asks of a row of the table `search` and the rows beside it: a ``FHIR/SearchExpression`` with every
/// text made into the hashes and bounds under which the record holds it.
indirect enum SearchPredicate: Sendable {
    /// Empty: every resource.
    case and([SearchPredicate])
    /// Empty: none.
    case or([SearchPredicate])
    case not(SearchPredicate)
    /// It has one of these terms.
    case terms([Int64])
    /// It has a term of a text.
    case text(TextTest)
    /// It is one of these, by the hash of its own name.
    case own([Int64])
    case types([ResourceType])
    case updated(DateCondition)
    /// One of its rows is so.
    case row(RowTest)
    /// It has a value of the parameter, or none; and the rows that there are of each value, if there are such rows.
    case presence(Int32, Bool, rows: RowTest? = nil)
    /// One of its references, of parameters with these salts, is to a resource of the type that is so.
    case chain(salts: [Int64], ResourceType, SearchPredicate)
    /// A resource of the type, which is so, refers to it by a parameter with one of these salts.
    case has(salts: [Int64], ResourceType, SearchPredicate)
    /// Words of the narrative, or of all its texts.
    case words(String, narrative: Bool)

    static let all = SearchPredicate.and([])
    static let none = SearchPredicate.or([])

    var isAll: Bool { if case .and(let parts) = self { parts.isEmpty } else { false } }
    var isNone: Bool { if case .or(let parts) = self { parts.isEmpty } else { false } }

    /// The parts that must all hold.
    var conjuncts: [SearchPredicate] { if case .and(let parts) = self { parts } else { [self] } }

    /// A test of the table of texts.
    struct TextTest: Sendable, Hashable {
        let parameters: [Int32]
        let kind: IndexRows.TextRow.Kind
        let prefix: String
    }

    /// A test of rows of one of the narrow tables; `tests` are alternatives.
    struct RowTest: Sendable, Hashable {
        enum Table: Sendable, Hashable { case strings, dates, numbers }

        let table: Table
        let parameters: [Int32]
        /// Empty: any row.
        var tests: [Value]
        /// Of a composite: terms of which one each must stand beside the row.
        var context: [[Int64]] = []
        /// Of a composite: rows of the same repetition.
        var beside: [RowTest] = []
    }

    enum Value: Sendable, Hashable {
        /// Folded.
        case prefix(String)
        case contains(String)
        case equals(String)
        case ends(String)
        case exact(folded: String, hash: Int64)
        case date(DateCondition)
        case number(NumberCondition, unit: Int64?, code: Int64?)
        /// Latitude and longitude in degrees, and metres.
        case near(latitude: Double, longitude: Double, metres: Double)
    }

    /// The same in fewer words: nested lists flattened, alternatives of one kind together.
    var simplified: SearchPredicate {
        switch self {
        case .and(let parts):
            var flat: [SearchPredicate] = []
            for part in parts.map(\.simplified) {
                if case .and(let inner) = part { flat += inner } else { flat.append(part) }
            }
            if flat.contains(where: \.isNone) { return .none }
            return flat.count == 1 ? flat[0] : .and(flat)
        case .or(let parts): return Self.either(parts.map(\.simplified))
        case .not(let inner):
            let inner = inner.simplified
            if case .not(let twice) = inner { return twice }
            if case .presence(let parameter, let isPresent, let rows) = inner {
                return .presence(parameter, !isPresent, rows: rows)
            }
            if inner.isAll { return .none }
            return inner.isNone ? .all : .not(inner)
        case .terms(let terms): return terms.isEmpty ? .none : self
        case .own(let own): return own.isEmpty ? .none : self
        case .row(let test): return test.parameters.isEmpty ? .none : self
        case .text(let test): return test.parameters.isEmpty ? .none : self
        case .chain(let salts, let type, let inner):
            let inner = inner.simplified
            return salts.isEmpty || inner.isNone ? .none : .chain(salts: salts, type, inner)
        case .has(let salts, let type, let inner):
            let inner = inner.simplified
            return salts.isEmpty || inner.isNone ? .none : .has(salts: salts, type, inner)
        case .types(let types): return types.isEmpty ? .none : self
        case .updated, .presence, .words: return self
        }
    }

    private static func either(_ parts: [SearchPredicate]) -> SearchPredicate {
        var terms: [Int64] = []
        var own: [Int64] = []
        var rows: [RowTest] = []
        var others: [SearchPredicate] = []
        func add(_ part: SearchPredicate) {
            switch part {
            case .or(let inner): inner.forEach(add)
            case .terms(let more): terms += more
            case .own(let more): own += more
            case .row(let test):
                let like = rows.firstIndex {
                    $0.table == test.table && $0.parameters == test.parameters && $0.context == test.context
                        && $0.beside == test.beside
                        && !$0.tests.isEmpty && !test.tests.isEmpty
                }
                if let like { rows[like].tests += test.tests } else { rows.append(test) }
            default: others.append(part)
            }
        }
        parts.forEach(add)
        if others.contains(where: \.isAll) { return .all }
        if !terms.isEmpty { others.insert(.terms(terms), at: 0) }
        if !own.isEmpty { others.insert(.own(own), at: 0) }
        others += rows.map(SearchPredicate.row)
        return others.count == 1 ? others[0] : .or(others)
    }
}

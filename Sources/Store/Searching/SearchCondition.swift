import FHIR
import Postgres

/// One search parameter of a request as the record understands it; the alternatives of a condition are its values
/// (OR), the conditions of a request must all hold (AND).
public enum SearchCondition: Sendable {
    /// `_id`.
    case ids([String])
    /// `_lastUpdated`: microseconds since 1970 UTC.
    case lastUpdated([DateCondition])
    /// Tokens, references and uris: one of the terms.
    case terms([Int64])
    /// Folded prefixes, under any of the parameters.
    case strings(parameters: [Int32], [String])
    case dates(parameters: [Int32], [DateCondition])
    case numbers(parameters: [Int32], [NumberTest])

    /// A number, or a quantity in a unit.
    public struct NumberTest: Sendable {
        let condition: NumberCondition
        let unit: Int64?
        let code: Int64?
    }
}

/// A type search.
public struct SearchRequest: Sendable {
    public var type: ResourceType
    public var conditions: [SearchCondition]
    /// How many matches a page holds.
    public var count: Int
    /// The key behind which the page begins.
    public var after: Int64

    public init(type: ResourceType, conditions: [SearchCondition], count: Int, after: Int64 = 0) {
        self.type = type
        self.conditions = conditions
        self.count = count
        self.after = after
    }

    /// A condition is terms, whose hashes say the type too.
    var hasTerms: Bool {
        conditions.contains { if case .terms = $0 { true } else { false } }
    }

    /// All conditions are terms: one statement serves them whatever their values are.
    var isTermsOnly: Bool {
        !conditions.isEmpty && conditions.allSatisfy { if case .terms = $0 { true } else { false } }
    }
}

/// A page of matches in the order of their creation.
public struct SearchPage: Sendable {
    public let matches: [StoredVersion]
    /// The key behind which the next page begins; nil on the last page.
    public let next: Int64?
}

extension SearchPage {
    /// Rows of version, method, updated, content, id, key; one more than the page holds when there is a next one.
    init(_ request: SearchRequest, rows: Rows) throws {
        var matches: [StoredVersion] = []
        matches.reserveCapacity(min(rows.count, request.count))
        var last: Int64 = 0
        for row in rows.prefix(request.count) {
            matches.append(try StoredVersion(type: request.type, id: try row.text(4), row: row))
            last = try row.int8(5)
        }
        self.init(matches: matches, next: rows.count > request.count ? last : nil)
    }
}

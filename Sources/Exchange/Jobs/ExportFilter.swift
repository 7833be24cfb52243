import FHIR
import Store

/// A search that an export tells the matches of: `Observation?category=laboratory` (Bulk Data export.html, _typeFilter).
public struct ExportFilter: Sendable, Equatable {
    public let type: ResourceType
    /// What follows the `?`, with its percent-encoding.
    public let query: String

    /// As it was given.
    public var text: String { "\(type)?\(query)" }

    /// - Throws: what is no such search.
    public init(_ text: String) throws(Problem) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let type = ResourceType(String(parts[0])), !parts[1].isEmpty else {
            throw Problem(
                .invalid, .value,
                "_typeFilter: '\(text.prefix(200))' is no search of a type; write it like "
                    + "Observation?category=laboratory, its own & and , percent-encoded.", at: "http._typeFilter")
        }
        self.type = type
        query = String(parts[1])
    }

    /// Several may stand in one value, with commas between them; a comma before anything else than `Type?` belongs to a
    /// search's own values.
    public static func list(_ value: String) throws(Problem) -> [ExportFilter] {
        var texts: [String] = []
        for part in value.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.prefix { $0 != "?" }
            if texts.isEmpty || (name.count < part.count && ResourceType(String(name)) != nil) {
                texts.append(String(part))
            } else {
                texts[texts.count - 1] += "," + part
            }
        }
        var filters: [ExportFilter] = []
        for text in texts { filters.append(try ExportFilter(text)) }
        return filters
    }
}

extension Exchange {
    /// Refuses a filter that cannot be carried out.
    public func check(_ filter: ExportFilter, base: String) throws(Problem) {
        _ = try expression(of: filter, base: base)
    }

    /// What the filters of one type ask together: each for itself is enough.
    func expression(of filters: [ExportFilter], base: String) async throws(Problem) -> SearchExpression {
        var ways: [SearchExpression] = []
        for filter in filters { ways.append(try await codes.resolve(try expression(of: filter, base: base))) }
        return ways.count == 1 ? ways[0] : .or(ways)
    }

    private func expression(of filter: ExportFilter, base: String) throws(Problem) -> SearchExpression {
        let parsed: ParsedSearch
        do {
            parsed = try parse(SearchQuery(query: filter.query, base: base), .type(filter.type))
        } catch {
            throw error.inside("http._typeFilter")
        }
        guard parsed.hasCriteria, parsed.sort.isEmpty, parsed.includes.isEmpty, parsed.count == nil,
            parsed.view == .whole, parsed.page == nil, parsed.asOf == nil, parsed.contained == nil,
            !parsed.explains
        else {
            throw Problem(
                .invalid, .notSupported,
                "_typeFilter: '\(filter.text.prefix(200))' is to hold search parameters that narrow \(filter.type), and "
                    + "none that steer an answer, such as _sort, _include or _count.", at: "http._typeFilter")
        }
        return parsed.expression
    }
}

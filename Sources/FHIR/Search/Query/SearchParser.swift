/// Reads the parameters of a search: R4's whole search grammar, names resolved against the parameters that are known.
///
/// What is unknown or malformed is refused with its name and what comes nearest; nothing is left out silently.
///
/// ```swift
/// let parser = SearchParser(parameters: .r4, bases: ["https://hospital.example/fhir"], defaultOffset: 0,
///     ignored: ["_dc"], isLenient: false)
/// let search = try parser.parse(SearchQuery(query: "family=Doe&birthdate=ge1950").parameters, types: [.patient])
/// ```
///
/// Source: R4 search.html and search_filter.html.
public struct SearchParser: Sendable {
    let parameters: SearchParameterSet
    let bases: [String]
    let defaultOffset: Int
    let ignored: Set<String>
    let isLenient: Bool

    /// - Parameters:
    ///   - bases: the server's own base urls: a reference below one of them is a local one.
    ///   - defaultOffset: seconds east of UTC for dates that name no zone.
    ///   - ignored: names that are no search parameters and are passed over with a warning, such as `_dc`.
    ///   - isLenient: `Prefer: handling=lenient`: unknown parameters are passed over with a warning.
    public init(
        parameters: SearchParameterSet, bases: [String], defaultOffset: Int, ignored: Set<String>, isLenient: Bool
    ) {
        self.parameters = parameters
        self.bases = bases
        self.defaultOffset = defaultOffset
        self.ignored = ignored
        self.isLenient = isLenient
    }

    /// - Parameter types: one for a type search; empty for the whole system, which `_type` narrows.
    /// - Throws: everything that is wrong with any of the parameters.
    public func parse(
        _ parameters: [SearchQuery.Parameter], types: [ResourceType]
    ) throws(SearchRefusal) -> ParsedSearch {
        guard parameters.count <= SearchLimits.parameters else {
            throw SearchRefusal(
                issues: [
                    Issue(.tooCostly, "A search has at most \(SearchLimits.parameters) parameters.", at: "http")
                ])
        }
        var run = SearchParse(parser: self, types: types)
        run.narrowTypes(parameters)
        // Without its types no other parameter can be understood.
        if run.errors.isEmpty { for parameter in parameters { run.take(parameter) } }
        return try run.finished()
    }
}

/// One run of a parser: what has been read so far.
struct SearchParse {
    let parser: SearchParser
    /// Whether it was asked for a type, rather than for the whole system.
    let hasType: Bool
    var search: ParsedSearch
    var criteria: SearchCriteria
    var errors: [Issue] = []
    private var conditions: [SearchExpression] = []
    private var canonical: [String] = []
    /// Parameters that may be given once, and what they were given.
    var once: [String: String] = [:]

    init(parser: SearchParser, types: [ResourceType]) {
        self.parser = parser
        hasType = !types.isEmpty
        search = ParsedSearch(types: types)
        criteria = SearchCriteria(
            parameters: parser.parameters, bases: parser.bases, defaultOffset: parser.defaultOffset)
    }

    /// `_type` comes first, wherever it stands: what the others mean depends on it.
    mutating func narrowTypes(_ parameters: [SearchQuery.Parameter]) {
        guard !hasType else { return }
        for parameter in parameters where parameter.name == "_type" && !parameter.value.isEmpty {
            do {
                try takeTypes(parameter)
            } catch {
                errors.append(error.issue(parameter.name))
            }
        }
    }

    mutating func take(_ parameter: SearchQuery.Parameter) {
        if parser.ignored.contains(parameter.name) {
            return warn("The parameter is not part of FHIR and was ignored.", parameter)
        }
        if parameter.value.isEmpty {
            return warn("The parameter has no value and was ignored.", parameter)
        }
        do {
            try Self.checkText(parameter)
            if try !control(parameter) {
                let condition = try criterion(parameter)
                conditions.append(condition)
                canonical.append("\(parameter.name)=\(parameter.value)")
            }
            search.applied.append(parameter)
        } catch {
            if parser.isLenient, error.kind == .unknown {
                warn("\(error.message) It was ignored.", parameter)
            } else {
                errors.append(error.issue(parameter.name))
            }
        }
    }

    mutating func finished() throws(SearchRefusal) -> ParsedSearch {
        takeContained(asking: conditions)
        guard errors.isEmpty else { throw SearchRefusal(issues: errors) }
        search.expression = conditions.count == 1 ? conditions[0] : .and(conditions)
        search.canonical =
            search.types.map(\.name).joined(separator: ",") + "?" + canonical.sorted().joined(separator: "&")
        return search
    }

    mutating func warn(_ text: String, _ parameter: SearchQuery.Parameter) {
        search.warnings.append(
            Issue(
                .informational, "\(parameter.name.prefix(SearchLimits.shown)): \(text)",
                at: "http.\(parameter.name.prefix(SearchLimits.shown))", severity: .warning))
    }

    private mutating func criterion(_ parameter: SearchQuery.Parameter) throws(SearchFault) -> SearchExpression {
        if parameter.name == "_filter" { return try criteria.filter(parameter.value, types: search.types) }
        return try criteria.criterion(parameter.name[...], parameter.value, types: search.types, depth: 0)
    }

    private static func checkText(_ parameter: SearchQuery.Parameter) throws(SearchFault) {
        guard parameter.name.utf8.count <= SearchLimits.name else {
            throw SearchFault(.tooCostly, "A parameter's name has at most \(SearchLimits.name) bytes.")
        }
        guard parameter.value.utf8.count <= SearchLimits.value else {
            throw SearchFault(.tooCostly, "A value has at most \(SearchLimits.value) bytes.")
        }
        guard !parameter.value.utf8.contains(0), !parameter.name.utf8.contains(0) else {
            throw SearchFault(.value, "A search holds the character U+0000, which no FHIR text can hold.")
        }
    }
}

import Synchronization

/// Finds in a resource what it can be searched by.
///
/// The search parameters of a type are compiled when its first resource is seen, about a millisecond, and are one tree
/// from then on. Composite parameters, `near`, and what the record itself answers (`_id`, `_lastUpdated`, `_text`,
/// `_content`, `_list`, `_has`, `_type`, `_filter`, `_query`) give no entries.
///
/// ```swift
/// let entries = SearchExtractor.r4.entries(of: document, type: .patient)
/// ```
///
/// Source: R4 search.html §3.1.1.4 and searchparameter-registry.html.
public final class SearchExtractor: Sendable {
    /// All parameters of R4 4.0.1.
    public static let r4 = SearchExtractor()

    /// Parameters beside R4's.
    private let additional: [SearchParameterFact]
    /// The zone of dates that name none: seconds east of UTC.
    private let defaultOffset: Int
    /// UTF-8, each ending with `/`.
    private let bases: [[UInt8]]
    /// By resource type code − 1.
    private let slots: [Slot]

    /// What is made on demand.
    private final class Slot: Sendable {
        let plan = Mutex<SearchPlan?>(nil)
        let coverage = Mutex<SearchCoverage?>(nil)
    }

    /// - Parameters:
    ///   - additional: parameters beside those of R4, such as those that a server was given at run time.
    ///   - defaultOffset: seconds east of UTC for dates that name no zone.
    ///   - bases: the server's own base urls (`https://hospital.example/fhir`): absolute references that begin with
    ///     one are local ones.
    public init(adding additional: [SearchParameterFact] = [], defaultOffset: Int = 0, bases: [String] = []) {
        self.additional = additional
        self.defaultOffset = defaultOffset
        self.bases = ReferenceTarget.bases(bases)
        slots = ResourceType.all.map { _ in Slot() }
    }

    /// The entries of a resource of that type, each once, in the order of the text.
    public func entries(of document: JSONDocument, type: ResourceType) -> [SearchEntry] {
        entries(of: document.root, type: type)
    }

    /// The same for a resource inside a document, such as an entry of a bundle. What it refers to by `#id` is looked
    /// for in the document's root.
    public func entries(of node: JSONNode, type: ResourceType) -> [SearchEntry] {
        var collector = SearchCollector(defaultOffset: defaultOffset, bases: bases)
        plan(for: type).collect(from: node, into: &collector)
        return collector.entries
    }

    /// What R4's parameters of a type have in common. Parameters beside R4's cover nothing and are not covered, so that
    /// what stands in an index does not depend on them.
    public func coverage(of type: ResourceType) -> SearchCoverage {
        slots[Int(type.code) - 1].coverage.withLock { coverage in
            if let coverage { return coverage }
            let made = Self.coverage(of: type)
            coverage = made
            return made
        }
    }

    private static func coverage(of type: ResourceType) -> SearchCoverage {
        var builder = SearchPlanBuilder(type: R4.table.type(type))
        for parameter in R4.table.searchParameters(for: type) where extracts(parameter) {
            // What cannot be compiled gives no entries and covers nothing.
            try? builder.add(parameter)
        }
        return builder.coverage()
    }

    /// The parameters of a type that cannot be extracted because of their expressions, and why.
    public func failures(for type: ResourceType) -> [(parameter: SearchParameterFact, error: FHIRPathError)] {
        build(type).failures
    }

    /// Whether entries are made for a parameter at all.
    public static func extracts(_ parameter: SearchParameterFact) -> Bool {
        guard parameter.kind != .composite, parameter.kind != .special, !parameter.expression.isEmpty else {
            return false
        }
        return !answeredByRecord.contains(parameter.code)
    }

    private static let answeredByRecord: Set<String> = [
        "_id", "_lastUpdated", "_text", "_content", "_query", "_list", "_has", "_type", "_filter",
    ]

    private func plan(for type: ResourceType) -> SearchPlan {
        slots[Int(type.code) - 1].plan.withLock { plan in
            if let plan { return plan }
            let made = build(type).plan
            plan = made
            return made
        }
    }

    private func build(
        _ type: ResourceType
    ) -> (plan: SearchPlan, failures: [(parameter: SearchParameterFact, error: FHIRPathError)]) {
        let fact = R4.table.type(type)
        var builder = SearchPlanBuilder(type: fact)
        var failures: [(parameter: SearchParameterFact, error: FHIRPathError)] = []
        let own = additional.filter { parameter in parameter.bases.contains { fact.isKind(of: $0) } }
        for parameter in R4.table.searchParameters(for: type) + own where Self.extracts(parameter) {
            do {
                try builder.add(parameter)
            } catch {
                failures.append((parameter, error))
            }
        }
        return (builder.finished(), failures)
    }
}

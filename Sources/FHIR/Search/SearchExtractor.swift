import Synchronization

/// Finds in a resource what it can be searched by.
///
/// The search parameters of a type are compiled when its first resource is seen, about a millisecond, and are one tree
/// from then on. What the record itself answers (`_id`, `_lastUpdated`, `_text`, `_content`, `_list`, `_has`, `_type`,
/// `_filter`, `_query`) gives no entries, and no composite whose parts say all: see ``composite(_:of:)``.
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
        let plan = Mutex<Compiled?>(nil)
        let coverage = Mutex<SearchCoverage?>(nil)
    }

    /// A type's parameters, compiled.
    private struct Compiled: Sendable {
        let plan: SearchPlan
        let composites: [Int32: SearchCompositePlan]
        let targets: [Int32: [ResourceType]]
        let rules: [Int32: Set<SearchRule>]
        /// Parameters that have one value of a resource at most.
        let singular: Set<Int32>
        /// Parameters that are boolean expressions.
        let conditions: Set<Int32>
        let failures: [(parameter: SearchParameterFact, error: FHIRPathError)]
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
        compiled(type).plan.collect(from: node, into: &collector)
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
        // What cannot be compiled gives no entries and covers nothing.
        builder(type, R4.table.searchParameters(for: type), additional: []).builder.coverage()
    }

    /// How a composite of a type finds; nil if it is none or cannot be compiled.
    public func composite(_ parameter: Int32, of type: ResourceType) -> SearchCompositePlan? {
        compiled(type).composites[parameter]
    }

    /// The types that a reference parameter of a type leads to: what its elements may refer to, as far as the parameter
    /// looks at them. Empty for all.
    public func targets(_ parameter: SearchParameterFact, of type: ResourceType) -> [ResourceType] {
        compiled(type).targets[parameter.id] ?? parameter.targets
    }

    /// Whether a parameter finds anything of a type.
    func extracts(_ parameter: SearchParameterFact, from type: ResourceType) -> Bool {
        let compiled = compiled(type)
        if parameter.kind == .composite {
            return compiled.composites[parameter.id].map { $0.isStored || !$0.parts.isEmpty } ?? false
        }
        return compiled.rules[parameter.id]?.isEmpty == false || compiled.conditions.contains(parameter.id)
    }

    /// Whether a parameter has one value of a resource of the type at most.
    public func isSingular(_ parameter: SearchParameterFact, of type: ResourceType) -> Bool {
        compiled(type).singular.contains(parameter.id)
    }

    /// Whether all that a token parameter of a type looks at are elements of type code: each value is a code and nothing
    /// beside it.
    public func isCode(_ parameter: SearchParameterFact, of type: ResourceType) -> Bool {
        rules(parameter.id, of: type) == [.tokenCode]
    }

    /// Whether a reference parameter of a type holds references by type and id, and whether it holds canonical urls.
    public func leads(_ parameter: SearchParameterFact, of type: ResourceType) -> (byName: Bool, byURL: Bool) {
        let rules = rules(parameter.id, of: type)
        return (
            !rules.isDisjoint(with: [.referenceReference, .referenceResource]),
            !rules.isDisjoint(with: [.referenceCanonical, .referenceUri])
        )
    }

    /// What becomes of the values of a parameter of a type.
    func rules(_ parameter: Int32, of type: ResourceType) -> Set<SearchRule> {
        compiled(type).rules[parameter] ?? []
    }

    /// The parameters of a type that cannot be extracted because of their expressions, and why.
    public func failures(for type: ResourceType) -> [(parameter: SearchParameterFact, error: FHIRPathError)] {
        compiled(type).failures
    }

    /// Whether entries are made for a parameter at all.
    public static func extracts(_ parameter: SearchParameterFact) -> Bool {
        switch parameter.kind {
        case .composite: !parameter.expression.isEmpty && !parameter.components.isEmpty
        case .special: parameter.code == "near"
        default: !parameter.expression.isEmpty && !answeredByRecord.contains(parameter.code)
        }
    }

    private static let answeredByRecord: Set<String> = [
        "_id", "_lastUpdated", "_text", "_content", "_query", "_list", "_has", "_type", "_filter",
    ]

    private func compiled(_ type: ResourceType) -> Compiled {
        slots[Int(type.code) - 1].plan.withLock { plan in
            if let plan { return plan }
            let made = build(type)
            plan = made
            return made
        }
    }

    private func build(_ type: ResourceType) -> Compiled {
        let own = additional.filter { $0.applies(to: type) }
        let (builder, failures) = Self.builder(
            type, R4.table.searchParameters(for: type) + own, additional: additional)
        var targets: [Int32: [ResourceType]] = [:]
        var rules: [Int32: Set<SearchRule>] = [:]
        var singular: Set<Int32> = []
        for (parameter, leaves) in builder.leaves {
            rules[parameter.id] = Set(leaves.map(\.rule))
            if SearchPlanBuilder.Leaf.isOneValue(leaves) { singular.insert(parameter.id) }
            if parameter.kind == .reference { targets[parameter.id] = SearchTargets.of(parameter, leaves) }
        }
        let plan = builder.finished()
        return Compiled(
            plan: plan, composites: builder.composites, targets: targets, rules: rules, singular: singular,
            conditions: Set(plan.conditions.map(\.parameter)), failures: failures)
    }

    private static func builder(
        _ type: ResourceType, _ parameters: [SearchParameterFact], additional: [SearchParameterFact]
    ) -> (
        builder: SearchPlanBuilder, failures: [(parameter: SearchParameterFact, error: FHIRPathError)]
    ) {
        var builder = SearchPlanBuilder(type: R4.table.type(type))
        var failures: [(parameter: SearchParameterFact, error: FHIRPathError)] = []
        let r4 = R4.table.searchParameters
        for parameter in parameters where extracts(parameter) && parameter.kind != .composite {
            do {
                try builder.add(parameter)
            } catch {
                failures.append((parameter, error))
            }
        }
        for parameter in parameters where extracts(parameter) && parameter.kind == .composite {
            do {
                try builder.add(composite: parameter) { id in
                    r4.indices.contains(Int(id)) ? r4[Int(id)] : additional.first { $0.id == id }
                }
            } catch {
                failures.append((parameter, error))
            }
        }
        return (builder, failures)
    }
}

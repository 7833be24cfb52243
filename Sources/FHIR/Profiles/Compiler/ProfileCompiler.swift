/// Makes trees of rules out of StructureDefinitions, each over that of its base definition.
struct ProfileCompiler {
    private let definitions: [String: ProfileDefinition]
    private var trees: [String: RuleTree]
    private var inProgress: Set<String> = []
    private(set) var problems: [Issue] = []
    /// The reasons of refusals, by url.
    private(set) var refusals: [String: String] = [:]

    /// The nodes of all trees of the set.
    var rules = 0

    /// More nodes than a dozen national guides have; each takes some 400 bytes.
    static let maximumRules = 500_000

    /// As many definitions may stand over one another.
    static let maximumBases = 64

    /// - Parameters:
    ///   - definitions: by url.
    ///   - known: trees that are made already, by url.
    init(_ definitions: [String: ProfileDefinition], known: [String: RuleTree] = [:]) {
        self.definitions = definitions
        trees = known
    }

    /// The tree of a definition; nil if it cannot be used, which `problems` then explains.
    mutating func tree(of definition: ProfileDefinition) -> RuleTree? {
        if let done = trees[definition.url] { return done }
        guard inProgress.count < Self.maximumBases, inProgress.insert(definition.url).inserted else {
            refuse(
                definition,
                inProgress.contains(definition.url)
                    ? "its base definitions lead back to itself."
                    : "more than \(Self.maximumBases) definitions stand below it.")
            return nil
        }
        defer { inProgress.remove(definition.url) }
        guard rules < Self.maximumRules else {
            refuse(definition, "the definitions loaded before it ask for \(Self.maximumRules) things already.")
            return nil
        }
        guard let made = make(definition) else { return nil }
        rules += made.nodes.count
        trees[definition.url] = made
        return made
    }

    private mutating func make(_ definition: ProfileDefinition) -> RuleTree? {
        if definition.hasSnapshot, let elements = definition.resource["snapshot"]?["element"] {
            return build(definition, elements, over: RuleTree(root: definition.type), isSnapshot: true)
        }
        guard let elements = definition.resource["differential"]?["element"] else {
            refuse(definition, "it has neither snapshot nor differential.")
            return nil
        }
        guard let base = base(of: definition) else { return nil }
        return build(definition, elements, over: base, isSnapshot: false)
    }

    /// The rules that a differential stands over.
    private mutating func base(of definition: ProfileDefinition) -> RuleTree? {
        let plain = RuleTree(root: definition.type)
        guard let base = definition.base else {
            note(definition, "It names no base definition; \(definition.type.name) of R4 was taken.")
            return plain
        }
        if let known = definitions[base.url] {
            guard let tree = tree(of: known) else {
                refuse(definition, "its base definition \(base.url) cannot be used.")
                return nil
            }
            guard definition.type.isKind(of: known.type) else {
                refuse(
                    definition,
                    "it constrains \(definition.type.name), but its base definition constrains \(known.type.name).")
                return nil
            }
            return known.type == definition.type ? tree : plain
        }
        if let core = Canonical.coreType(base.url) {
            guard definition.type.isKind(of: core) else {
                refuse(definition, "it constrains \(definition.type.name), but its base definition is \(core.name).")
                return nil
            }
            return plain
        }
        problems.append(
            Issue(
                .notFound,
                "The base definition \(base.url) of \(definition.url) is not loaded: only the rules of its own differential apply. Load the package that defines it.",
                severity: .warning))
        return plain
    }

    private mutating func build(
        _ definition: ProfileDefinition, _ elements: JSONNode, over base: RuleTree, isSnapshot: Bool
    ) -> RuleTree {
        var builder = RuleTreeBuilder(over: base, isSnapshot: isSnapshot)
        builder.apply(elements)
        builder.tree.prune()
        for problem in builder.problems { note(definition, problem) }
        return builder.tree
    }

    private mutating func refuse(_ definition: ProfileDefinition, _ reason: String) {
        let issue = Issue(.invalid, "The StructureDefinition \(definition.url) cannot be used: \(reason)")
        problems.append(issue)
        refusals[definition.url] = issue.diagnostics
    }

    private mutating func note(_ definition: ProfileDefinition, _ problem: String) {
        problems.append(Issue(.invalid, "The StructureDefinition \(definition.url): \(problem)", severity: .warning))
    }
}

/// Joins the trees of a set to one another: finds what the canonicals in them name, how slices are recognised, which
/// nodes have something to check, and compiles the constraints.
enum ProfileLinker {
    static func link(_ set: inout ProfileSet) {
        var trees = set.profiles.map(\.tree)
        for number in trees.indices {
            for node in trees[number].nodes.indices {
                for rule in trees[number].nodes[node].typeRules.indices {
                    resolve(&trees[number].nodes[node].typeRules[rule].profiles, set)
                    resolve(&trees[number].nodes[node].typeRules[rule].targets, set)
                }
                for constraint in trees[number].nodes[node].constraints {
                    let types = trees[number].nodes[node].types
                    let type = types.count == 1 ? TypeFact(number: types[0]) : nil
                    guard let reason = set.expressions.add(constraint.expression, on: type) else { continue }
                    set.problems.append(
                        Issue(
                            .invalid,
                            "The rule \(constraint.key) of \(set.profiles[number].url) \(reason)",
                            severity: .warning))
                }
            }
        }
        let recognizer = SliceRecognizer(trees: trees, types: set.profiles.map(\.type))
        for number in trees.indices {
            let profile = set.profiles[number]
            for node in trees[number].nodes.indices where !trees[number].nodes[node].slices.isEmpty {
                let (list, lost) = recognizer.recognitions(of: node, in: number)
                if trees[number].nodes[node].slicing == nil {
                    trees[number].nodes[node].slicing = Slicing(rules: .open, isOrdered: false, discriminators: [])
                }
                trees[number].nodes[node].slicing?.recognitions = list
                if !lost.isEmpty { note(lost, trees[number].id(of: node), profile, &set) }
            }
            markActive(&trees[number])
            set.profiles[number] = Profile(
                url: profile.url, version: profile.version, title: profile.title, type: profile.type,
                isAbstract: profile.isAbstract, contexts: profile.contexts, tree: trees[number])
        }
    }

    private static func resolve(_ references: inout [ProfileReference], _ set: ProfileSet) {
        for position in references.indices {
            let canonical = Canonical(references[position].canonical)
            if let number = set.number(of: canonical) {
                references[position].target = .profile(number)
            } else if let core = Canonical.coreType(canonical.url) {
                references[position].target = .core(core.number)
            } else {
                references[position].target = .unknown
            }
        }
    }

    private static func note(_ lost: [String], _ element: String, _ profile: Profile, _ set: inout ProfileSet) {
        let names = lost.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
        let issue = Issue(
            .incomplete,
            "The StructureDefinition \(profile.url): nothing tells by what the slices \(names)\(lost.count > 8 ? " and others" : "") of \(element) are to be recognised; they are not judged.",
            severity: .warning)
        if !set.problems.contains(issue) { set.problems.append(issue) }
    }

    /// Notes in each node the children at or below which there is something to check. Children stand behind their
    /// parents.
    private static func markActive(_ tree: inout RuleTree) {
        var hasChecks = [Bool](repeating: false, count: tree.nodes.count)
        for number in tree.nodes.indices.reversed() {
            tree.nodes[number].active = tree.nodes[number].children.filter { hasChecks[Int($0)] }
            hasChecks[number] =
                tree.nodes[number].checksSomething || !tree.nodes[number].active.isEmpty
                || tree.nodes[number].slices.contains { hasChecks[Int($0)] }
        }
    }
}

extension RuleNode {
    fileprivate var checksSomething: Bool {
        minimum > 0 || maximum < .max || allowedTypes != nil && (slice == nil || !isChoice) || !typeRules.isEmpty
            || !values.isEmpty || needsValue || binding != nil || !constraints.isEmpty || content >= 0
            || slicing.map { $0.rules == .closed || $0.rules == .openAtEnd || $0.isOrdered } == true
    }
}

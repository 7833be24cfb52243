/// Finds out by what the values of each slice are to be recognised: what the definition of the slice, and the profiles
/// its types name, fix at the paths of the discriminators.
struct SliceRecognizer {
    /// The trees by number, those of all profiles of the set.
    let trees: [RuleTree]
    let types: [TypeFact]

    /// Nodes that are looked at for one slice and discriminator.
    private static let maximumPlaces = 512

    /// A node of one of the trees.
    private struct Place: Hashable {
        let tree: Int
        let node: Int
    }

    /// What is known at the end of a path.
    private struct Trail {
        var places: [Place]
        /// Parts of fixed and pattern values of elements above.
        var parts: [(rule: ValueRule, type: UInt16)] = []
        /// What `resolve()` may lead to.
        var targets: [ProfileReference] = []
        var isResolved = false
    }

    /// - Returns: for each slice of a node how it is recognised, and the names of those that cannot be.
    func recognitions(of node: Int, in tree: Int) -> (list: [SliceRecognition], lost: [String]) {
        let sliced = trees[tree].nodes[node]
        let discriminators = sliced.slicing?.discriminators ?? []
        var list: [SliceRecognition] = []
        var lost: [String] = []
        for slice in sliced.slices {
            let place = Place(tree: tree, node: Int(slice))
            var tests: [SliceTest] = []
            if let url = extensionURL(of: place) {
                tests = [SliceTest(path: [], condition: .url(url))]
            } else if discriminators.isEmpty {
                // Types alone tell the slices of a choice apart.
                if sliced.isChoice, let test = test(Discriminator(kind: .type, path: "$this"), place) { tests = [test] }
            } else {
                tests = discriminators.compactMap { test($0, place) }
            }
            if tests.isEmpty { lost.append(trees[tree].nodes[Int(slice)].slice ?? "") }
            list.append(SliceRecognition(tests: tests))
        }
        return (list, lost)
    }

    /// The url that an extension of a slice has: by the definition it names, or fixed.
    private func extensionURL(of place: Place) -> String? {
        let node = trees[place.tree].nodes[place.node]
        guard node.name == "extension" || node.name == "modifierExtension" else { return nil }
        if let profile = node.typeRules.first?.profiles.first { return Canonical(profile.canonical).url }
        guard let url = trees[place.tree].child(named: "url", of: place.node) else { return nil }
        for rule in trees[place.tree].nodes[url].values {
            if case .fixed(let value) = rule { return value.value?.string }
            if case .pattern(let value) = rule { return value.value?.string }
        }
        return nil
    }

    // MARK: One discriminator

    private func test(_ discriminator: Discriminator, _ slice: Place) -> SliceTest? {
        guard let path = DiscriminatorPath.parse(discriminator.path) else { return nil }
        var trail = Trail(places: [slice])
        for step in path {
            guard let next = walk(trail, step) else { return nil }
            trail = next
        }
        return condition(discriminator.kind, trail).map { SliceTest(path: path, condition: $0) }
    }

    private func condition(_ kind: Discriminator.Kind, _ trail: Trail) -> SliceTest.Condition? {
        let nodes = trail.places.map { trees[$0.tree].nodes[$0.node] }
        switch kind {
        case .exists:
            if nodes.contains(where: { $0.maximum == 0 }) { return .absent }
            return nodes.contains { $0.minimum > 0 } ? .present : nil
        case .type:
            if trail.isResolved {
                let types = trail.targets.compactMap { type(of: $0)?.number }
                return types.isEmpty || types.count < trail.targets.count ? nil : .types(types)
            }
            return (nodes.first { $0.allowedTypes != nil } ?? nodes.first).map { .types($0.allowedTypes ?? $0.types) }
        case .profile:
            let profiles = trail.isResolved ? trail.targets : nodes.flatMap { $0.typeRules.flatMap(\.profiles) }
            return profiles.isEmpty ? nil : .profiles(profiles)
        case .value, .pattern:
            var found: [DeepCondition] = trail.parts.map { DeepCondition(path: [], rule: .value($0.rule)) }
            var visited = 0
            for place in expanded(trail.places) { collect(place, [], &found, &visited) }
            return found.isEmpty ? nil : .values(found)
        }
    }

    private func type(of reference: ProfileReference) -> TypeFact? {
        switch reference.target {
        case .core(let number): TypeFact(number: number)
        case .profile(let number): types[number]
        case .unknown: nil
        }
    }

    /// Gathers what is fixed at a node or, if nothing is, below it.
    private func collect(_ place: Place, _ path: [String], _ found: inout [DeepCondition], _ visited: inout Int) {
        visited += 1
        guard found.count < 32, path.count < 8, visited < Self.maximumPlaces else { return }
        let node = trees[place.tree].nodes[place.node]
        let count = found.count
        for rule in node.values {
            switch rule {
            case .fixed, .pattern: found.append(DeepCondition(path: path, rule: .value(rule)))
            default: break
            }
        }
        if found.count == count, let binding = node.binding, binding.strength == .required {
            found.append(DeepCondition(path: path, rule: .binding(binding.valueSet)))
        }
        guard found.count == count else { return }
        for child in node.children {
            let name = trees[place.tree].nodes[Int(child)].name
            for below in withNeededSlices(Place(tree: place.tree, node: Int(child))) {
                collect(below, path + [name], &found, &visited)
            }
        }
    }

    // MARK: Walking

    private func walk(_ trail: Trail, _ step: DiscriminatorStep) -> Trail? {
        var next = Trail(places: [])
        switch step {
        case .child(let name):
            for place in expanded(trail.places) {
                let tree = trees[place.tree]
                if let child = tree.child(named: name, of: place.node) {
                    next.places += withNeededSlices(Place(tree: place.tree, node: child))
                }
                for rule in tree.nodes[place.node].values {
                    guard let part = part(rule, name) else { continue }
                    next.parts.append(part)
                }
            }
            for part in trail.parts {
                if let part = self.part(part.rule, name) { next.parts.append(part) }
            }
        case .extension(let url):
            for place in expanded(trail.places) {
                for name in ["extension", "modifierExtension"] {
                    guard let child = trees[place.tree].child(named: name, of: place.node) else { continue }
                    next.places += trees[place.tree].nodes[child].slices
                        .map { Place(tree: place.tree, node: Int($0)) }
                        .filter { extensionURL(of: $0) == url }
                }
            }
        case .ofType(let number):
            next = trail
            next.places += trail.places.flatMap { place in
                trees[place.tree].nodes[place.node].slices.map { Place(tree: place.tree, node: Int($0)) }
                    .filter { trees[$0.tree].nodes[$0.node].allowedTypes == [number] }
            }
        case .resolve:
            next.isResolved = true
            next.targets = trail.places.flatMap { trees[$0.tree].nodes[$0.node].typeRules.flatMap(\.targets) }
            if next.targets.count == 1, case .profile(let number) = next.targets[0].target {
                next.places = [Place(tree: number, node: 0)]
            }
        }
        next.places.removeLast(max(0, next.places.count - Self.maximumPlaces))
        return next
    }

    /// A member of a fixed value or pattern; the first, where there are several.
    private func part(_ rule: ValueRule, _ name: String) -> (rule: ValueRule, type: UInt16)? {
        let whole: FixedValue
        switch rule {
        case .fixed(let value), .pattern(let value): whole = value
        default: return nil
        }
        guard let member = whole.value?[name]?.elements.first,
            let type = TypeFact(number: whole.type).element(name)?.types.first?.type,
            let value = try? FixedValue(member, companion: nil, type: type.number)
        else { return nil }
        return (.pattern(value), type.number)
    }

    /// A node and those of its slices that must be there.
    private func withNeededSlices(_ place: Place) -> [Place] {
        let tree = trees[place.tree]
        let needed = tree.nodes[place.node].slices.lazy.filter { tree.nodes[Int($0)].minimum > 0 }
        return [place] + needed.prefix(Self.maximumPlaces).map { Place(tree: place.tree, node: Int($0)) }
    }

    /// The places, and the roots of the profiles that their types must satisfy, where that is one.
    private func expanded(_ places: [Place]) -> [Place] {
        var all = places
        for place in places {
            let rules = trees[place.tree].nodes[place.node].typeRules
            guard rules.count == 1, rules[0].profiles.count == 1,
                case .profile(let number) = rules[0].profiles[0].target
            else { continue }
            all.append(Place(tree: number, node: 0))
        }
        return all
    }
}

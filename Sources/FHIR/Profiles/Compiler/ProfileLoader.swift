/// Reads definitions and adds what they ask for to a set.
struct ProfileLoader {
    private var definitions: [ProfileDefinition] = []
    private var codes: [JSONNode] = []
    private var terminology: [(resource: JSONNode, name: String)] = []
    private var problems: [Issue] = []
    private var refusals: [String: String] = [:]

    mutating func add(_ bytes: [UInt8], name: String) {
        do throws(JSONError) {
            add(try JSONDocument.parse(bytes).root, name: name)
        } catch {
            problems.append(
                Issue(.structure, "\(name) was passed over because it is no JSON: \(error)", severity: .warning))
        }
    }

    mutating func add(_ resource: JSONNode, name: String = "") {
        guard let type = resource["resourceType"] else { return }
        if TerminologyDefinition.Kind(type) != nil { terminology.append((resource, name)) }
        if type.equals("ValueSet") || type.equals("CodeSystem") {
            codes.append(resource)
        } else if type.equals("StructureDefinition") {
            do throws(Issue) {
                definitions.append(try ProfileDefinition(resource))
            } catch {
                // Logical models and the like are no fault of the package.
                problems.append(Issue(error.code, error.diagnostics, severity: .warning))
                if let url = resource["url"]?.string { refusals[url] = error.diagnostics }
            }
        }
    }

    // MARK: Making the set

    mutating func finish(into set: inout ProfileSet) {
        for resource in codes { set.terminology.add(resource) }
        if !terminology.isEmpty { set.definitions.beginLayer() }
        for (resource, name) in terminology {
            do throws(Issue) {
                try set.definitions.put(resource, name: name)
            } catch {
                problems.append(error)
            }
        }
        set.problems += problems
        set.refusals.merge(refusals) { $1 }
        let chosen = definitions.filter { !$0.isCoreType }
        guard !chosen.isEmpty else { return }
        var byURL = set.differentials
        var known: [String: RuleTree] = [:]
        for profile in set.profiles where byURL[profile.url] == nil { known[profile.url] = profile.tree }
        for definition in chosen {
            byURL[definition.url] = definition
            known[definition.url] = nil
        }
        // Trees that stand over what came are made anew, the others stay.
        var compiler = ProfileCompiler(byURL, known: known)
        compiler.rules = set.profiles.reduce(0) { $0 + $1.tree.nodes.count }
        let again = set.differentials.values.filter { old in !chosen.contains { $0.url == old.url } }
            .sorted { $0.url < $1.url }
        for definition in chosen + again {
            guard let tree = compiler.tree(of: definition) else {
                set.drop(definition.url)
                continue
            }
            set.put(definition, tree)
        }
        set.problems += compiler.problems
        set.refusals.merge(compiler.refusals) { $1 }
        ProfileLinker.link(&set)
    }
}

extension ProfileSet {
    fileprivate mutating func put(_ definition: ProfileDefinition, _ tree: RuleTree) {
        let profile = Profile(
            url: definition.url, version: definition.version, title: definition.title, type: definition.type,
            isAbstract: definition.isAbstract, contexts: definition.contexts, tree: tree)
        let exact = "\(definition.url)|\(definition.version ?? "")"
        let place = places[exact] ?? profiles.count
        if place == profiles.count { profiles.append(profile) } else { profiles[place] = profile }
        places[definition.url] = place
        places[exact] = place
        refusals[definition.url] = nil
        differentials[definition.url] = definition.hasSnapshot ? nil : definition.detached
    }

    fileprivate mutating func drop(_ url: String) {
        differentials[url] = nil
        places[url] = nil
    }
}

/// Works out which codes are in a value set (R4 valueset.html §4.9.6): the codes of any include, each of which takes what
/// fulfils all that it says, without those of any exclude.
///
/// ```swift
/// var evaluation = ValueSetEvaluation(known)
/// for code in try evaluation.codes(of: valueSet) { print(code.code, code.display ?? "") }
/// ```
public struct ValueSetEvaluation {
    let known: TerminologySet
    let versions: ExpansionVersions
    /// How many codes may be looked at.
    let limit: Int
    private var seen = 0
    /// The value sets that are being worked on, the outermost first.
    private var path: [String] = []
    /// What has been worked out, by url.
    private var done: [String: CodeList] = [:]
    /// The code systems that were used, with their versions: `url|version`.
    public private(set) var usedSystems: [String] = []

    public init(_ known: TerminologySet, versions: ExpansionVersions = ExpansionVersions(), limit: Int = 200_000) {
        self.known = known
        self.versions = versions
        self.limit = limit
    }

    /// All codes, each once, in the order of the composition; abstract ones too.
    public mutating func codes(of set: ValueSet) throws(TerminologyProblem) -> [ExpandedCode] {
        try list(of: set).codes.filter { !versions.excludes($0) }
    }

    private mutating func list(of set: ValueSet) throws(TerminologyProblem) -> CodeList {
        guard !set.includes.isEmpty else {
            guard let expansion = set.expansion else {
                throw .unsupported(
                    "The value set \(set.title) says neither by compose nor by a whole expansion what is in it.",
                    at: "ValueSet.compose")
            }
            return try counted(CodeList(expansion.map { ExpandedCode($0) }))
        }
        do throws(TerminologyProblem) {
            return try composed(set)
        } catch .unknownCodeSystem(let url, let versions) {
            // What another server has worked out whole is as good as what could be worked out here.
            if let expansion = set.expansion { return try counted(CodeList(expansion.map { ExpandedCode($0) })) }
            throw .unknownCodeSystem(url, versions: versions)
        }
    }

    private mutating func composed(_ set: ValueSet) throws(TerminologyProblem) -> CodeList {
        var found = CodeList()
        for part in set.includes { found.append(try codes(of: part)) }
        if !set.excludes.isEmpty {
            var dropped: Set<ExpandedCode.Key> = []
            for part in set.excludes { dropped.formUnion(try codes(of: part).keys) }
            found = found.filter { !dropped.contains($0.key) }
        }
        return set.includesInactive ? found : found.filter { !$0.isInactive }
    }

    private mutating func codes(of part: ValueSet.Part) throws(TerminologyProblem) -> CodeList {
        var sets = part.valueSets[...]
        var found: CodeList
        if let system = part.system {
            found = try codes(of: part, in: system)
        } else if let first = sets.popFirst() {
            found = try imported(first)
        } else {
            throw .unsupported("It names neither a system nor a value set.", at: part.place)
        }
        for url in sets {
            let other = try imported(url).keys
            found = found.filter { other.contains($0.key) }
        }
        return found
    }

    private mutating func codes(
        of part: ValueSet.Part, in system: String
    ) throws(TerminologyProblem) -> CodeList {
        let version = try versions.version(of: system, asked: part.version, at: part.place)
        let loaded = known.codeSystem(system, version: version)
        if let loaded { use(loaded) }
        if let concepts = part.concepts {
            return try counted(CodeList(concepts.map { ExpandedCode($0, of: system, loaded: loaded) }))
        }
        let whole = try self.whole(system, version: version, loaded)
        var places = Array(CodeSystem.Place(0)..<CodeSystem.Place(whole.codes.count))
        for filter in part.filters {
            let filter = try ConceptFilter(filter, whole, at: part.place)
            var kept: [CodeSystem.Place] = []
            for place in places where try filter.holds(place) { kept.append(place) }
            places = kept
        }
        return try counted(CodeList(places.map { ExpandedCode(whole, $0) }))
    }

    /// A system all of whose codes are there.
    private func whole(
        _ system: String, version: String?, _ loaded: CodeSystem?
    ) throws(TerminologyProblem) -> CodeSystem {
        guard let loaded, loaded.content != .notPresent else {
            throw .unknownCodeSystem(system, versions: version == nil ? [] : known.versions(.codeSystem, system))
        }
        guard loaded.content == .complete else { throw .incompleteCodeSystem(system) }
        return loaded
    }

    private mutating func imported(_ url: String) throws(TerminologyProblem) -> CodeList {
        if let list = done[url] { return list }
        guard !path.contains(url), path.count < 32 else { throw .circular(path + [url]) }
        guard let set = known.valueSet(url) else {
            throw .unknownValueSet(url, versions: known.versions(.valueSet, url))
        }
        path.append(url)
        defer { path.removeLast() }
        let list = try list(of: set)
        done[url] = list
        return list
    }

    private mutating func use(_ system: CodeSystem) {
        let name = system.url + (system.version.map { "|\($0)" } ?? "")
        if !usedSystems.contains(name) { usedSystems.append(name) }
    }

    private mutating func counted(_ list: CodeList) throws(TerminologyProblem) -> CodeList {
        seen += list.codes.count
        guard seen <= limit else { throw .tooCostly(limit: limit) }
        return list
    }
}

extension ValueSetEvaluation {
    /// Whether a code is in a value set, without listing it all.
    ///
    /// - Throws: where that depends on what is not loaded.
    public mutating func contains(
        _ set: ValueSet, system: String, version: String? = nil, code: String
    ) throws(TerminologyProblem) -> Bool {
        let written = known.codeSystem(system, version: version)?.code(code) ?? code
        let key = ExpandedCode.Key(system: system, code: written)
        guard !set.includes.isEmpty else { return try list(of: set).keys.contains(key) }
        if !set.includesInactive, let loaded = known.codeSystem(system), let place = loaded.place(of: code),
            loaded.isInactive(place)
        {
            return false
        }
        do throws(TerminologyProblem) {
            guard try isIn(any: set.includes, key) else { return false }
            return set.excludes.isEmpty ? true : try !isIn(any: set.excludes, key)
        } catch .unknownCodeSystem(let url, let versions) {
            if let expansion = set.expansion { return expansion.contains { ExpandedCode($0).key == key } }
            throw .unknownCodeSystem(url, versions: versions)
        }
    }

    /// A part that cannot be decided does no harm where another decides.
    private mutating func isIn(
        any parts: [ValueSet.Part], _ key: ExpandedCode.Key
    ) throws(TerminologyProblem) -> Bool {
        var doubt: TerminologyProblem?
        for part in parts {
            do throws(TerminologyProblem) {
                if try isIn(part, key) { return true }
            } catch {
                doubt = doubt ?? error
            }
        }
        if let doubt { throw doubt }
        return false
    }

    private mutating func isIn(_ part: ValueSet.Part, _ key: ExpandedCode.Key) throws(TerminologyProblem) -> Bool {
        if let system = part.system {
            guard system == key.system, try isIn(part, system, key.code) else { return false }
        } else if part.valueSets.isEmpty {
            throw .unsupported("It names neither a system nor a value set.", at: part.place)
        }
        for url in part.valueSets {
            if let list = done[url] {
                guard list.keys.contains(key) else { return false }
                continue
            }
            guard !path.contains(url), path.count < 32 else { throw .circular(path + [url]) }
            guard let set = known.valueSet(url) else {
                throw .unknownValueSet(url, versions: known.versions(.valueSet, url))
            }
            seen += 1
            guard seen <= limit else { throw .tooCostly(limit: limit) }
            path.append(url)
            defer { path.removeLast() }
            guard try contains(set, system: key.system ?? "", code: key.code) else { return false }
        }
        return true
    }

    private func isIn(_ part: ValueSet.Part, _ system: String, _ code: String) throws(TerminologyProblem) -> Bool {
        let version = try versions.version(of: system, asked: part.version, at: part.place)
        let loaded = known.codeSystem(system, version: version)
        if let concepts = part.concepts {
            guard let loaded, !loaded.isCaseSensitive else { return concepts.contains { $0.code == code } }
            return concepts.contains { $0.code.lowercased() == code.lowercased() }
        }
        // A code that is there is there, whatever else may be missing.
        if part.filters.isEmpty, loaded?.contains(code) == true { return true }
        let whole = try whole(system, version: version, loaded)
        guard let place = whole.place(of: code) else { return false }
        for filter in part.filters {
            guard try ConceptFilter(filter, whole, at: part.place).holds(place) else { return false }
        }
        return true
    }
}

/// Codes in an order, each once.
struct CodeList {
    private(set) var codes: [ExpandedCode] = []
    private(set) var keys: Set<ExpandedCode.Key> = []

    init() {}

    init(_ list: [ExpandedCode]) {
        for code in list where keys.insert(code.key).inserted { codes.append(code) }
    }

    mutating func append(_ other: CodeList) {
        for code in other.codes where keys.insert(code.key).inserted { codes.append(code) }
    }

    func filter(_ isKept: (ExpandedCode) -> Bool) -> CodeList { CodeList(codes.filter(isKept)) }
}

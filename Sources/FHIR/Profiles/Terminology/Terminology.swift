/// The codes that are known: from the ValueSets and CodeSystems that were loaded, and from R4's own table.
struct Terminology: Sendable {
    typealias Text = UnsafeBufferPointer<UInt8>

    private(set) var valueSets: [String: ValueSetCodes] = [:]
    private(set) var codeSystems: [String: CodeSystemCodes] = [:]

    mutating func add(_ resource: JSONNode) {
        guard let url = resource["url"]?.string else { return }
        if resource["resourceType"]?.equals("ValueSet") == true {
            valueSets[url] = ValueSetCodes(resource)
        } else if resource["resourceType"]?.equals("CodeSystem") == true {
            codeSystems[url] = CodeSystemCodes(resource)
        }
    }

    /// Whether a code is in a value set; nil if that is not known.
    ///
    /// - Parameter system: nil for values of type `code`, which belong to whatever system the value set has.
    func contains(_ valueSet: String, code: Text, system: Text?) -> Bool? {
        var steps = 0
        return contains(Canonical(valueSet).url, code, system, depth: 0, &steps)
    }

    /// Whether anything is known about a value set.
    func knows(_ valueSet: String) -> Bool {
        let url = Canonical(valueSet).url
        return valueSets[url] != nil || R4.table.valueSet(url)?.isEnumerated == true
    }

    /// Some codes of a value set, for a sentence.
    func examples(of valueSet: String, _ count: Int) -> [String] {
        let url = Canonical(valueSet).url
        if let loaded = valueSets[url] { return loaded.examples(count) }
        return R4.table.valueSet(url)?.codes.prefix(count).map(\.code) ?? []
    }

    /// Value sets that include each other, or each other's thousands, end here: with "not known".
    private static let maximumDepth = 16
    private static let maximumSteps = 20_000

    private func contains(_ url: String, _ code: Text, _ system: Text?, depth: Int, _ steps: inout Int) -> Bool? {
        guard let loaded = valueSets[url] else {
            guard let own = R4.table.valueSet(url), own.isEnumerated else { return nil }
            return own.contains(code, system: system)
        }
        steps += 1
        guard depth < Self.maximumDepth, steps < Self.maximumSteps else { return nil }
        if let expansion = loaded.expansion {
            return any(of: expansion, code, system, depth, &steps)
        }
        guard let isIn = any(of: loaded.includes, code, system, depth, &steps) else { return nil }
        guard isIn, !loaded.excludes.isEmpty else { return isIn }
        return any(of: loaded.excludes, code, system, depth, &steps).map { !$0 }
    }

    /// True if one is, false if none is, nil if that depends on what is not known.
    private func any(
        of parts: [ValueSetCodes.Part], _ code: Text, _ system: Text?, _ depth: Int, _ steps: inout Int
    ) -> Bool? {
        var isKnown = true
        for part in parts {
            steps += 1
            switch isIn(part, code, system, depth, &steps) {
            case true: return true
            case nil: isKnown = false
            default: break
            }
        }
        return isKnown ? false : nil
    }

    private func isIn(
        _ part: ValueSetCodes.Part, _ code: Text, _ system: Text?, _ depth: Int, _ steps: inout Int
    ) -> Bool? {
        var answer: Bool? = true
        if let own = part.system {
            if let system, !own.withUTF8Buffer({ FactHash.equal($0, system) }) { return false }
            answer = isChosen(part.choice, own, code)
        }
        for valueSet in part.valueSets where answer != false {
            guard let inner = contains(valueSet, code, system, depth: depth + 1, &steps) else {
                answer = nil
                continue
            }
            if !inner { answer = false }
        }
        return answer
    }

    private func isChosen(_ choice: ValueSetCodes.Part.Choice, _ system: String, _ code: Text) -> Bool? {
        switch choice {
        case .listed(let table): return table.contains(code)
        case .all:
            guard let loaded = codeSystems[system] else { return R4.table.codeSystem(system)?.contains(code) }
            return loaded.codes.contains(code) ? true : loaded.isComplete ? false : nil
        case .below(let ancestor, let isIncluded):
            guard let loaded = codeSystems[system], loaded.isComplete else {
                // The table has no hierarchies, but what is not even in the system is below nothing.
                return R4.table.codeSystem(system)?.contains(code) == false ? false : nil
            }
            if !isIncluded, ancestor.withUTF8Buffer({ FactHash.equal($0, code) }) { return false }
            return loaded.isA(code, ancestor)
        case .filtered: return R4.table.codeSystem(system)?.contains(code) == false ? false : nil
        }
    }
}

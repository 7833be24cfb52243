extension FHIRPathFunctions {
    /// What R4 adds (fhirpath.html §2.9.1.5).
    static let fhir: [String: FHIRPathFunction] = [
        "resolve": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            for position in call.base..<call.end { try call.push(try call.e.resolve(call.e.stack[position])) }
        },
        "getValue": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let value = try call.input(), value.kind != .node || call.e.isPrimitive(value.type) else { return }
            try call.push(call.e.system(value))
        },
        "memberOf": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let value = try call.input(), let url = try call.stringArgument(0) else { return }
            guard let isMember = try call.e.isMember(value, of: String(decoding: url, as: UTF8.self)) else { return }
            try call.push(isMember)
        },
        "conformsTo": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let value = try call.input(), let url = try call.stringArgument(0) else { return }
            let profile = String(decoding: url, as: UTF8.self)
            if value.kind == .node, let known = call.e.environment.conformsTo(call.e.node(value), profile) {
                return try call.push(known)
            }
            let prefix = "http://hl7.org/fhir/StructureDefinition/"
            guard profile.hasPrefix(prefix), let type = R4.table.type(String(profile.dropFirst(prefix.count))) else {
                if call.dialect == .strict { throw .unknownCanonical(profile) }
                return
            }
            try call.push(FHIRPathTypeTest.fhir(type).accepts(value))
        },
        "htmlChecks": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let value = try call.input() else { return }
            let text = call.e.text(value)
            try call.e.spend(1 + text.count / 16)
            try call.push(Narrative.faults(in: text).isEmpty)
        },
        // The definition of an element and slices of a profile are not at hand here: nothing is known of them.
        "elementDefinition": FHIRPathFunction(0...0) { _ throws(FHIRPathError) in },
        "slice": FHIRPathFunction(2...2) { _ throws(FHIRPathError) in },
        "checkModifiers": FHIRPathFunction(0...64) { call throws(FHIRPathError) in
            var allowed: [String] = []
            for position in call.arguments.indices {
                if let url = try call.stringArgument(position) { allowed.append(String(decoding: url, as: UTF8.self)) }
            }
            for position in call.base..<call.end {
                let value = call.e.stack[position]
                if value.kind == .node, value.index >= 0, let json = call.e.node(value).json {
                    for modifier in json.elements("modifierExtension") {
                        let url = modifier["url"]?.string ?? ""
                        // R4: an error is thrown, so that data is not read as if the modifier were not there.
                        if !allowed.contains(url) {
                            throw .invalidOperands("what follows checkModifiers(), which met \(url)")
                        }
                    }
                }
                try call.push(value)
            }
        },
        "subsumes": FHIRPathFunction(1...1) { call throws(FHIRPathError) in try subsumption(call) },
        "subsumedBy": FHIRPathFunction(1...1) { call throws(FHIRPathError) in try subsumption(call) },
    ]

    /// A code subsumes itself; of others nothing is known here, since R4's own value sets carry no hierarchy.
    private static func subsumption(_ call: borrowing FHIRPathCall) throws(FHIRPathError) {
        guard let value = try call.input(), let other = try call.arguments[0].single(call.e, call.frame) else { return }
        for mine in call.e.codings(value) {
            for theirs in call.e.codings(other) where mine == theirs { return try call.push(true) }
        }
    }
}

extension FHIRPathEvaluator {
    struct Coding: Equatable {
        var system: String?
        var code: String
    }

    /// The codes of a code, Coding or CodeableConcept.
    func codings(_ value: FHIRPathValue) -> [Coding] {
        if let text = stringText(value) { return [Coding(system: nil, code: String(decoding: text, as: UTF8.self))] }
        guard value.kind == .node, value.index >= 0, let json = node(value).json else { return [] }
        let nodes = value.type == FHIRPathTypes.coding.number ? [json] : Array(json.elements("coding"))
        return nodes.compactMap { coding in
            coding["code"]?.string.map { Coding(system: coding["system"]?.string, code: $0) }
        }
    }

    /// Whether a code is in a value set; nil if that is not known. R4's enumerated sets are known.
    func isMember(_ value: FHIRPathValue, of url: String) throws(FHIRPathError) -> Bool? {
        if value.kind == .node, let known = environment.memberOf(node(value), url) { return known }
        let canonical = url.split(separator: "|").first.map(String.init) ?? url
        guard let set = FHIRPathValueSets.byURL[canonical] else { return nil }
        try spend(10)
        return codings(value).contains { set.holds($0.code, system: $0.system) }
    }
}

/// The value sets whose codes are in the table of facts.
enum FHIRPathValueSets {
    static let byURL: [String: ValueSetFact] = {
        let sets = (0..<R4.table.facts.valueSets.count).map { ValueSetFact(number: UInt16($0)) }
        return Dictionary(sets.filter(\.isEnumerated).map { ($0.url, $0) }) { first, _ in first }
    }()
}

extension ValueSetFact {
    fileprivate func holds(_ code: String, system: String?) -> Bool {
        guard let system else { return contains(code) }
        return contains(code, system: system)
    }
}

extension SearchQueryValue.TokenQuery {
    /// R4 §3.1.1.4.10: systems exactly, codes without regard to case unless the system is named and known to heed it.
    func matches(system: String?, code: String) -> Bool {
        switch self.system {
        case .any: break
        case .none: guard system == nil else { return false }
        case .uri(let wanted):
            guard let system, system.utf8.elementsEqual(wanted.utf8) else { return false }
            guard let query = self.code else { return true }
            return CodeCase.comparable(query, system: system) == CodeCase.comparable(code, system: system)
        }
        return self.code.map { CodeCase.folded($0) == CodeCase.folded(code) } ?? true
    }
}

extension SearchQueryValue.ReferenceQuery {
    /// R4 §3.1.1.4.12. One that names no version finds references to any.
    func matches(_ reference: SearchReference) -> Bool {
        switch (self, reference) {
        case (.id(let wanted), .local(_, let id, _)): id.utf8.elementsEqual(wanted.utf8)
        case (.local(let wantedType, let wanted, let wantedVersion), .local(let type, let id, let version)):
            type == wantedType && id.utf8.elementsEqual(wanted.utf8)
                && (wantedVersion == nil || wantedVersion == version)
        case (.absolute(let wanted), .absolute(let url)): url.utf8.elementsEqual(wanted.utf8)
        default: false
        }
    }
}

extension SearchQueryValue.QuantityQuery {
    /// R4 §3.1.1.4.9: the number and its unit as written, or both in UCUM's base units.
    func matches(low: FHIRDecimal?, high: FHIRDecimal?, system: String?, code: String?, unit: String?) -> Bool {
        let condition = NumberCondition(prefix, value)
        guard let wanted = self.code else {
            return (self.system == nil || self.system == system) && condition.holds(low: low, high: high)
        }
        if let wantedSystem = self.system {
            if wantedSystem == system, wanted == code { return condition.holds(low: low, high: high) }
            guard let asked = UCUMUnit(system: wantedSystem, code: wanted),
                let stored = UCUMUnit(system: system, code: code), asked.dimensions == stored.dimensions
            else { return false }
            return asked.canonical(condition).holds(low: low.map(stored.canonical), high: high.map(stored.canonical))
        }
        return (code == wanted || unit == wanted) && condition.holds(low: low, high: high)
    }
}

extension String {
    func startsBytewise(_ beginning: String) -> Bool { utf8.starts(with: beginning.utf8) }

    func containsBytewise(_ part: String) -> Bool {
        let (text, part) = (Array(utf8), Array(part.utf8))
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0..<$0 + part.count].elementsEqual(part) }
    }

    /// Whether a url is another one or lies beneath it: its path or its fragment goes on. Urns have no hierarchy
    /// (R4 §3.1.1.4.13).
    func isBelow(_ other: String) -> Bool {
        guard startsBytewise(other) else { return false }
        guard let next = utf8.dropFirst(other.utf8.count).first else { return true }
        let isPath = next == UInt8(ascii: "/") || next == UInt8(ascii: "#")
        return isPath && !startsBytewise("urn:")
    }
}

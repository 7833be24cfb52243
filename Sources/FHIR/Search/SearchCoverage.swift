/// Which search parameters of a type find everything that others find: Observation's `combo-code` all of `code` and
/// `component-code`, `subject` all of `patient`, Patient's `address` all of `address-city`.
///
/// What stands in an index under the narrower parameter need not stand there under the wider one as well, if whoever
/// asks for the wider one asks for those that it covers too.
public struct SearchCoverage: Sendable {
    /// By parameter, those it covers, ascending.
    private let covered: [Int32: [Int32]]

    /// What a parameter leads to, written so that two parameters can be compared.
    struct Reach: Sendable, Hashable {
        let steps: [FHIRPathStep]
        let rule: SearchRule
        let system: String?
    }

    /// - Parameter reaches: by parameter, in the order of their numbers.
    init(_ reaches: [(parameter: Int32, reaches: [Reach])]) {
        var covered: [Int32: [Int32]] = [:]
        for wide in reaches {
            for narrow in reaches where narrow.parameter != wide.parameter {
                guard Self.covers(wide.reaches, narrow.reaches) else { continue }
                // Of two that find the same, one stands for both.
                if narrow.parameter > wide.parameter, Self.covers(narrow.reaches, wide.reaches) { continue }
                covered[wide.parameter, default: []].append(narrow.parameter)
            }
        }
        self.covered = covered
    }

    /// The parameters whose values are values of this one too; itself is not among them.
    public func covered(by parameter: Int32) -> [Int32] { covered[parameter] ?? [] }

    /// The entries of a resource that no other one says already.
    public func essential(_ entries: [SearchEntry]) -> [SearchEntry] {
        guard !covered.isEmpty else { return entries }
        // Comparing with a few is cheaper than hashing them.
        let all = entries.count > 64 ? Set(entries) : nil
        return entries.filter { entry in
            guard let narrower = covered[entry.parameter] else { return true }
            if let all {
                return !narrower.contains { all.contains(SearchEntry(parameter: $0, value: entry.value)) }
            }
            return !entries.contains { narrower.contains($0.parameter) && $0.value == entry.value }
        }
    }

    private static func covers(_ wide: [Reach], _ narrow: [Reach]) -> Bool {
        !narrow.isEmpty && narrow.allSatisfy { reach in wide.contains { $0.contains(reach) } }
    }
}

extension SearchCoverage.Reach {
    /// Whether each value at the other's end is one at this one's, made into the same entry.
    fileprivate func contains(_ other: Self) -> Bool {
        if rule == other.rule, system == other.system { return isPassed(by: other.steps[...]) }
        guard other.rule == .stringText, case .child(let key, nil) = other.steps.last else { return false }
        let isPart = rule.partsOfString.contains(key)
        return isPart && isPassed(by: other.steps.dropLast())
    }

    /// Whether the steps are the same but for filters, which only leave values out.
    private func isPassed(by others: ArraySlice<FHIRPathStep>) -> Bool {
        var own = steps[...]
        for step in others {
            if step == own.first {
                own.removeFirst()
            } else if case .filter = step {
                continue
            } else {
                return false
            }
        }
        return own.isEmpty
    }
}

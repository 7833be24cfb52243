import Synchronization

/// The definitions that were looked at last, read: as many as some memory holds.
final class TerminologyViews: Sendable {
    static let shared = TerminologyViews(budget: 96 << 20)

    enum View: Sendable {
        case codeSystem(CodeSystem)
        case valueSet(ValueSet)
        case conceptMap(ConceptMap)
    }

    private struct Entry {
        /// Kept so that no other definition gets its identity.
        let definition: TerminologyDefinition
        let view: View
        let cost: Int
        var lastUse: UInt64
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var cost = 0
        var uses: UInt64 = 0
    }

    private let state = Mutex(State())
    /// Bytes, roughly.
    private let budget: Int

    init(budget: Int) {
        self.budget = budget
    }

    /// nil if the definition's bytes are damaged.
    func view(of definition: TerminologyDefinition) -> View? {
        let identity = ObjectIdentifier(definition)
        let known = state.withLock { state -> View? in
            state.uses += 1
            state.entries[identity]?.lastUse = state.uses
            return state.entries[identity]?.view
        }
        if let known { return known }
        guard let resource = definition.read() else { return nil }
        let view: View =
            switch definition.kind {
            case .codeSystem: .codeSystem(CodeSystem(resource))
            case .valueSet: .valueSet(ValueSet(resource))
            case .conceptMap: .conceptMap(ConceptMap(resource))
            }
        // The text, its tape, and what is made of them.
        let cost = resource.sourceRange.count * 5
        state.withLock { state in
            guard cost < budget, state.entries[identity] == nil else { return }
            state.entries[identity] = Entry(definition: definition, view: view, cost: cost, lastUse: state.uses)
            state.cost += cost
            while state.cost > budget, let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                state.cost -= oldest.value.cost
                state.entries[oldest.key] = nil
            }
        }
        return view
    }
}

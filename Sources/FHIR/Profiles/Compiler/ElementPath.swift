/// The way to an element of a StructureDefinition: `Observation.component:systolic.value[x]`.
struct ElementPath: Sendable, Equatable {
    struct Step: Sendable, Equatable {
        /// As the definition writes it, `value[x]` or `valueQuantity`.
        let name: String
        let slice: String?
    }

    let steps: [Step]

    /// More steps than any type of R4 can have.
    static let maximumSteps = 24

    /// - Parameters:
    ///   - previous: the element before it in the list. Where ids are missing, an element belongs to the slice that was
    ///     opened last (R4 profiling.html §5.1.0.14).
    init?(_ element: JSONNode, after previous: ElementPath?) {
        guard let path = element["path"]?.string else { return nil }
        let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !names.contains(""), names.count <= Self.maximumSteps else { return nil }
        let slice = element["sliceName"]?.string
        if let id = element["id"]?.string, let steps = Self.steps(ofID: id, names: names, slice: slice) {
            self.steps = steps
            return
        }
        var steps: [Step] = []
        var follows = true
        for (position, name) in names.enumerated() {
            if position == names.count - 1 {
                steps.append(Step(name: name, slice: slice))
            } else if follows, let before = previous?.steps, position < before.count, before[position].name == name {
                steps.append(before[position])
            } else {
                follows = false
                steps.append(Step(name: name, slice: nil))
            }
        }
        self.steps = steps
    }

    /// The steps by an id, if it fits the path.
    private static func steps(ofID id: String, names: [String], slice: String?) -> [Step]? {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == names.count else { return nil }
        var steps: [Step] = []
        for (part, name) in zip(parts, names) {
            let halves = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let written = String(halves[0])
            let named = halves.count > 1 ? String(halves[1]) : nil
            guard written == name || isChoice(written, writtenAs: name), named != "" else { return nil }
            steps.append(Step(name: written, slice: named))
        }
        guard let last = steps.last, slice == nil || last.slice == slice else { return nil }
        return steps
    }

    /// Whether an id says `value[x]` where the path says `valueQuantity`.
    private static func isChoice(_ written: String, writtenAs name: String) -> Bool {
        written.hasSuffix("[x]") && name.hasPrefix(written.dropLast(3))
    }
}

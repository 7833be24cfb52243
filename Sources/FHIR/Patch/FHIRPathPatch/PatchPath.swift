/// The path of an operation: a FHIRPath, compiled once, that says which elements of a resource are meant.
struct PatchPath: Sendable {
    let text: String
    private let path: FHIRPath

    enum Fault: Error, Equatable {
        /// It is no FHIRPath, or cannot be evaluated here.
        case invalid(FHIRPathError)
        /// It computes values, or finds elements of another document.
        case noElements
    }

    init(_ text: String) throws(FHIRPathError) {
        self.text = text
        path = try FHIRPath(text, dialect: .strict)
    }

    /// The tape indexes of what it selects: of values or, for primitives that have none, of companions.
    ///
    /// - Parameter steps: what is left of the budget of the whole patch.
    func select(in document: JSONDocument, steps: inout Int) throws(Fault) -> [Int32] {
        let evaluator = FHIRPathEvaluator(FHIRPathEnvironment(maximumSteps: steps))
        let items: [FHIRPathItem]
        do throws(FHIRPathError) {
            items = try evaluator.evaluate(path, FHIRPathNode(resource: document.root))
        } catch {
            throw .invalid(error)
        }
        steps = max(0, evaluator.steps)
        var found: [Int32] = []
        var seen: Set<Int32> = []
        for item in items {
            guard case .node(let node) = item, let json = node.json ?? node.companion, json.document === document else {
                throw .noElements
            }
            if seen.insert(json.index).inserted { found.append(json.index) }
        }
        return found
    }

    /// The path without its last step, and that step's name, where it is a plain name.
    var parent: (path: PatchPath, name: String)? {
        guard let dot = text.lastIndex(of: "."), let path = try? PatchPath(String(text[..<dot])) else { return nil }
        let name = text[text.index(after: dot)...]
        guard let first = name.utf8.first, (first | 0x20) &- 0x61 < 26,
            name.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F })
        else { return nil }
        return (path, String(name))
    }
}

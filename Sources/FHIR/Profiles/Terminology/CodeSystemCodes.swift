/// The codes of a CodeSystem that was loaded.
struct CodeSystemCodes: Sendable {
    let codes: CodeTable
    /// Whether these are all there are (`content` is complete).
    let isComplete: Bool
    /// For each code the place of the one above it in the hierarchy; -1 at its top. Empty if there is none.
    private let parents: [Int32]

    init(_ resource: JSONNode) {
        isComplete = resource["content"]?.equals("complete") == true
        var found: [(code: String, parent: String?)] = []
        // The hierarchy is as deep as the parser lets documents nest, the stack as long as there are concepts.
        var pending: [(concept: JSONNode, parent: String?)] = resource.elements("concept").map { ($0, nil) }
        while let (concept, parent) = pending.popLast() {
            guard let code = concept["code"]?.string else { continue }
            found.append((code, parent))
            for child in concept.elements("concept") { pending.append((child, code)) }
        }
        let codes = CodeTable(found.map(\.code))
        self.codes = codes
        guard found.contains(where: { $0.parent != nil }) else {
            parents = []
            return
        }
        var parents = [Int32](repeating: -1, count: codes.count)
        for (code, parent) in found {
            guard let parent, let place = codes.position(of: code), let above = codes.position(of: parent) else {
                continue
            }
            parents[place] = Int32(above)
        }
        self.parents = parents
    }

    /// Whether a code is another or stands below it.
    func isA(_ code: UnsafeBufferPointer<UInt8>, _ ancestor: String) -> Bool {
        guard let wanted = codes.position(of: ancestor), var place = codes.position(of: code) else { return false }
        // A hierarchy that was written as a tree has no circles; a code that stands twice could make one.
        for _ in 0...parents.count {
            if place == wanted { return true }
            guard place < parents.count, parents[place] >= 0 else { return false }
            place = Int(parents[place])
        }
        return false
    }
}

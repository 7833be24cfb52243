/// The path of an operation: a FHIRPath, compiled once, that says which elements of a resource are meant.
struct PatchPath: Sendable {
    let text: String

    struct Fault: Error {
        let sentence: String
    }

    init(_ text: String) throws(Fault) {
        self.text = text
        guard !text.isEmpty else { throw Fault(sentence: "it is empty") }
    }

    func select(in document: JSONDocument) throws(Fault) -> [Int32] {
        var nodes = [document.root]
        for step in text.split(separator: ".").dropFirst() {
            let parts = step.split(separator: "[")
            var next: [JSONNode] = []
            for node in nodes { next += node[String(parts[0])].map { Array($0.elements) } ?? [] }
            if parts.count > 1, let index = Int(parts[1].dropLast()) {
                next = next.indices.contains(index) ? [next[index]] : []
            }
            nodes = next
        }
        return nodes.map(\.index)
    }

    /// The path without its last step, and that step's name, where it is a plain name.
    var parent: (path: PatchPath, name: String)? {
        guard let dot = text.lastIndex(of: "."), let path = try? PatchPath(String(text[..<dot])) else { return nil }
        let name = text[text.index(after: dot)...]
        guard let first = name.utf8.first, first | 0x20 >= 0x61,
            name.utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F })
        else { return nil }
        return (path, String(name))
    }
}

/// Where values come from: a file, if there is one, and what was wrong with it.
final class ConfigurationSource {
    let file: String
    let faults: ConfigurationFaults
    /// The paths of all keys that were asked for, `http.maximum-body`.
    private(set) var keys: [String] = []

    init(file: String, faults: ConfigurationFaults) {
        self.file = file
        self.faults = faults
    }

    func note(_ path: [String]) {
        let key = path.joined(separator: ".")
        if !keys.contains(key) { keys.append(key) }
    }

    func fault(_ place: ConfigurationNode.Place?, _ message: String) { faults.add(file, place, message) }

    func value<Value: Sendable>(_ node: ConfigurationNode, _ key: String, _ kind: ValueKind<Value>) -> Value? {
        guard case .scalar(let text, let isPlain) = node.content, !node.isNothing, isPlain || kind.takesQuotes else {
            fault(node.place, kind.complaint(key, found: node.found))
            return nil
        }
        guard let value = kind.read(text) else {
            fault(node.place, kind.complaint(key, found: node.found, text: text))
            return nil
        }
        return value
    }

    /// A key that is written as the options are, `data-dir`, and is two here: `dir` under `data`.
    func known(like key: String) -> String? {
        let flat = key.replacing(".", with: "-")
        guard let path = keys.first(where: { $0.contains(".") && $0.replacing(".", with: "-") == flat }) else {
            return nil
        }
        let parts = path.split(separator: ".")
        return "\"\(parts.last ?? "")\" under \"\(parts.dropLast().joined(separator: "\", \""))\""
    }
}

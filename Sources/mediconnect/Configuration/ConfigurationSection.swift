/// A group of keys of the configuration file while it is read: what is asked for is known, and what is left in the end is
/// a fault.
///
/// A key is `control-id-window`; `controlIdWindow` is the same key.
struct ConfigurationSection {
    /// The keys that lead here: `senders`, `limits`.
    let path: [String]
    /// Where it stands, if it does.
    let place: ConfigurationNode.Place?
    private var entries: [(key: String, entry: ConfigurationNode.Entry)] = []
    private var asked: [String] = []
    private let source: ConfigurationSource

    init(_ node: ConfigurationNode?, path: [String] = [], in source: ConfigurationSource) {
        self.path = path
        self.source = source
        place = node?.place
        guard let node, !node.isNothing else { return }
        guard case .mapping(let written) = node.content else {
            source.fault(
                node.place,
                "\(path.last ?? "the file"): \(node.found) found, expected a group of keys with their values.")
            return
        }
        for entry in written {
            let key = Self.key(entry.key)
            if let first = entries.first(where: { $0.key == key }) {
                source.fault(
                    entry.place,
                    "the key \"\(entry.key)\" stands here again; it stands in line \(first.entry.place.line) already.")
            } else {
                entries.append((key, entry))
            }
        }
    }

    /// `maximumBody` as `maximum-body`
    static func key(_ written: String) -> String {
        written.reduce(into: "") { key, letter in
            key += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
        }
    }

    private mutating func node(_ key: String) -> ConfigurationNode? {
        asked.append(key)
        source.note(path + [key])
        return entries.first { $0.key == key }?.entry.value
    }

    /// A single value; nil where it is absent or wrong.
    mutating func value<Value: Sendable>(_ key: String, _ kind: ValueKind<Value>) -> Value? {
        node(key).flatMap { source.value($0, key, kind) }
    }

    /// A single value that has to be there.
    mutating func required<Value: Sendable>(_ key: String, _ kind: ValueKind<Value>) -> Value? {
        let isThere = entries.contains { $0.key == key }
        if !isThere { source.fault(place, "\(key) is missing here; expected \(kind.expected).") }
        return value(key, kind)
    }

    /// A list of single values; nil where it is absent.
    mutating func values<Value: Sendable>(_ key: String, _ kind: ValueKind<Value>) -> [Value]? {
        placedValues(key, kind)?.map(\.value)
    }

    /// The same, each with where it stands.
    mutating func placedValues<Value: Sendable>(
        _ key: String, _ kind: ValueKind<Value>
    ) -> [(value: Value, place: ConfigurationNode.Place)]? {
        guard let node = node(key) else { return nil }
        if node.isNothing { return [] }
        guard case .list(let nodes) = node.content else {
            source.fault(node.place, "\(key): \(node.found) found, expected a list, each item \(kind.expected).")
            return nil
        }
        return nodes.compactMap { node in source.value(node, key, kind).map { ($0, node.place) } }
    }

    /// Names of the operator's own, each with a value.
    mutating func pairs<Value: Sendable>(_ key: String, _ kind: ValueKind<Value>) -> [String: Value] {
        guard let node = node(key), !node.isNothing else { return [:] }
        guard case .mapping(let written) = node.content else {
            source.fault(node.place, "\(key): \(node.found) found, expected names, each with \(kind.expected).")
            return [:]
        }
        var found: [String: Value] = [:]
        var lines: [String: Int] = [:]
        for entry in written {
            if let line = lines.updateValue(entry.place.line, forKey: entry.key) {
                source.fault(
                    entry.place, "the name \"\(entry.key)\" stands here again; it stands in line \(line) already.")
            } else if let value = source.value(entry.value, entry.key, kind) {
                found[entry.key] = value
            }
        }
        return found
    }

    /// A group of keys within.
    mutating func section(_ key: String) -> ConfigurationSection {
        ConfigurationSection(node(key), path: path + [key], in: source)
    }

    /// A list of groups of keys.
    mutating func sections(_ key: String) -> [ConfigurationSection] {
        guard let node = node(key), !node.isNothing else { return [] }
        guard case .list(let nodes) = node.content else {
            source.fault(
                node.place, "\(key): \(node.found) found, expected a list, each item a group of keys behind a dash.")
            return []
        }
        return nodes.map { ConfigurationSection($0, path: path + [key], in: source) }
    }

    /// Whether something stands under a key that was asked for.
    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    func fault(_ message: String, at place: ConfigurationNode.Place? = nil) {
        source.fault(place ?? self.place, message)
    }

    /// Faults for the keys that nobody asked for.
    func finish() {
        for (key, entry) in entries where !asked.contains(key) {
            let known = asked.sorted().joined(separator: ", ")
            let meant =
                source.known(like: key).map { " Did you mean \($0)?" } ?? suggestion(for: key, among: asked)
            source.fault(
                entry.place,
                "the key \"\(entry.key)\" is not known here." + (meant.isEmpty ? " Known are \(known)." : meant))
        }
    }
}

import Yams

extension ConfigurationNode {
    /// Reads YAML 1.1; JSON is a part of it. Nil for a file with nothing but comments, and for one that is no YAML, with
    /// a fault.
    static func parse(_ text: String, file: String, faults: ConfigurationFaults) -> ConfigurationNode? {
        var keys = RepeatedKeys(text)
        while true {
            do {
                // The encoding is said because Yams would ask the environment for it.
                guard let root = try Parser(yaml: keys.text, encoding: .utf8).singleRoot() else { return nil }
                var room = mostValues
                let node = ConfigurationNode(root, names: keys.names, room: &room)
                if room > 0 { return node }
                faults.add(file, nil, "the file has more than \(mostValues) values, with those that aliases repeat.")
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                if keys.tellApart(names, at: Place(context.mark)) { continue }
                faults.add(file, Place(context.mark), "the key \"\(names.first ?? "")\" stands here more than once")
            } catch {
                let (place, problem) = Self.reason(error)
                faults.add(file, place, "this is no YAML: \(problem)")
            }
            return nil
        }
    }

    /// Aliases of aliases can make billions of a few lines.
    private static let mostValues = 100_000

    /// - room: how many values may still come; where it is used up, the rest is left out.
    private init(_ node: Node, names: [Place: String], room: inout Int) {
        place = Place(node.mark)
        content = .list([])
        room -= 1
        guard room > 0 else { return }
        switch node {
        case .scalar(let scalar): content = .scalar(scalar.string, isPlain: scalar.style == .plain)
        case .sequence(let sequence): content = .list(sequence.map { ConfigurationNode($0, names: names, room: &room) })
        case .mapping(let mapping):
            content = .mapping(
                mapping.map { key, value in
                    let place = Place(key.mark)
                    return Entry(
                        key: names[place] ?? key.scalar?.string ?? "?", place: place,
                        value: ConfigurationNode(value, names: names, room: &room))
                })
        // The parser puts what an alias stands for in its place.
        case .alias: content = .scalar("", isPlain: true)
        }
    }

    private static func reason(_ error: any Error) -> (Place?, String) {
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            return (Place(mark), context.map { "\($0.text) from line \($0.mark.line) on: \(problem)" } ?? problem)
        case .reader(let problem, let offset, _, let text):
            let before = text.prefix(offset ?? 0)
            return (Place(line: before.count { $0.isNewline } + 1, column: 1), problem)
        case let error?: return (nil, "\(error)")
        case nil: return (nil, "\(error)")
        }
    }
}

extension ConfigurationNode.Place {
    init(_ mark: Mark?) {
        self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}

/// The parser refuses a group of keys with a repeated one and says no more. Here every fault shall be said: the repeated
/// keys are given names that differ, remembered by their places, and the text is parsed again.
private struct RepeatedKeys {
    private(set) var text: String
    /// What stands in the file.
    private(set) var names: [ConfigurationNode.Place: String] = [:]

    init(_ text: String) { self.text = text }

    /// - Parameters:
    ///   - repeated: the keys that one group has more than once.
    ///   - place: where the first of them stands first.
    /// - Returns: false where the key is written in a way that is not understood.
    mutating func tellApart(_ repeated: [String], at place: ConfigurationNode.Place) -> Bool {
        guard let name = repeated.first, let substitute = Unicode.Scalar(0xE000 + names.count), names.count < 1000,
            names[place] == nil
        else { return false }
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        for _ in 1..<place.line {
            guard let end = scalars[index...].firstIndex(of: "\n") else { return false }
            index = scalars.index(after: end)
        }
        guard let start = scalars.index(index, offsetBy: place.column - 1, limitedBy: scalars.endIndex),
            start < scalars.endIndex
        else { return false }
        index = start
        if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
        guard index < scalars.endIndex, scalars[index] == name.unicodeScalars.first else { return false }
        text.unicodeScalars.replaceSubrange(index...index, with: [substitute])
        names[place] = name
        return true
    }
}

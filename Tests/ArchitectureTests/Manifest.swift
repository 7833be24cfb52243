/// `Package.swift` as far as the architecture goes: its targets, and what each declares to use.
struct Manifest {
    struct Target: Equatable {
        enum Kind: String {
            case target, executableTarget, testTarget, systemLibrary, plugin, macro, binaryTarget
        }
        let kind: Kind
        let name: String
        /// Targets of this package.
        var targets: [String] = []
        /// Products of other packages.
        var products: [String] = []
    }

    let targets: [Target]

    func target(_ name: String) -> Target? { targets.first { $0.name == name } }

    init(targets: [Target]) {
        self.targets = targets
    }

    init(_ text: String) {
        let source = SwiftSource(text)
        let all = source.tokens
        var found: [Target] = []
        for (index, token) in all.enumerated() {
            guard case .word(let word) = token, let kind = Target.Kind(rawValue: word), index > 0,
                all[index - 1] == .mark("."), index + 1 < all.count, all[index + 1] == .mark("(")
            else { continue }
            let arguments = Array(all[(index + 2)...].prefix(upToClosing: "(", ")"))
            guard let name = Self.string(after: "name", in: arguments) else { continue }
            var target = Target(kind: kind, name: name)
            Self.read(Self.list(after: "dependencies", in: arguments), into: &target)
            found.append(target)
        }
        targets = found
    }

    private static func read(_ dependencies: [SwiftSource.Token], into target: inout Target) {
        var index = 0
        while index < dependencies.count {
            switch dependencies[index] {
            case .string(let name):
                target.targets.append(name)
            case .mark("("):
                let inner = Array(dependencies[(index + 1)...].prefix(upToClosing: "(", ")"))
                if let name = string(after: "name", in: inner) {
                    let isProduct = index > 0 && dependencies[index - 1] == .word("product")
                    if isProduct { target.products.append(name) } else { target.targets.append(name) }
                }
                index += inner.count
            default: break
            }
            index += 1
        }
    }

    private static func string(after label: String, in tokens: [SwiftSource.Token]) -> String? {
        for index in tokens.indices.dropLast(2) where tokens[index] == .word(label) && tokens[index + 1] == .mark(":") {
            if case .string(let value) = tokens[index + 2] { return value }
        }
        return nil
    }

    private static func list(after label: String, in tokens: [SwiftSource.Token]) -> [SwiftSource.Token] {
        for index in tokens.indices.dropLast(2)
        where tokens[index] == .word(label) && tokens[index + 1] == .mark(":") && tokens[index + 2] == .mark("[") {
            return Array(tokens[(index + 3)...].prefix(upToClosing: "[", "]"))
        }
        return []
    }
}

extension ArraySlice<SwiftSource.Token> {
    /// What stands before the mark that closes the one just passed.
    fileprivate func prefix(upToClosing open: Character, _ close: Character) -> ArraySlice {
        var depth = 1
        for index in indices {
            if self[index] == .mark(open) { depth += 1 }
            if self[index] == .mark(close) { depth -= 1 }
            if depth == 0 { return self[..<index] }
        }
        return self
    }
}

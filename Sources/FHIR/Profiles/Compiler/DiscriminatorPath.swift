/// Reads a discriminator's path: element names, `$this`, `resolve()`, `ofType(…)` and `extension('…')`, joined by dots
/// (R4 profiling.html §5.1.0.7.1). A path with anything else is refused.
enum DiscriminatorPath {
    static func parse(_ path: String) -> [DiscriminatorStep]? {
        var steps: [DiscriminatorStep] = []
        var rest = Substring(path)
        while !rest.isEmpty {
            guard steps.count < ElementPath.maximumSteps else { return nil }
            let name = rest.prefix { $0 == "$" || $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
            rest = rest.dropFirst(name.count)
            var argument: Substring?
            if rest.first == "(" {
                // A url may hold brackets; what is quoted ends with its quote.
                rest = rest.dropFirst()
                if let quote = rest.first, quote == "'" || quote == "\"" {
                    rest = rest.dropFirst()
                    guard let end = rest.firstIndex(of: quote) else { return nil }
                    argument = rest[..<end]
                    rest = rest[end...].dropFirst()
                } else {
                    argument = rest.prefix { $0 != ")" }
                    rest = rest.dropFirst(argument?.count ?? 0)
                }
                guard rest.first == ")" else { return nil }
                rest = rest.dropFirst()
            } else if rest.hasPrefix("[x]") {
                rest = rest.dropFirst(3)
            }
            if name == "$this" && argument == nil {
                // It stands for where the path is already.
            } else if let step = step(String(name), argument.map(String.init)) {
                steps.append(step)
            } else {
                return nil
            }
            guard !rest.isEmpty else { break }
            guard rest.first == "." else { return nil }
            rest = rest.dropFirst()
            if rest.isEmpty { return nil }
        }
        return steps
    }

    private static func step(_ name: String, _ argument: String?) -> DiscriminatorStep? {
        switch (name, argument) {
        case ("", _): nil
        case ("resolve", ""): .resolve
        case ("extension", let url?): url.isEmpty ? nil : .extension(url)
        case ("ofType", let type?), ("as", let type?): R4.table.type(type).map { .ofType($0.number) }
        case (_, nil): .child(name)
        default: nil
        }
    }
}

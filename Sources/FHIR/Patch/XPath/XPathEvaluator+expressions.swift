extension XPathEvaluator {
    /// Recursion is bounded by what ``XPathParser`` lets nest.
    mutating func evaluate(_ expression: XPath.Expression, in context: Context) throws(XPathError) -> Value {
        switch expression {
        case .number(let number): return .number(number)
        case .string(let text): return .text(text)
        case .path(let path): return .nodes(try evaluate(path, from: context.node))
        case .or(let left, let right):
            if try boolean(try evaluate(left, in: context)) { return .boolean(true) }
            return .boolean(try boolean(try evaluate(right, in: context)))
        case .and(let left, let right):
            guard try boolean(try evaluate(left, in: context)) else { return .boolean(false) }
            return .boolean(try boolean(try evaluate(right, in: context)))
        case .comparison(let operation, let left, let right):
            let left = try evaluate(left, in: context)
            return .boolean(try compare(operation, left, try evaluate(right, in: context)))
        case .call(let function, let arguments):
            var values: [Value] = []
            for argument in arguments { values.append(try evaluate(argument, in: context)) }
            return try call(function, values, in: context)
        }
    }

    private mutating func call(
        _ function: XPath.Function, _ values: [Value], in context: Context
    ) throws(XPathError) -> Value {
        let first = values.first ?? .nodes([context.node])
        switch function {
        case .last: return .number(Double(context.size))
        case .position: return .number(Double(context.position))
        case .true: return .boolean(true)
        case .false: return .boolean(false)
        case .not: return .boolean(!(try boolean(first)))
        case .boolean: return .boolean(try boolean(first))
        case .count:
            guard case .nodes(let nodes) = first else { throw .unsupported("count() of anything but a path") }
            return .number(Double(nodes.count))
        case .string: return .text(try string(first))
        case .number: return .number(try number(first))
        case .stringLength: return .number(Double(try string(first).unicodeScalars.count))
        case .normalizeSpace:
            let words = try string(first).split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
            return .text(words.joined(separator: " "))
        case .contains:
            let text = try string(values[0])
            let part = try string(values[1])
            try charge(text.utf8.count * (1 + part.utf8.count) / 64)
            return .boolean(Self.contains(text, part))
        case .startsWith: return .boolean(try string(values[0]).utf8.starts(with: try string(values[1]).utf8))
        case .concat:
            var text = ""
            for value in values { text += try string(value) }
            return .text(text)
        case .name, .localName:
            guard case .nodes(let nodes) = first else { throw .unsupported("name() of anything but a path") }
            return .text(nodes.first.flatMap(name) ?? "")
        }
    }

    /// By characters as they are, not as Unicode could also write them.
    private static func contains(_ text: String, _ part: String) -> Bool {
        let part = part.utf8
        var rest = text.utf8[...]
        while rest.count >= part.count {
            if rest.starts(with: part) { return true }
            rest = rest.dropFirst()
        }
        return false
    }

    private func name(_ node: Node) -> String? {
        switch node {
        case .node(let number): if case .element(let element) = draft[number] { element.name } else { nil }
        case .attribute(let owner, let position):
            if case .element(let element) = draft[owner] { element.attributes[position].name } else { nil }
        case .namespace(let owner, let position):
            if case .element(let element) = draft[owner] { element.declarations[position].prefix } else { nil }
        }
    }

    // MARK: Conversions (XPath 1.0 §4)

    mutating func boolean(_ value: Value) throws(XPathError) -> Bool {
        switch value {
        case .nodes(let nodes): !nodes.isEmpty
        case .text(let text): !text.isEmpty
        case .number(let number): number != 0 && !number.isNaN
        case .boolean(let flag): flag
        }
    }

    mutating func string(_ value: Value) throws(XPathError) -> String {
        switch value {
        case .nodes(let nodes):
            guard let first = nodes.first else { return "" }
            return try string(of: first)
        case .text(let text): return text
        case .number(let number):
            if number.isNaN { return "NaN" }
            if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
            if let whole = Int(exactly: number) { return String(whole) }
            return String(number)
        case .boolean(let flag): return flag ? "true" : "false"
        }
    }

    private mutating func number(_ value: Value) throws(XPathError) -> Double {
        switch value {
        case .number(let number): number
        case .boolean(let flag): flag ? 1 : 0
        case .nodes, .text: Self.number(try string(value))
        }
    }

    /// Digits with a point and a minus sign; anything else is NaN.
    private static func number(_ text: String) -> Double {
        let trimmed = text.drop { " \t\n\r".contains($0) }
        guard trimmed.utf8.count <= 400,
            trimmed.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == 0x2E || $0 == 0x2D || $0 == 0x20 })
        else { return .nan }
        return Double(trimmed.split(separator: " ").first ?? "") ?? .nan
    }

    /// The text of an element is all text in it.
    mutating func string(of node: Node) throws(XPathError) -> String {
        try charge(1)
        switch node {
        case .attribute(let owner, let position):
            guard case .element(let element) = draft[owner] else { return "" }
            return element.attributes[position].value
        case .namespace(let owner, let position):
            guard case .element(let element) = draft[owner] else { return "" }
            return element.declarations[position].namespace
        case .node(let number):
            switch draft[number] {
            case .text(let text), .comment(let text): return text
            case .element, .document: return try deepText(of: number)
            }
        }
    }

    private mutating func deepText(of number: Int32) throws(XPathError) -> String {
        var text = ""
        var pending = [number]
        while let next = pending.popLast() {
            try charge(1)
            if case .text(let part) = draft[next] {
                text += part
                try charge(part.utf8.count / 64)
            }
            pending.append(contentsOf: draft.children(of: next).reversed())
        }
        return text
    }

    // MARK: Comparisons (XPath 1.0 §3.4)

    private mutating func compare(
        _ operation: XPath.Comparison, _ left: Value, _ right: Value
    ) throws(XPathError) -> Bool {
        switch (left, right) {
        case (.boolean, _), (_, .boolean):
            let (one, other) = (try boolean(left), try boolean(right))
            return holds(operation, one ? 1 : 0, other ? 1 : 0)
        case (.nodes(let nodes), _):
            for node in nodes where try compare(operation, .text(try string(of: node)), right) { return true }
            return false
        case (_, .nodes(let nodes)):
            for node in nodes where try compare(operation, left, .text(try string(of: node))) { return true }
            return false
        case (.text(let one), .text(let other)) where operation == .equal:
            return one.utf8.elementsEqual(other.utf8)
        case (.text(let one), .text(let other)) where operation == .notEqual:
            return !one.utf8.elementsEqual(other.utf8)
        default: return holds(operation, try number(left), try number(right))
        }
    }

    private func holds(_ operation: XPath.Comparison, _ left: Double, _ right: Double) -> Bool {
        switch operation {
        case .equal: left == right
        case .notEqual: left != right
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        }
    }
}

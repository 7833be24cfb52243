/// A JSON Patch (RFC 6902): operations by JSON Pointer that are applied one after another.
struct JSONPatch: Sendable {
    enum Action: Sendable {
        case add(JSONNode)
        case remove
        case replace(JSONNode)
        case move(from: JSONPointer)
        case copy(from: JSONPointer)
        case test(JSONNode)

        var name: String {
            switch self {
            case .add: "add"
            case .remove: "remove"
            case .replace: "replace"
            case .move: "move"
            case .copy: "copy"
            case .test: "test"
            }
        }
    }

    struct Operation: Sendable {
        let action: Action
        let path: JSONPointer
    }

    let operations: [Operation]

    /// - Throws: a fault of the document, naming the operation by its number.
    init(_ document: JSONDocument, limits: PatchLimits = .default) throws(PatchError) {
        let root = document.root
        guard root.kind == .array else {
            throw .document(
                .structure,
                "A JSON Patch is an array of operations, such as [{\"op\":\"replace\",\"path\":\"/active\",\"value\":true}], "
                    + "but \(root.kind.described) was sent (RFC 6902 §3).")
        }
        guard root.count <= limits.maximumOperations else {
            throw .document(
                .tooCostly,
                "The patch has \(root.count) operations; \(limits.maximumOperations) are accepted. Send several patches, "
                    + "or update the resource as a whole with PUT.")
        }
        var operations: [Operation] = []
        operations.reserveCapacity(root.count)
        for element in root.elements {
            operations.append(try Self.operation(element, number: operations.count + 1))
        }
        self.operations = operations
    }

    private static func operation(_ node: JSONNode, number: Int) throws(PatchError) -> Operation {
        guard node.kind == .object else {
            throw .document(
                .structure,
                "Operation \(number) is \(node.kind.described); an object with \"op\" and \"path\" was expected.",
                operation: number)
        }
        guard let name = node["op"]?.string else {
            throw .document(
                .required,
                "Operation \(number) has no string \"op\"; it must be one of \(names.joined(separator: ", ")).",
                operation: number)
        }
        let path = try pointer("path", of: node, name: name, number: number)
        let action: Action
        switch name {
        case "add": action = .add(try value(of: node, name: name, number: number))
        case "remove": action = .remove
        case "replace": action = .replace(try value(of: node, name: name, number: number))
        case "move": action = .move(from: try pointer("from", of: node, name: name, number: number))
        case "copy": action = .copy(from: try pointer("from", of: node, name: name, number: number))
        case "test": action = .test(try value(of: node, name: name, number: number))
        default:
            let hint = NearestName.of(name, among: names).map { " Did you mean \($0)?" } ?? ""
            throw .document(
                .codeInvalid,
                "Operation \(number) has the op \(name.quotedStart); it must be one of \(names.joined(separator: ", "))."
                    + hint,
                operation: number)
        }
        if case .move(let from) = action, path.isInside(from) {
            throw .document(
                .processing,
                "Operation \(number) moves \(from.text()) into itself, to \(path.text()); a value cannot be moved into "
                    + "what it holds (RFC 6902 §4.4).", operation: number)
        }
        return Operation(action: action, path: path)
    }

    private static let names = ["add", "remove", "replace", "move", "copy", "test"]

    private static func value(of node: JSONNode, name: String, number: Int) throws(PatchError) -> JSONNode {
        guard let value = node["value"] else {
            throw .document(
                .required, "Operation \(number) (\(name)) has no \"value\"; give it one (RFC 6902 §4).",
                operation: number)
        }
        return value
    }

    private static func pointer(
        _ member: StaticString, of node: JSONNode, name: String, number: Int
    ) throws(PatchError) -> JSONPointer {
        guard let text = node[member]?.string else {
            throw .document(
                .required,
                "Operation \(number) (\(name.start)) has no string \"\(member)\"; give it a JSON Pointer such as "
                    + "/name/0/family (RFC 6901).",
                operation: number)
        }
        do throws(JSONPointer.Fault) {
            return try JSONPointer(text)
        } catch {
            let reason =
                switch error {
                case .noSlash: "it must be empty or begin with a slash"
                case .escape: "a ~ must be followed by 0 (which stands for ~) or 1 (which stands for /)"
                }
            throw .document(
                .value,
                "Operation \(number) (\(name.start)): \(text.quotedStart) in \"\(member)\" is no JSON Pointer; \(reason) "
                    + "(RFC 6901 §3).", operation: number)
        }
    }
}

extension JSONKind {
    /// For sentences: `an object`, `a string`.
    var described: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .true: "true"
        case .false: "false"
        case .null: "null"
        }
    }
}

extension String {
    /// The text as far as a reader needs it to recognise it.
    var start: String { utf8.count <= 120 ? self : String(prefix(100)) + "…" }
    var quotedStart: String { "\"\(start)\"" }
}

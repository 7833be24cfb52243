/// A FHIRPath Patch (R4 fhirpatch.html): a Parameters resource whose parameters are operations.
struct FHIRPathPatch: Sendable {
    enum Action: Sendable {
        case add(name: String, FHIRPathPatchValue)
        case insert(index: Int, FHIRPathPatchValue)
        case delete
        case replace(FHIRPathPatchValue)
        case move(source: Int, destination: Int)

        var name: String {
            switch self {
            case .add: "add"
            case .insert: "insert"
            case .delete: "delete"
            case .replace: "replace"
            case .move: "move"
            }
        }
    }

    struct Operation: Sendable {
        let action: Action
        let path: PatchPath
    }

    let operations: [Operation]

    /// - Parameter parameters: the resource.
    /// - Throws: a fault of the document, naming the operation by its number.
    init(_ parameters: JSONNode, limits: PatchLimits = .default) throws(PatchError) {
        guard parameters["resourceType"]?.equals("Parameters") == true else {
            let found = parameters["resourceType"]?.string.map { "a \($0.start)" } ?? parameters.kind.described
            throw .document(
                .structure, "A FHIRPath Patch is a Parameters resource (R4 fhirpatch.html), but \(found) was sent.")
        }
        var operations: [Operation] = []
        for parameter in parameters.elements("parameter") {
            let number = operations.count + 1
            guard number <= limits.maximumOperations else {
                throw .document(
                    .tooCostly,
                    "The patch has more than \(limits.maximumOperations) operations. Send several patches, or update the "
                        + "resource as a whole with PUT.")
            }
            operations.append(try OperationReader(parameter, number: number).operation())
        }
        self.operations = operations
    }
}

/// Reads one parameter of a FHIRPath Patch.
private struct OperationReader {
    let parameter: JSONNode
    let number: Int
    private var parts: [String: JSONNode] = [:]
    private var type = ""

    private static let partNames = ["type", "path", "name", "value", "index", "source", "destination"]
    private static let types = ["add", "insert", "delete", "replace", "move"]

    init(_ parameter: JSONNode, number: Int) throws(PatchError) {
        self.parameter = parameter
        self.number = number
        guard parameter["name"]?.equals("operation") == true else {
            throw fail(
                .value,
                "is named \(parameter["name"]?.string?.quotedStart ?? "nothing"); each parameter must be named \"operation\""
            )
        }
        for part in parameter.elements("part") {
            let name = part["name"]?.string ?? ""
            guard Self.partNames.contains(name) else {
                let hint = NearestName.of(name, among: Self.partNames).map { "; did you mean \($0)?" } ?? ""
                throw fail(.value, "has a part \(name.quotedStart), which no operation has\(hint)")
            }
            guard parts.updateValue(part, forKey: name) == nil else {
                throw fail(.value, "has the part \(name) twice")
            }
        }
        type = try text("type")
        guard Self.types.contains(type) else {
            let hint = NearestName.of(type, among: Self.types).map { " Did you mean \($0)?" } ?? ""
            throw fail(
                .codeInvalid,
                "has the type \(type.quotedStart); it must be one of \(Self.types.joined(separator: ", ")).\(hint)")
        }
    }

    func operation() throws(PatchError) -> FHIRPathPatch.Operation {
        let action: FHIRPathPatch.Action
        switch type {
        case "add": action = .add(name: try text("name"), try value())
        case "insert": action = .insert(index: try index("index"), try value())
        case "delete": action = .delete
        case "replace": action = .replace(try value())
        default: action = .move(source: try index("source"), destination: try index("destination"))
        }
        let text = try text("path")
        do throws(FHIRPathError) {
            return FHIRPathPatch.Operation(action: action, path: try PatchPath(text))
        } catch {
            throw fail(
                .invalid, "has the path \(text.quotedStart), which is no FHIRPath that can be used: \(error.message)")
        }
    }

    private func text(_ name: String) throws(PatchError) -> String {
        let part = try part(name)
        for key in ["valueString", "valueCode", "valueUri", "valueMarkdown", "valueId"] {
            if let text = part[key]?.string { return text }
        }
        throw fail(.value, "has no \(name == "type" ? "valueCode" : "valueString") in its part \(name)")
    }

    private func index(_ name: String) throws(PatchError) -> Int {
        let part = try part(name)
        for key in ["valueInteger", "valueUnsignedInt", "valuePositiveInt"] {
            guard let text = part[key]?.numberText else { continue }
            guard let index = Int(text), index >= 0 else {
                throw fail(.value, "has \(text.start) as its \(name), which is no index; the first element has 0")
            }
            return index
        }
        throw fail(.value, "has no valueInteger in its part \(name)")
    }

    private func value() throws(PatchError) -> FHIRPathPatchValue {
        let part = try part("value")
        do throws(FHIRPathPatchValue.Fault) {
            return try FHIRPathPatchValue(part)
        } catch {
            throw fail(.value, "has a value that \(error.sentence)")
        }
    }

    private func part(_ name: String) throws(PatchError) -> JSONNode {
        guard let part = parts[name] else {
            throw fail(.required, type.isEmpty ? "has no part \(name)" : "(\(type)) has no part \(name)")
        }
        return part
    }

    private func fail(_ code: IssueType, _ reason: String) -> PatchError {
        let stop = reason.hasSuffix(".") || reason.hasSuffix("?") ? "" : "."
        return .document(code, "Operation \(number) \(reason)\(stop)", operation: number)
    }
}

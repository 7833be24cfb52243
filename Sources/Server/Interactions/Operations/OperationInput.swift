import Exchange
import FHIR
import NIOHTTP1

/// The parameters of an operation, from the url and from the body: a Parameters resource, or the one resource that it
/// takes (R4 §3.2.0.1). What it does not know is refused by name.
struct OperationInput {
    enum Value {
        /// A primitive.
        case text(String)
        /// A complex value, a resource, or a parameter with parts; where it stands, for messages.
        case node(JSONNode, place: String)
    }

    private let operation: Operation
    private var values: [String: [Value]] = [:]
    /// Of an operation that takes search parameters too, those.
    private(set) var criteria: [SearchQuery.Parameter] = []
    /// All that fits into a url, as it was given.
    private(set) var all: [SearchQuery.Parameter] = []

    /// Parameters that steer every answer.
    private static let general: Set<String> = ["_format", "_pretty"]

    init(_ call: OperationCall) throws {
        operation = call.operation
        for parameter in call.request.query.parameters where !Self.general.contains(parameter.name) {
            guard !parameter.value.isEmpty else { continue }
            all.append(parameter)
            guard let known = try known(parameter.name, at: "http.\(parameter.name)") else {
                criteria.append(parameter)
                continue
            }
            guard known.isPrimitive else {
                throw Problem(
                    .invalid, .invalid,
                    "\(known.name) is a \(known.type.isEmpty ? "parameter with parts" : known.type), which a url cannot hold; send it by POST in a Parameters resource.",
                    at: "http.\(parameter.name)")
            }
            try put(.text(parameter.value), known, at: "http.\(parameter.name)")
        }
        guard call.request.call.method == .POST, try call.request.call.body.get().readableBytes > 0 else { return }
        let body = try call.request.document(call.configuration).root
        if body["resourceType"]?.equals("Parameters") == true {
            try take(body)
        } else if let alone = Self.resource(body, of: operation) {
            try put(.node(body, place: body["resourceType"]?.string ?? "body"), alone, at: alone.name)
        } else {
            throw Problem(
                .invalid, .structure,
                "$\(operation.name) takes a Parameters resource, but the body is a \(body["resourceType"]?.string ?? "value without resourceType").",
                at: "Parameters")
        }
    }

    /// The parameter that a body stands for: the only one of its type.
    private static func resource(_ body: JSONNode, of operation: Operation) -> Operation.Parameter? {
        operation.parameters.first {
            $0.isResource && ($0.type == "Resource" || body["resourceType"]?.equals($0.type) == true)
        }
    }

    private mutating func take(_ parameters: JSONNode) throws {
        for (index, parameter) in parameters.elements("parameter").enumerated() {
            let place = "Parameters.parameter[\(index)]"
            guard let name = parameter["name"]?.string else {
                throw Problem(.invalid, .required, "A parameter has no name.", at: place)
            }
            guard let known = try known(name, at: place) else {
                guard let value = parameter.members.first(where: { $0.key.string.hasPrefix("value") })?.value,
                    let text = value.withUTF8({ String(decoding: $0, as: UTF8.self) })
                else {
                    throw Problem(
                        .invalid, .value, "The search parameter \(name) is given as a valueString.", at: place)
                }
                criteria.append(SearchQuery.Parameter(name: name, value: text))
                all.append(SearchQuery.Parameter(name: name, value: text))
                continue
            }
            if known.isResource {
                guard let resource = parameter["resource"],
                    known.type == "Resource" || resource["resourceType"]?.equals(known.type) == true
                else { throw Self.wrong(known, at: place) }
                try put(.node(resource, place: place), known, at: place)
                continue
            }
            if known.type.isEmpty {
                try put(.node(parameter, place: place), known, at: place)
                continue
            }
            guard let (key, value) = parameter.members.first(where: { $0.key.string.hasPrefix("value") }) else {
                throw Self.wrong(known, at: place)
            }
            if known.isPrimitive {
                guard let text = value.withUTF8({ String(decoding: $0, as: UTF8.self) }) else {
                    throw Self.wrong(known, at: place)
                }
                all.append(SearchQuery.Parameter(name: name, value: text))
                try put(.text(text), known, at: place)
            } else {
                guard key.equals("value\(known.type)"), value.kind == .object else {
                    throw Self.wrong(known, at: place)
                }
                try put(.node(value, place: place), known, at: place)
            }
        }
    }

    /// nil for a search parameter.
    private func known(_ name: String, at place: String) throws(Problem) -> Operation.Parameter? {
        if let found = operation.parameters.first(where: { $0.name == name }) { return found }
        if operation.takesCriteria { return nil }
        let names = operation.parameters.map(\.name)
        throw Problem(
            .invalid, .notSupported,
            "$\(operation.name) has no parameter \(name)"
                + (NearestName.of(name, among: names).map { "; did you mean \($0)?" } ?? ";")
                + (names.isEmpty ? " it takes none." : " It takes \(names.joined(separator: ", "))."), at: place)
    }

    private static func wrong(_ parameter: Operation.Parameter, at place: String) -> Problem {
        Problem(
            .invalid, .value,
            "The parameter \(parameter.name) is \(parameter.type.isEmpty ? "one with parts" : "of type \(parameter.type)"), and that is not what was sent.",
            at: place)
    }

    private mutating func put(_ value: Value, _ parameter: Operation.Parameter, at place: String) throws(Problem) {
        guard parameter.isRepeated || values[parameter.name] == nil else {
            throw Problem(.invalid, .duplicate, "The parameter \(parameter.name) may be given once.", at: place)
        }
        if case .text(let text) = value {
            let isRight =
                switch parameter.type {
                case "boolean": text == "true" || text == "false"
                case "integer": Int32(text) != nil
                case "positiveInt": Int32(text).map { $0 > 0 } ?? false
                case "unsignedInt": Int32(text).map { $0 >= 0 } ?? false
                default: true
                }
            guard isRight else {
                throw Problem(
                    .invalid, .value, "The parameter \(parameter.name)=\(text) is no \(parameter.type).", at: place)
            }
        }
        values[parameter.name, default: []].append(value)
    }

    // MARK: Asking

    func has(_ name: String) -> Bool { values[name] != nil }

    func texts(_ name: String) -> [String] {
        (values[name] ?? []).compactMap { value in
            if case .text(let text) = value { text } else { nil }
        }
    }

    func text(_ name: String) -> String? { texts(name).first }

    func flag(_ name: String) -> Bool? { text(name).map { $0 == "true" } }

    func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    func nodes(_ name: String) -> [JSONNode] {
        (values[name] ?? []).compactMap { value in
            if case .node(let node, _) = value { node } else { nil }
        }
    }

    func node(_ name: String) -> JSONNode? { nodes(name).first }

    /// A resource as a document of its own.
    func document(_ name: String) throws(Problem) -> JSONDocument? {
        guard let node = node(name) else { return nil }
        return try FHIRRequest.document(json: Array(node.document.bytes[node.sourceRange]), limit: .max)
    }
}

/// Makes a Parameters resource, what an operation answers (R4 parameters.html).
///
/// ```swift
/// var answer = ParametersBuilder()
/// answer.add("result", true)
/// answer.add("match") { $0.add("equivalence", "valueCode", "equal") }
/// send(answer.json())
/// ```
public struct ParametersBuilder: Sendable {
    private var parameters: [[UInt8]] = []

    public init() {}

    public var isEmpty: Bool { parameters.isEmpty }

    public mutating func add(_ name: String, _ flag: Bool) {
        put(name) { $0.member("valueBoolean", flag) }
    }

    /// - Parameter type: `valueCode`, `valueString`, `valueUri`: any whose JSON is a string.
    public mutating func add(_ name: String, _ type: String, _ text: String) {
        put(name) { json in
            json.key(type)
            json.value(text)
        }
    }

    /// A string; nothing at all if there is none.
    public mutating func add(_ name: String, ifPresent text: String?) {
        if let text { add(name, "valueString", text) }
    }

    /// A value as it stands elsewhere.
    public mutating func add(_ name: String, _ type: String, _ node: JSONNode) {
        put(name) { json in
            json.key(type)
            json.value(node)
        }
    }

    public mutating func add(_ name: String, system: String?, code: String, display: String?) {
        put(name) { json in
            json.object("valueCoding") { json in
                json.member("system", ifPresent: system)
                json.member("code", code)
                json.member("display", ifPresent: display)
            }
        }
    }

    /// One with parts.
    public mutating func add(_ name: String, parts: (inout ParametersBuilder) -> Void) {
        var inner = ParametersBuilder()
        parts(&inner)
        put(name) { json in
            guard !inner.isEmpty else { return }
            json.array("part") { json in for part in inner.parameters { json.value(raw: part) } }
        }
    }

    private mutating func put(_ name: String, _ value: (inout JSONBuilder) -> Void) {
        var json = JSONBuilder()
        json.object { json in
            json.member("name", name)
            value(&json)
        }
        parameters.append(json.bytes)
    }

    public func json() -> [UInt8] {
        var json = JSONBuilder(capacity: parameters.reduce(64) { $0 + $1.count + 1 })
        json.object { json in
            json.member("resourceType", "Parameters")
            guard !parameters.isEmpty else { return }
            json.array("parameter") { json in for parameter in parameters { json.value(raw: parameter) } }
        }
        return json.bytes
    }
}

import FHIR

extension FHIRValue {
    /// The value that a node of a document holds.
    public init(_ node: JSONNode) {
        switch node.kind {
        case .string: self = .string(node.string ?? "")
        case .number: self = .number(node.numberText ?? "0")
        case .true: self = .boolean(true)
        case .false: self = .boolean(false)
        case .null: self = .null
        case .array: self = .list(node.elements.map { FHIRValue($0) })
        case .object: self = .object(node.members.map { Member($0.key.string, FHIRValue($0.value)) })
        }
    }

    /// Appends it as compact JSON.
    public func append(to json: inout JSONBuilder) {
        switch self {
        case .string(let text): json.value(text)
        case .number(let text): json.value(raw: text.utf8)
        case .boolean(let flag): json.value(flag)
        case .null: json.null()
        case .list(let elements):
            json.array { (json: inout JSONBuilder) in
                for element in elements { element.append(to: &json) }
            }
        case .object(let members):
            json.object { (json: inout JSONBuilder) in
                for member in members {
                    json.key(member.name)
                    member.value.append(to: &json)
                }
            }
        }
    }
}

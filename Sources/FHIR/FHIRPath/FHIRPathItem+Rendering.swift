extension FHIRPathItem {
    /// An item for people and for the command line.
    public struct Rendering: Sendable, Hashable {
        /// `HumanName`, `System.Boolean`
        public let type: String
        /// Compact JSON; of a computed value what FHIR would write for it.
        public let json: String
        /// `Patient.name[0].given[1]`; nil for computed values.
        public let path: String?

        /// One line: the place and type, then the JSON.
        public var line: String {
            path.map { "\($0) (\(type)): \(json)" } ?? "(\(type)): \(json)"
        }
    }

    public var rendering: Rendering {
        Rendering(type: typeName, json: String(decoding: json, as: UTF8.self), path: path)
    }

    private var path: String? {
        guard case .node(let node) = self else { return nil }
        return node.path
    }

    /// The item as compact JSON: a node as it stands (of a primitive with nothing but a companion, the companion).
    public var json: [UInt8] {
        switch self {
        case .node(let node):
            return (node.json ?? node.companion).map { JSONWriter.compact($0) } ?? Array("null".utf8)
        case .boolean, .integer, .decimal:
            return Array((text ?? "null").utf8)
        case .string, .date, .dateTime, .time, .type:
            var bytes: [UInt8] = []
            JSONWriter.appendString(text ?? "", to: &bytes)
            return bytes
        case .quantity(let value, let unit, let isCalendar):
            var json = JSONBuilder()
            json.object {
                $0.member("value", raw: value.description.utf8)
                $0.member("unit", unit)
                if !isCalendar {
                    $0.member("system", "http://unitsofmeasure.org")
                    $0.member("code", unit)
                }
            }
            return json.bytes
        }
    }
}

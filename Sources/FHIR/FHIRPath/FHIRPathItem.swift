/// What an expression found.
public enum FHIRPathItem: Sendable {
    /// An element or resource where it stands in its document.
    case node(FHIRPathNode)
    case boolean(Bool)
    case integer(Int)
    case decimal(FHIRPathDecimal)
    case string(String)
    case date(FHIRPathTemporal)
    case dateTime(FHIRPathTemporal)
    case time(FHIRPathTemporal)
    /// A number with its unit: a UCUM code, or a calendar word such as `days`.
    case quantity(FHIRPathDecimal, unit: String, isCalendar: Bool)
    /// A type, as `type()` answers it.
    case type(namespace: String, name: String)

    /// The name of its type: `HumanName`, `Patient.contact`, `System.String`.
    public var typeName: String {
        switch self {
        case .node(let node): node.type.name
        case .boolean: "System.Boolean"
        case .integer: "System.Integer"
        case .decimal: "System.Decimal"
        case .string: "System.String"
        case .date: "System.Date"
        case .dateTime: "System.DateTime"
        case .time: "System.Time"
        case .quantity: "System.Quantity"
        case .type: "System.TypeInfo"
        }
    }

    /// A primitive's or a computed value's text as FHIRPath's toString() gives it; nil for elements with children and for
    /// primitives without a value.
    public var text: String? {
        switch self {
        case .node(let node): node.json?.withUTF8 { String(decoding: $0, as: UTF8.self) }
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .decimal(let value): value.description
        case .string(let value): value
        case .date(let value), .dateTime(let value), .time(let value): value.description
        case .quantity(let value, let unit, let isCalendar): isCalendar ? "\(value) \(unit)" : "\(value) '\(unit)'"
        case .type(let namespace, let name): "\(namespace).\(name)"
        }
    }
}

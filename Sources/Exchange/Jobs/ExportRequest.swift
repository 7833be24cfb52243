import FHIR
import Store

/// What an export is to tell, as it is kept with its job.
///
/// Source: Bulk Data Access 2.0.0, export.html.
public struct ExportRequest: Sendable, Equatable {
    /// Whose data is told.
    public enum Level: Sendable, Equatable {
        /// `$export`
        case system
        /// `Patient/$export`: the compartments of all patients, or of those that are named.
        case patients([String]?)
        /// `Group/[id]/$export`: the compartments of a group's members, or of those among them that are named.
        case group(String, [String]?)
    }

    public var level: Level
    /// In the order in which they are told.
    public var types: [ResourceType]
    /// `_since`: what has changed later, microseconds since 1970 UTC.
    public var since: Int64?
    /// `_until`: what has not changed since, microseconds since 1970 UTC.
    public var until: Int64?
    /// `_typeFilter`: of these types only what one of the searches finds.
    public var filters: [ExportFilter]
    /// `_elements`: what of resources is told; empty: all.
    public var elements: [String]
    /// The FHIR base as the one who asked sees it.
    public var base: String
    /// The url that was asked for, with its parameters.
    public var url: String

    public init(
        level: Level, types: [ResourceType], since: Int64? = nil, until: Int64? = nil, filters: [ExportFilter] = [],
        elements: [String] = [], base: String, url: String
    ) {
        self.filters = filters
        self.elements = elements
        self.level = level
        self.types = types
        self.since = since
        self.until = until
        self.base = base
        self.url = url
    }

    /// Whether all resources of a type are told, whoever they are about: those that cannot be about a patient.
    func isWhole(_ type: ResourceType, _ membership: CompartmentMembership) -> Bool {
        level == .system
            || (type != .patient && !R4.table.compartment(membership.compartment, mayContain: type))
    }

    // MARK: As JSON

    public var json: String {
        var json = JSONBuilder()
        json.object { json in
            switch level {
            case .system: json.member("level", "system")
            case .patients(let ids):
                json.member("level", "patients")
                Self.append(ids, to: &json)
            case .group(let group, let ids):
                json.member("level", "group")
                json.member("group", group)
                Self.append(ids, to: &json)
            }
            json.array("types") { json in for type in types { json.value(type.name) } }
            if let since { json.member("since", since) }
            if let until { json.member("until", until) }
            json.array("filters") { json in for filter in filters { json.value(filter.text) } }
            json.array("elements") { json in for name in elements { json.value(name) } }
            json.member("base", base)
            json.member("url", url)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func append(_ ids: [String]?, to json: inout JSONBuilder) {
        guard let ids else { return }
        json.array("patients") { json in for id in ids { json.value(id) } }
    }

    /// nil where it is none that this server wrote.
    public init?(json text: String) {
        guard let root = try? JSONDocument.parse(Array(text.utf8), limits: JSONLimits(maximumBytes: .max)).root,
            let base = root["base"]?.string, let url = root["url"]?.string
        else { return nil }
        let patients = root["patients"].map { $0.elements.compactMap(\.string) }
        switch root["level"]?.string {
        case "system": level = .system
        case "patients": level = .patients(patients)
        case "group":
            guard let group = root["group"]?.string else { return nil }
            level = .group(group, patients)
        default: return nil
        }
        types = root.elements("types").compactMap { $0.string.flatMap { ResourceType($0) } }
        since = root["since"]?.numberText.flatMap { Int64($0) }
        until = root["until"]?.numberText.flatMap { Int64($0) }
        filters = root.elements("filters").compactMap { node in node.string.flatMap { try? ExportFilter($0) } }
        elements = root.elements("elements").compactMap(\.string)
        self.base = base
        self.url = url
    }
}

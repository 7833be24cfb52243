import Exchange
import FHIR

/// The parameters of a kick-off, of its url or of its Parameters resource, and what is wrong with them.
///
/// Source: Bulk Data Access 2.0.0, export.html, query parameters.
struct ExportParameters {
    private(set) var types: [ResourceType] = []
    private(set) var since: Int64?
    private(set) var until: Int64?
    private(set) var filters: [ExportFilter] = []
    /// Ids; nil where none are named.
    private(set) var patients: [String]?

    /// What this server does not do, and says so unless the client is lenient.
    private static let unsupported: Set<String> = [
        "includeAssociatedData", "organizeOutputBy", "allowPartialManifests",
    ]
    private static let known = [
        "_outputFormat", "_since", "_until", "_type", "_typeFilter", "_elements", "patient",
    ]

    /// - Parameters:
    ///   - isLenient: what is not known or supported is left out of account.
    ///   - isPost: patients may be named.
    init(
        _ parameters: [SearchQuery.Parameter], place: ExportPlace, base: String, isLenient: Bool, isPost: Bool
    ) throws(Problem) {
        for parameter in parameters where !parameter.value.isEmpty {
            switch parameter.name {
            case "_format", "_pretty": continue
            case "_outputFormat": try Self.requireFormat(parameter.value)
            case "_type": for name in Self.list(parameter.value) { try add(type: name) }
            case "_since": since = try Self.instant(parameter)
            case "_typeFilter": filters += try ExportFilter.list(parameter.value)
            // Read by what reads it everywhere.
            case "_elements": continue
            case "_until": until = try Self.instant(parameter)
            case "patient" where place != .system && isPost:
                patients = (patients ?? []) + [try Self.patient(parameter.value, base: base)]
            case "patient":
                throw Self.refused(
                    "patient",
                    place == .system
                        ? "patient narrows Patient/$export and Group/[id]/$export only; send the request to one of them."
                        : "patient is taken from a Parameters resource only; send the request by POST.")
            default:
                if isLenient { continue }
                throw Self.refused(
                    parameter.name,
                    Self.unsupported.contains(parameter.name)
                        ? "The parameter \(parameter.name) is not supported. Leave it out, or send Prefer: "
                            + "handling=lenient to have it ignored."
                        : "The parameter \(parameter.name) is not known here"
                            + (NearestName.of(parameter.name, among: Self.known).map { "; did you mean \($0)?" }
                                ?? "; known are \(Self.known.joined(separator: ", "))."))
            }
        }
        if let filter = filters.first(where: { !types.isEmpty && !types.contains($0.type) }) {
            throw Problem(
                .invalid, .value, "_typeFilter: \(filter.type) is not among the types that _type names.",
                at: "http._typeFilter")
        }
    }

    private static func refused(_ name: String, _ text: String) -> Problem {
        Problem(.invalid, .notSupported, text, at: "http.\(name)")
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0).trimmingSpaces() }.filter { !$0.isEmpty }
    }

    /// A plus that the client did not encode arrives as a space.
    private static func requireFormat(_ text: String) throws(Problem) {
        let format = ResponseFormat.essence(text).replacing(" ", with: "+")
        guard ["application/fhir+ndjson", "application/ndjson", "ndjson"].contains(format) else {
            throw refused(
                "_outputFormat",
                "The format \(text) is not supported for exports; leave it out, or ask for "
                    + "application/fhir+ndjson.")
        }
    }

    private mutating func add(type name: String) throws(Problem) {
        guard let type = ResourceType(name), type != .parameters, type != .operationOutcome else {
            throw Problem(
                .invalid, .value,
                "_type: \(name) is no resource type that is stored."
                    + (NearestName.of(name, among: ResourceType.all.map(\.name)).map { " Did you mean \($0)?" } ?? ""),
                at: "http._type")
        }
        if !types.contains(type) { types.append(type) }
    }

    private static func instant(_ parameter: SearchQuery.Parameter) throws(Problem) -> Int64 {
        guard let range = DateRange(fhir: parameter.value.replacing(" ", with: "+")) else {
            throw Problem(
                .invalid, .value,
                "\(parameter.name)=\(parameter.value) is no instant; write it like 2026-03-01T12:00:00Z.",
                at: "http.\(parameter.name)")
        }
        return range.lower
    }

    private static func patient(_ text: String, base: String) throws(Problem) -> String {
        var path = text[...]
        if path.hasPrefix(base + "/") { path = path.dropFirst(base.count + 1) }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[0] == ResourceType.patient.name, ResourceID.isValid(parts[1]) else {
            throw Problem(
                .invalid, .value, "patient: \(text) is no reference to a patient of this server, like Patient/42.",
                at: "http.patient")
        }
        return parts[1]
    }
}

extension ExportParameters {
    /// The parameters of a Parameters resource, as if they stood in a url.
    static func parameters(in document: JSONDocument) throws(Problem) -> [SearchQuery.Parameter] {
        let root = document.root
        guard root["resourceType"]?.equals("Parameters") == true else {
            throw Problem(
                .invalid, .structure, "The body of $export is a Parameters resource, or empty.", at: "Parameters")
        }
        var parameters: [SearchQuery.Parameter] = []
        for parameter in root.elements("parameter") {
            guard let name = parameter["name"]?.string else {
                throw Problem(.invalid, .required, "A parameter has no name.", at: "Parameters.parameter.name")
            }
            let value = parameter.members.first { key, _ in key.string.hasPrefix("value") }?.1
            let text =
                value?["reference"]?.string ?? value?.string ?? value?.bool.map { String($0) }
                ?? value?.numberText
            guard let text else {
                throw Problem(
                    .invalid, .value, "The parameter \(name) has no value that could be read.",
                    at: "Parameters.parameter")
            }
            parameters.append(SearchQuery.Parameter(name: name, value: text))
        }
        return parameters
    }
}

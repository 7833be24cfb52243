import Exchange
import FHIR

extension FHIRRequest {
    /// What of resources is told: `_summary` and `_elements`, which every interaction knows that answers with resources
    /// (R4 §3.1.0.1.9).
    ///
    /// - Parameters:
    ///   - type: the type of the resources; nil: any.
    ///   - counts: whether `_summary=count` has a meaning here.
    func view(of type: ResourceType?, counts: Bool = false) throws(Problem) -> SearchView {
        var view = SearchView.whole
        for parameter in query.parameters where !parameter.value.isEmpty {
            switch (parameter.name, parameter.value) {
            case ("_summary", "true"): view = .summary
            case ("_summary", "text"): view = .text
            case ("_summary", "data"): view = .data
            case ("_summary", "false"): view = .whole
            case ("_summary", "count") where counts: view = .count
            case ("_summary", let value):
                throw Problem(
                    .invalid, .value,
                    "_summary=\(value.prefix(80)) has no meaning here; use true, text, data\(counts ? ", count" : "") or "
                        + "false.", at: "http._summary")
            case ("_elements", let value): view = .elements(try Self.elements(value, of: type))
            default: continue
            }
        }
        return view
    }

    private static func elements(_ value: String, of type: ResourceType?) throws(Problem) -> [String] {
        var names: [String] = []
        for part in value.split(separator: ",") {
            let name = String(part).trimmingSpaces()
            let dot = name.firstIndex(of: ".")
            let owner = dot.map { ResourceType(String(name[..<$0])) } ?? type
            let element = dot.map { String(name[name.index(after: $0)...]) } ?? name
            guard dot == nil || owner != nil, !element.contains(".") else {
                throw Problem(
                    .invalid, .value,
                    "_elements: '\(name.prefix(80))' is no element of the first level; write name or Patient.name.",
                    at: "http._elements")
            }
            if let owner, R4.table.type(owner).element(element) == nil, R4.table.type(owner).key(element) == nil {
                let nearest = NearestName.of(element, among: R4.table.type(owner).elements.map(\.name))
                throw Problem(
                    .invalid, .value,
                    "_elements: \(owner) has no element '\(element.prefix(80))'\(nearest.map { "; did you mean \($0)?" } ?? ".")",
                    at: "http._elements")
            }
            names.append(name)
        }
        return names
    }
}

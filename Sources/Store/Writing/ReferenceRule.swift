import FHIR

/// A reference whose target must be there: `Encounter.subject`.
public struct ReferenceRule: Sendable, Hashable {
    public let type: ResourceType
    /// The elements that lead to the Reference.
    public let path: [String]
    /// By which it is found who refers to something.
    public let parameter: SearchParameterFact

    /// `Encounter.location.location`
    public var name: String { ([type.name] + path).joined(separator: ".") }

    /// What the reference may lead to; empty: anything.
    public var targets: [ResourceType] { parameter.targets }

    /// - Throws: ``Unusable`` where the path is none of R4, leads to no reference, or no search parameter finds who refers
    ///   by it.
    public init(_ name: String) throws(Unusable) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let type = ResourceType(first) else {
            throw Unusable(reason: "\(name) does not begin with a resource type of R4")
        }
        let path = Array(parts.dropFirst())
        var fact = R4.table.type(type)
        for part in path {
            guard let next = fact.key(part) else {
                throw Unusable(reason: "\(name) is no path of R4: \(fact.name) has no \(part)")
            }
            fact = next.type
        }
        guard fact.name == "Reference" else { throw Unusable(reason: "\(name) is no reference") }
        let parameter = R4.table.searchParameters(for: type).first { parameter in
            parameter.kind == .reference
                && parameter.expression.split(separator: "|").contains { $0.trimmed == name }
        }
        guard let parameter else {
            throw Unusable(reason: "no search parameter finds who refers to something by \(name)")
        }
        self.type = type
        self.path = path
        self.parameter = parameter
    }

    /// Why a text is no rule.
    public struct Unusable: Error, Sendable {
        public let reason: String
    }

    /// What the references of this rule say in a resource.
    public func references(in resource: JSONNode) -> [String] {
        var nodes = [resource]
        for part in path { nodes = nodes.flatMap { node in node[part].map { Array($0.elements) } ?? [] } }
        return nodes.compactMap { $0["reference"]?.string }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// What is asked of the references in resources.
public struct ReferencePolicy: Sendable {
    /// Those whose targets must be there when they are written, and stay there as long as somebody refers to them.
    public var enforced: [ReferenceRule]
    /// Whether whoever writes a reference that leads to nothing is told so.
    public var reports: Bool

    public init(enforced: [ReferenceRule] = [], reports: Bool = true) {
        self.enforced = enforced
        self.reports = reports
    }

    /// The rules for what a type refers to.
    public func rules(of type: ResourceType) -> [ReferenceRule] { enforced.filter { $0.type == type } }

    /// The rules by which somebody may have to keep a resource of a type.
    public func rules(protecting type: ResourceType) -> [ReferenceRule] {
        enforced.filter { $0.targets.isEmpty || $0.targets.contains(type) }
    }
}

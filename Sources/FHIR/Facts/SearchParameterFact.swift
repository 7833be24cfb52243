/// R4's search parameter types (3.1.1.4).
public enum SearchParameterKind: UInt16, Sendable, CaseIterable {
    case number, date, string, token, reference, composite, quantity, uri, special
}

/// A search parameter: by which word and type a resource can be found, and what of it is compared.
public struct SearchParameterFact: Sendable, Hashable {
    /// Position in R4's parameters sorted by url. Never changes for R4 4.0.1, so it can stand for the parameter in the
    /// database.
    public let id: Int32
    /// The word in a query, `birthdate`.
    public let code: String
    public let url: String
    public let kind: SearchParameterKind
    /// FHIRPath over the resource; empty for 16 parameters, such as `_text` and `_filter`.
    public let expression: String
    /// The types that have it; `Resource` and `DomainResource` stand for all that specialise them. Empty for 10.
    public let bases: [TypeFact]
    /// What a reference may point at.
    public let targets: [ResourceType]
    /// The parts of a composite, in their order in a value.
    public let components: [Component]
    /// Whether a value may list alternatives (`a,b`).
    public let allowsAlternatives: Bool
    /// Whether it may be given several times, all of which must hold.
    public let allowsRepeats: Bool
    /// Whether it is one of the specification's examples of what a parameter looks like; no type is searched by it.
    public let isExample: Bool

    /// A part of a composite.
    public struct Component: Sendable, Hashable {
        /// The `id` of the parameter that it behaves as.
        public let parameter: Int32
        /// FHIRPath over each value of the composite's expression.
        public let expression: String
    }
}

extension R4 {
    /// All 1,400 search parameters of R4, by `id`.
    public var searchParameters: [SearchParameterFact] { Self.allSearchParameters }

    private static let allSearchParameters: [SearchParameterFact] = {
        let facts = R4.table.facts
        return (0..<facts.searchParameters.count).map { number in
            let record = facts.searchParameters[number]
            let components = Int(record.first_component)..<Int(record.first_component) + Int(record.component_count)
            return SearchParameterFact(
                id: Int32(number),
                code: facts.string(record.code),
                url: facts.string(record.url),
                kind: SearchParameterKind(rawValue: record.kind) ?? .special,
                expression: facts.string(record.expression),
                bases: facts.list(record.bases).map { TypeFact(number: $0) },
                targets: facts.list(record.targets).compactMap { TypeFact(number: $0).resourceType },
                components: mended(
                    components.map {
                        SearchParameterFact.Component(
                            parameter: Int32(facts.components[$0].definition),
                            expression: facts.string(facts.components[$0].expression))
                    }, url: facts.string(record.url)),
                allowsAlternatives: record.flags & 2 != 0,
                allowsRepeats: record.flags & 4 != 0,
                isExample: record.flags & 1 != 0)
        }
    }()

    /// R4 says of DocumentReference's `relationship` that the code behaves as the reference `relatesto` and the target as
    /// the token `relation`: the two stand in each other's place.
    private static func mended(
        _ components: [SearchParameterFact.Component], url: String
    ) -> [SearchParameterFact.Component] {
        guard url == "http://hl7.org/fhir/SearchParameter/DocumentReference-relationship", components.count == 2 else {
            return components
        }
        return zip(components, components.reversed()).map { own, other in
            SearchParameterFact.Component(parameter: other.parameter, expression: own.expression)
        }
    }

    /// What a type can be searched by, sorted by code; those of `Resource` and `DomainResource` included.
    public func searchParameters(for type: ResourceType) -> [SearchParameterFact] {
        let all = searchParameters
        return facts.list(facts.typeSearch[Int(type.code) - 1].parameters).map { all[Int($0)] }
    }

    /// The parameter that a word means for a type.
    public func searchParameter(_ type: ResourceType, _ code: String) -> SearchParameterFact? {
        let search = facts.typeSearch[Int(type.code) - 1]
        let slot = code.withUTF8Buffer { facts.slot(named: $0, first: search.first_slot, mask: search.slot_mask) }
        return slot.map { searchParameters[Int($0.number)] }
    }
}

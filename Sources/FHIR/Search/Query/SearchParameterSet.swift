/// The search parameters that a server knows: R4's, and those that it was given at run time.
public struct SearchParameterSet: Sendable {
    /// All parameters of R4 4.0.1, dates without a zone in UTC.
    public static let r4 = SearchParameterSet()

    /// The first number of a parameter that is not R4's own.
    public static let firstAdditional: Int32 = 2_000

    /// The parameters beside R4's, in the order of their numbers.
    public let additional: [SearchParameterFact]
    /// Those of them whose index is not complete yet: values are extracted, but no search may rely on them.
    public private(set) var unfinished: Set<Int32>
    /// Finds what a resource says to these parameters.
    public let extractor: SearchExtractor

    /// Seconds east of UTC for dates that name no zone.
    public let defaultOffset: Int
    private let bases: [String]
    private let byNumber: [Int32: SearchParameterFact]
    private let byType: [ResourceType: [SearchParameterFact]]

    /// - Parameters:
    ///   - additional: numbers from ``firstAdditional`` on; none has a code that R4 uses for one of its types.
    ///   - unfinished: numbers of those whose index is still being made.
    ///   - defaultOffset: seconds east of UTC for stored dates that name no zone.
    ///   - bases: the server's own base urls.
    public init(
        adding additional: [SearchParameterFact] = [], unfinished: Set<Int32> = [], defaultOffset: Int = 0,
        bases: [String] = []
    ) {
        self.additional = additional.sorted { $0.id < $1.id }
        self.defaultOffset = defaultOffset
        self.bases = bases
        self.unfinished = unfinished
        extractor = SearchExtractor(adding: self.additional, defaultOffset: defaultOffset, bases: bases)
        byNumber = Dictionary(self.additional.map { ($0.id, $0) }) { first, _ in first }
        var byType: [ResourceType: [SearchParameterFact]] = [:]
        for parameter in self.additional {
            for type in ResourceType.all where parameter.applies(to: type) {
                byType[type, default: []].append(parameter)
            }
        }
        self.byType = byType
    }

    /// Others beside R4's, with the same zone and bases.
    public func with(_ additional: [SearchParameterFact], unfinished: Set<Int32>) -> SearchParameterSet {
        // Expressions that are compiled stay compiled.
        if additional.sorted(by: { $0.id < $1.id }) == self.additional {
            var same = self
            same.unfinished = unfinished
            return same
        }
        return SearchParameterSet(
            adding: additional, unfinished: unfinished, defaultOffset: defaultOffset, bases: bases)
    }

    /// What a type can be searched by, R4's own first.
    public func parameters(for type: ResourceType) -> [SearchParameterFact] {
        R4.table.searchParameters(for: type) + (byType[type] ?? [])
    }

    /// The parameter that a word means for a type.
    public func parameter(_ type: ResourceType, _ code: String) -> SearchParameterFact? {
        R4.table.searchParameter(type, code) ?? byType[type]?.first { $0.code == code }
    }

    /// The parameter with that number.
    public func parameter(_ id: Int32) -> SearchParameterFact? {
        let own = R4.table.searchParameters
        return own.indices.contains(Int(id)) ? own[Int(id)] : byNumber[id]
    }

    /// The parameters that a word means for several types, each once; nil if one of them has no such parameter.
    ///
    /// - Parameter types: empty for all types.
    func parameters(_ types: [ResourceType], _ code: String) -> [SearchParameterFact]? {
        var found: [SearchParameterFact] = []
        for type in types.isEmpty ? ResourceType.all : types {
            guard let parameter = parameter(type, code) else { return nil }
            if !found.contains(where: { $0.id == parameter.id }) { found.append(parameter) }
        }
        return found
    }

    /// The words that all of several types can be searched by.
    func codes(_ types: [ResourceType]) -> [String] {
        let types = types.isEmpty ? ResourceType.all : types
        guard let first = types.first else { return [] }
        return parameters(for: first).filter(Self.isSearchable).map(\.code).filter { code in
            types.dropFirst().allSatisfy { parameter($0, code) != nil }
        }
    }

    /// Whether a search can ask for a parameter's values: it has an expression, or is a special one that is known.
    public static func isSearchable(_ parameter: SearchParameterFact) -> Bool {
        switch parameter.kind {
        case .special: parameter.code == "near"
        case .composite: !parameter.components.isEmpty
        default: SearchExtractor.extracts(parameter)
        }
    }
}

extension SearchParameterFact {
    /// Whether resources of a type can be searched by it.
    public func applies(to type: ResourceType) -> Bool {
        let fact = R4.table.type(type)
        return bases.contains { fact.isKind(of: $0) }
    }
}

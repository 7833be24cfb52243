/// A resource as a search sees it: what it says to its search parameters, in memory.
public struct SearchSubject: Sendable {
    public let type: ResourceType
    public let id: String
    /// Microseconds since 1970; nil while it is not written, and `_lastUpdated` asks in vain.
    public let lastUpdated: Int64?
    let parameters: SearchParameterSet
    private let values: [Int32: [SearchValue]]

    public init(
        type: ResourceType, id: String, lastUpdated: Int64? = nil, entries: [SearchEntry],
        parameters: SearchParameterSet = .r4
    ) {
        self.type = type
        self.id = id
        self.lastUpdated = lastUpdated
        self.parameters = parameters
        var values: [Int32: [SearchValue]] = [:]
        for entry in entries { values[entry.parameter, default: []].append(entry.value) }
        self.values = values
    }

    public init(
        of document: JSONDocument, type: ResourceType, id: String, lastUpdated: Int64? = nil,
        parameters: SearchParameterSet = .r4
    ) {
        self.init(
            type: type, id: id, lastUpdated: lastUpdated,
            entries: parameters.extractor.entries(of: document, type: type), parameters: parameters)
    }

    /// What it says to a parameter.
    public func values(_ parameter: SearchParameterFact) -> [SearchValue] { values[parameter.id] ?? [] }

    /// How a composite finds resources of its type.
    func composite(_ parameter: SearchParameterFact) -> SearchCompositePlan? {
        parameter.kind == .composite ? parameters.extractor.composite(parameter.id, of: type) : nil
    }

    /// `:missing=false`
    func has(_ parameter: SearchParameterFact) -> Bool {
        if !values(parameter).isEmpty { return true }
        return composite(parameter)?.parts.contains { $0.allSatisfy(has) } ?? false
    }
}

/// Gathers the entries of one resource, each once.
struct SearchCollector {
    private(set) var entries: [SearchEntry] = []
    /// In use only when there are many, as for claims with hundreds of lines.
    private var seen: Set<SearchEntry> = []
    /// The zone of dates that name none: seconds east of UTC.
    let defaultOffset: Int
    /// The server's own base urls, each ending with `/`: what they begin is no foreign reference.
    let bases: [[UInt8]]
    /// Whether what stands beside tokens is gathered too: it is not for the parts of a composite.
    let takesTexts: Bool

    /// Up to here, comparing with each entry is cheaper than hashing.
    private static let manyEntries = 64

    init(defaultOffset: Int, bases: [[UInt8]]) {
        self.defaultOffset = defaultOffset
        self.bases = bases
        takesTexts = true
        entries.reserveCapacity(32)
    }

    /// For the parts of composites.
    init(partOf whole: SearchCollector) {
        defaultOffset = whole.defaultOffset
        bases = whole.bases
        takesTexts = false
    }

    /// What has been gathered; nothing is left.
    mutating func drain() -> [SearchValue] {
        let values = entries.map(\.value)
        entries.removeAll(keepingCapacity: true)
        seen.removeAll()
        return values
    }

    mutating func append(_ parameter: Int32, _ value: SearchValue) {
        let entry = SearchEntry(parameter: parameter, value: value)
        if entries.count < Self.manyEntries {
            if !entries.contains(where: { $0.parameter == parameter && $0.value == value }) {
                entries.append(entry)
            }
            return
        }
        if seen.isEmpty {
            seen = Set(entries)
        }
        if seen.insert(entry).inserted {
            entries.append(entry)
        }
    }

    /// What a value says to a parameter.
    mutating func take(_ node: JSONNode, by terminal: SearchPlan.Terminal) {
        let parameter = terminal.parameter
        switch terminal.rule {
        case .tokenCoding: coding(node, parameter)
        case .tokenConcept: concept(node, parameter)
        case .tokenIdentifier: identifier(node, parameter)
        case .tokenContactPoint: contactPoint(node, parameter)
        case .tokenCode: code(node, system: terminal.system, parameter)
        case .tokenText: code(node, system: nil, parameter)
        case .referenceReference: reference(node, parameter)
        case .referenceCanonical, .uriCanonical: canonical(node, parameter)
        case .referenceUri, .uriText: uri(node, parameter)
        case .referenceResource: resource(node, parameter)
        case .stringText: string(node, parameter)
        case .stringHumanName: humanName(node, parameter)
        case .stringAddress: address(node, parameter)
        case .stringConcept: conceptText(node, parameter)
        case .stringContactPoint: string(node["value"], parameter)
        case .dateText: date(node, parameter)
        case .datePeriod: period(node, parameter)
        case .dateTiming: timing(node, parameter)
        case .numberText: number(node, parameter)
        case .numberRange: numberRange(node, parameter)
        case .quantityQuantity: quantity(node, parameter)
        case .quantityMoney: money(node, parameter)
        case .quantityRange: quantityRange(node, parameter)
        case .quantitySampledData: sampledData(node, parameter)
        case .quantityNumber: quantityNumber(node, parameter)
        case .position: position(node, parameter)
        case .composite: break
        }
    }
}

extension JSONNode {
    /// The text of a string that is not empty.
    var nonEmptyString: String? {
        guard let text = string, !text.isEmpty else { return nil }
        return text
    }
}

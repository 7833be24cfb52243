/// The parameters that steer the answer (R4 §3.1.1.5), and what is not done.
extension SearchParse {
    /// The names that ``control(_:)`` knows and a refusal may propose.
    static let names = [
        "_asOf", "_contained", "_containedType", "_count", "_elements", "_explain", "_filter", "_format", "_has", "_id",
        "_include",
        "_lastUpdated", "_list", "_pretty", "_revinclude", "_sort", "_summary", "_text", "_content", "_total", "_type",
    ]

    /// - Returns: false if it is not one of them.
    mutating func control(_ parameter: SearchQuery.Parameter) throws(SearchFault) -> Bool {
        let name = parameter.name.prefix { $0 != ":" }
        let modifier = parameter.name.dropFirst(name.count + 1)
        switch name {
        case "_include", "_revinclude":
            try include(parameter, modifier: String(modifier), isReverse: name == "_revinclude")
            return true
        case "_sort", "_elements": break
        case "_count", "_summary", "_total", "_page", "_asOf", "_explain", "_format", "_pretty", "_contained",
            "_containedType":
            if let before = once.updateValue(parameter.value, forKey: String(name)), before != parameter.value {
                throw SearchFault(.value, "It is given twice with different values; give it once.")
            }
        case "_type":
            if hasType {
                throw SearchFault(
                    .notSupported,
                    "It narrows searches of the whole system; here the path says the type. Leave it out.")
            }
            return true
        case "_query":
            throw SearchFault(.notSupported, "This server has no named queries.")
        default: return false
        }
        guard modifier.isEmpty, name.endIndex == parameter.name.endIndex else {
            throw SearchFault(.notSupported, "\(name) takes no modifier.")
        }
        try steer(String(name), parameter.value)
        return true
    }

    private mutating func steer(_ name: String, _ value: String) throws(SearchFault) {
        switch name {
        case "_sort": try sort(value)
        case "_elements": try elements(value)
        case "_count": try count(value)
        case "_summary": try summary(value)
        case "_total":
            guard let total = SearchTotal(rawValue: value) else {
                throw Self.unknownValue(value, ["none", "estimate", "accurate"])
            }
            search.total = total
        case "_page": search.page = value
        case "_asOf": search.asOf = try instant(value)
        case "_explain":
            guard value == "true" || value == "false" else { throw Self.unknownValue(value, ["true", "false"]) }
            search.explains = value == "true"
        case "_contained":
            guard ["true", "false", "both"].contains(value) else {
                throw Self.unknownValue(value, ["true", "false", "both"])
            }
        case "_containedType":
            guard ["container", "contained"].contains(value) else {
                throw Self.unknownValue(value, ["container", "contained"])
            }
        default: break
        }
    }

    static func unknownValue(_ value: String, _ known: [String]) -> SearchFault {
        SearchFault(
            .value,
            "'\(value.prefix(SearchLimits.shown))' is none of its values; expected \(known.joined(separator: ", ")).")
    }

    private mutating func count(_ value: String) throws(SearchFault) {
        guard value.utf8.allSatisfy(\.isDigit), let count = Int(value) else {
            throw SearchFault(
                .value,
                "'\(value.prefix(SearchLimits.shown))' is no number of entries; give 0 for a count alone, or more.")
        }
        search.count = count
        if count == 0 { search.view = .count }
    }

    private mutating func summary(_ value: String) throws(SearchFault) {
        let view: SearchView
        switch value {
        case "true": view = .summary
        case "text": view = .text
        case "data": view = .data
        case "count": view = .count
        case "false": return
        default: throw Self.unknownValue(value, ["true", "text", "data", "count", "false"])
        }
        try see(view)
    }

    private mutating func elements(_ value: String) throws(SearchFault) {
        let names = value.split(separator: ",", omittingEmptySubsequences: false).map {
            String($0).trimmingSpaces
        }
        guard names.allSatisfy({ !$0.isEmpty }) else {
            throw SearchFault(.value, "It holds an empty name; expected a name on either side of each comma.")
        }
        for name in names { try check(element: name) }
        if case .elements(let before) = search.view {
            search.view = .elements(before + names)
        } else {
            try see(.elements(names))
        }
    }

    /// What is to be left of a name must be an element of each type that is asked for.
    private func check(element name: String) throws(SearchFault) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var types = search.types
        var path = parts[...]
        if parts.count > 1, let type = ResourceType(parts[0]) {
            types = [type]
            path = parts[1...]
        }
        guard let head = path.first, path.count == 1 else {
            throw SearchFault(.value, "'\(name)' is no element of the first level, as _elements names them.")
        }
        for type in types {
            let fact = R4.table.type(type)
            if fact.element(head) == nil {
                let nearest = NearestName.of(head, among: fact.elements.map(\.name))
                throw SearchFault(
                    .value, "\(type) has no element '\(head)'\(nearest.map { "; did you mean \($0)?" } ?? ".")")
            }
        }
    }

    /// One view alone; a count outweighs the others.
    private mutating func see(_ view: SearchView) throws(SearchFault) {
        if search.view == .whole || view == .count {
            search.view = view
        } else if search.view != .count {
            throw SearchFault(.value, "_summary and _elements are not given together; choose one of them.")
        }
    }

    private func instant(_ value: String) throws(SearchFault) -> Int64 {
        do {
            let read = try SearchQueryValue.single(value[...], as: .date, defaultOffset: parser.defaultOffset)
            if case .date(.equal, let range) = read, value.utf8.contains(UInt8(ascii: "T")),
                value.utf8.first?.isDigit == true
            {
                return range.lower
            }
        } catch {}
        throw SearchFault(
            .value,
            "'\(value.prefix(SearchLimits.shown))' is no instant; expected YYYY-MM-DDThh:mm:ss with a zone, such as "
                + "2026-05-01T12:00:00Z.")
    }

    /// `_type=Patient,Practitioner`
    mutating func takeTypes(_ parameter: SearchQuery.Parameter) throws(SearchFault) {
        var types: [ResourceType] = []
        for name in parameter.value.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let type = ResourceType(name) else { throw Self.unknownType(name) }
            if !types.contains(type) { types.append(type) }
        }
        guard search.types.isEmpty || search.types == types else {
            throw SearchFault(.value, "It is given twice with different values; give it once.")
        }
        search.types = types
    }

    static func unknownType(_ name: String) -> SearchFault {
        let nearest = NearestName.of(name, among: ResourceType.all.map(\.name))
        return SearchFault(
            .value,
            "'\(name.prefix(SearchLimits.shown))' is no resource type\(nearest.map { "; did you mean \($0)?" } ?? ".")")
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

import FHIR

/// Makes derived rows from what a resource says to its search parameters. Pure but for the record's hash key.
struct Indexer: Sendable {
    let hash: TermHash
    /// The server's own base URL with a slash at its end: absolute references below it are local ones.
    let base: String?

    /// The number under which a parameter of a type is indexed.
    static func parameter(_ type: ResourceType, _ id: Int32) -> Int32 {
        Int32(type.code) << 16 | id
    }

    /// The numbers under which that stands which a parameter of a type finds: its own, and those of the parameters that
    /// it covers.
    static func parameters(_ type: ResourceType, _ id: Int32) -> [Int32] {
        ([id] + SearchExtractor.r4.coverage(of: type).covered(by: id)).map { parameter(type, $0) }
    }

    /// The numbers of the parameter `identifier`, of the types that have it.
    private static let identifiers = Dictionary(
        uniqueKeysWithValues: ResourceType.all.compactMap { type in
            R4.table.searchParameter(type, "identifier").map { (type, parameter(type, $0.id)) }
        })

    /// The parameters `_tag` and `_security`, which all types have.
    static let tag = R4.table.searchParameter(.patient, "_tag")?.id
    static let security = R4.table.searchParameter(.patient, "_security")?.id

    /// The hash of a resource's own name.
    func own(_ type: String, _ id: String) -> Int64 { hash(.localReference, 0, type, id) }

    /// What the term of a reference differs by from its target's own hash.
    func salt(_ parameter: Int32) -> Int64 { hash(.salt, parameter, "") }

    /// The term of a uri: likewise the same for all parameters but for their numbers.
    func term(uri: String, _ parameter: Int32) -> Int64 { hash(.uri, 0, uri) ^ salt(parameter) }

    /// The term of a resource of a type that contains one of another.
    func containing(_ contained: ResourceType, in type: ResourceType) -> Int64 {
        hash(.contained, Self.containment(contained, in: type), "")
    }

    /// The number of what contains and what is contained.
    static func containment(_ contained: ResourceType, in type: ResourceType) -> Int32 {
        parameter(type, Int32(contained.code))
    }

    /// - Parameter contained: the types of the resources that it contains.
    func rows(
        of entries: [SearchEntry], type: ResourceType, id: String, contained: [ResourceType] = []
    ) -> IndexRows {
        var rows = IndexRows()
        rows.own = own(type.name, id)
        rows.terms.reserveCapacity(entries.count * 2)
        rows.shape = shape(of: entries, type: type)
        let identifier = Self.identifiers[type]
        for entry in SearchExtractor.r4.coverage(of: type).essential(entries) {
            let parameter = Self.parameter(type, entry.parameter)
            append(parameter, entry.value, to: &rows)
            if entry.parameter == Self.tag || entry.parameter == Self.security {
                appendLabel(parameter, entry.value, to: &rows)
            }
            if parameter == identifier, case .token(let system?, let code) = entry.value, !code.isEmpty {
                rows.identities.append(
                    hash(.systemAndCode, parameter, system, CodeCase.comparable(code, system: system)))
            }
        }
        for contained in contained {
            let term = containing(contained, in: type)
            rows.terms.append(term)
            rows.texts.rows.append(
                .init(parameter: Self.containment(contained, in: type), kind: .containment, text: "", term: term))
        }
        rows = rows.sorted()
        rows.removeDuplicates()
        rows.sums = sums(of: rows)
        return rows
    }

    /// Which parameters the resource has values of, those that cover others included.
    private func shape(of entries: [SearchEntry], type: ResourceType) -> IndexRows.Shape {
        var parameters: [Int32] = []
        parameters.reserveCapacity(entries.count)
        for entry in entries where entry.parameter != parameters.last { parameters.append(entry.parameter) }
        parameters.sort()
        parameters.removeAdjacentDuplicates()
        var bytes = SumBytes()
        bytes.append(type.code)
        for parameter in parameters { bytes.append(parameter) }
        return IndexRows.Shape(term: hash(.shape, bytes.bytes), parameters: parameters)
    }

    func append(_ parameter: Int32, _ value: SearchValue, to rows: inout IndexRows) {
        switch value {
        case .token(let system, let code):
            appendToken(parameter, system, code, to: &rows)
        case .reference(let reference):
            appendReference(parameter, reference, to: &rows)
        case .tokenText(let text):
            appendText(parameter, text, to: &rows)
        case .typedIdentifier(let system, let code, let value):
            rows.terms.append(ofType(parameter, system ?? "", code, value))
        case .position(let latitude, let longitude):
            rows.numbers.append(
                .init(
                    parameter: parameter, low: Self.decimal(latitude), high: Self.decimal(longitude), unit: nil,
                    code: nil,
                    label: nil))
        case .composite(let parts):
            appendComposite(parameter, parts, to: &rows)
        case .uri(let uri):
            let term = term(uri: uri, parameter)
            rows.terms.append(term)
            rows.texts.rows.append(.init(parameter: parameter, kind: .uri, text: uri, term: term))
        case .string(let text):
            let value = SearchText.fold(text)
            guard !value.isEmpty else { return }
            rows.strings.append(.init(parameter: parameter, value: value, exact: exact(text)))
        case .date(let range):
            rows.dates.append(.init(parameter: parameter, range: range))
        case .number(let low, let high):
            rows.numbers.append(
                .init(
                    parameter: parameter, low: low?.description ?? "-Infinity", high: high?.description ?? "Infinity",
                    unit: nil, code: nil, label: nil))
        case .quantity(let low, let high, let system, let code, let unit):
            let label = code == nil || code == unit ? nil : unit
            let coded = system.flatMap { s in code.map { SearchUnit(system: s, code: $0) } }
            if let coded { rows.texts.rows.append(text(of: coded)) }
            rows.numbers.append(
                .init(
                    parameter: parameter, low: low?.description ?? "-Infinity", high: high?.description ?? "Infinity",
                    unit: coded.map(term),
                    code: (code ?? unit).map { hash(.quantityCode, 0, $0) },
                    label: label.map { hash(.quantityCode, 0, $0) }))
        }
    }

    private static func decimal(_ degrees: Double) -> String {
        FHIRDecimal(String(degrees))?.description ?? "0"
    }

    private func appendText(_ parameter: Int32, _ text: String, to rows: inout IndexRows) {
        let folded = SearchText.fold(text)
        guard !folded.isEmpty else { return }
        let term = hash(.tokenText, parameter, folded)
        rows.terms.append(term)
        rows.texts.rows.append(.init(parameter: parameter, kind: .display, text: folded, term: term))
    }

    /// The hash of a string as it is written.
    func exact(_ text: String) -> Int64 { hash(.exactString, 0, text) }

    private func appendToken(_ parameter: Int32, _ system: String?, _ code: String, to rows: inout IndexRows) {
        let folded = CodeCase.folded(code)
        if !code.isEmpty {
            let term = hash(.code, parameter, folded)
            rows.terms.append(term)
            rows.texts.rows.append(.init(parameter: parameter, kind: .code, text: folded, term: term))
            if let system {
                rows.terms.append(hash(.systemAndCode, parameter, system, CodeCase.comparable(code, system: system)))
            } else {
                rows.terms.append(hash(.codeWithoutSystem, parameter, folded))
            }
        }
        if let system { rows.terms.append(hash(.system, parameter, system)) }
    }

    /// What tells a label from others with the same code: for those who ask which are in use.
    private func appendLabel(_ parameter: Int32, _ value: SearchValue, to rows: inout IndexRows) {
        guard case .token(let system, let code) = value, system != nil || !code.isEmpty else { return }
        let query = SearchQueryValue.TokenQuery(
            system: system.map { .uri($0) } ?? .none, code: code.isEmpty ? nil : code)
        rows.texts.rows.append(
            .init(parameter: parameter, kind: .label, text: "\(system ?? "")|\(code)", term: term(query, parameter)))
    }

    private func appendReference(_ parameter: Int32, _ reference: SearchReference, to rows: inout IndexRows) {
        switch reference {
        case .local(let type, let id, let version):
            rows.references.append(own(type.name, id) ^ salt(parameter))
            if let version {
                rows.terms.append(hash(.versionedReference, parameter, "\(type.name)/\(id)", version))
            }
        case .absolute(let url):
            if let base, url.hasPrefix(base), let local = Self.local(url.dropFirst(base.count)) {
                rows.references.append(own(local.0, local.1) ^ salt(parameter))
            } else {
                rows.terms.append(hash(.absoluteReference, parameter, url))
            }
        case .identifier(let system, let value):
            let comparable = CodeCase.comparable(value, system: system)
            rows.terms.append(hash(.referenceIdentifier, parameter, system ?? "", comparable))
            rows.terms.append(hash(.referenceIdentifierValue, parameter, CodeCase.folded(value)))
            if let system { rows.terms.append(hash(.referenceIdentifierSystem, parameter, system)) }
        }
    }

    /// `Type/id`, with or without a version behind it, of a reference's text.
    static func local(_ text: Substring) -> (String, String)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 || (parts.count == 4 && parts[2] == "_history"),
            ResourceType(String(parts[0])) != nil
        else { return nil }
        return (String(parts[0]), String(parts[1]))
    }
}

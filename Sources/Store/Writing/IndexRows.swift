import FHIR

/// The derived rows of one resource: what the search tables hold for it.
public struct IndexRows: Sendable, Equatable {
    var terms: [Int64] = []
    /// Of the terms, those of identifiers with their systems.
    var identities: [Int64] = []
    var strings: [StringRow] = []
    var dates: [DateRow] = []
    var numbers: [NumberRow] = []

    struct StringRow: Sendable, Hashable {
        let parameter: Int32
        let value: String
    }

    struct DateRow: Sendable, Hashable {
        let parameter: Int32
        let range: DateRange
    }

    struct NumberRow: Sendable, Hashable {
        let parameter: Int32
        let low: String
        let high: String
        let unit: Int64?
        let code: Int64?
    }

    /// No rows: what a deleted resource has.
    static let none = IndexRows()
}

/// Makes derived rows from what a resource says to its search parameters. Pure but for the record's hash key.
struct Indexer: Sendable {
    let hash: TermHash
    /// The server's own base URL with a slash at its end: absolute references below it are local ones.
    let base: String?

    /// The number under which a parameter of a type is indexed.
    static func parameter(_ type: ResourceType, _ id: Int32) -> Int32 {
        Int32(type.code) << 16 | id
    }

    /// The numbers of the parameter `identifier`, of the types that have it.
    private static let identifiers = Dictionary(
        uniqueKeysWithValues: ResourceType.all.compactMap { type in
            R4.table.searchParameter(type, "identifier").map { (type, parameter(type, $0.id)) }
        })

    func rows(of entries: [SearchEntry], type: ResourceType) -> IndexRows {
        var rows = IndexRows()
        rows.terms.reserveCapacity(entries.count * 2)
        let identifier = Self.identifiers[type]
        for entry in entries {
            let parameter = Self.parameter(type, entry.parameter)
            switch entry.value {
            case .token(let system, let code):
                appendToken(parameter, system, code, to: &rows.terms)
                if parameter == identifier, let system, !code.isEmpty {
                    rows.identities.append(hash(.systemAndCode, parameter, system, Self.foldCode(code)))
                }
            case .reference(let reference):
                appendReference(parameter, reference, to: &rows.terms)
            case .uri(let uri):
                rows.terms.append(hash(.uri, parameter, uri))
            case .string(let text):
                let value = SearchText.fold(text)
                let row = IndexRows.StringRow(parameter: parameter, value: value)
                if !value.isEmpty, !rows.strings.contains(row) { rows.strings.append(row) }
            case .date(let range):
                rows.dates.append(.init(parameter: parameter, range: range))
            case .number(let low, let high):
                rows.numbers.append(
                    .init(
                        parameter: parameter, low: low?.description ?? "-Infinity",
                        high: high?.description ?? "Infinity", unit: nil, code: nil))
            case .quantity(let low, let high, let system, let code, let unit):
                let codes = Set([code, unit].compactMap(\.self))
                for text in codes.isEmpty ? [nil] : codes.map(Optional.some) {
                    rows.numbers.append(
                        .init(
                            parameter: parameter,
                            low: low?.description ?? "-Infinity",
                            high: high?.description ?? "Infinity",
                            unit: text == code
                                ? system.flatMap { s in code.map { hash(.quantityUnit, 0, s, $0) } } : nil,
                            code: text.map { hash(.quantityCode, 0, $0) }))
                }
            }
        }
        rows.terms.sort()
        rows.terms.removeAdjacentDuplicates()
        rows.identities.sort()
        rows.identities.removeAdjacentDuplicates()
        return rows
    }

    private func appendToken(_ parameter: Int32, _ system: String?, _ code: String, to terms: inout [Int64]) {
        let folded = Self.foldCode(code)
        if !code.isEmpty {
            terms.append(hash(.code, parameter, folded))
            if let system {
                terms.append(hash(.systemAndCode, parameter, system, folded))
            } else {
                terms.append(hash(.codeWithoutSystem, parameter, folded))
            }
        }
        if let system { terms.append(hash(.system, parameter, system)) }
    }

    private func appendReference(_ parameter: Int32, _ reference: SearchReference, to terms: inout [Int64]) {
        switch reference {
        case .local(let type, let id, _):
            terms.append(hash(.localReference, parameter, type.name, id))
        case .absolute(let url):
            if let base, url.hasPrefix(base), let local = Self.local(url.dropFirst(base.count)) {
                terms.append(hash(.localReference, parameter, local.0, local.1))
            } else {
                terms.append(hash(.absoluteReference, parameter, url))
            }
        case .identifier(let system, let value):
            terms.append(hash(.referenceIdentifier, parameter, system ?? "", Self.foldCode(value)))
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

    /// Codes are compared without regard to case (R4 §3.1.1.4.10).
    static func foldCode(_ code: String) -> String {
        code.utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5a).contains($0) } ? code : code.lowercased()
    }
}

extension Array where Element: Equatable {
    /// Drops elements that equal the one before them.
    mutating func removeAdjacentDuplicates() {
        guard count > 1 else { return }
        var kept = 1
        for index in 1..<count where self[index] != self[kept - 1] {
            self[kept] = self[index]
            kept += 1
        }
        removeLast(count - kept)
    }
}

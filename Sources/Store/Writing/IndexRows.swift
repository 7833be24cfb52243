import FHIR

/// The derived rows of one resource: what the search tables hold for it.
public struct IndexRows: Sendable, Equatable {
    var terms: [Int64] = []
    /// Of the terms, those of identifiers with their systems.
    var identities: [Int64] = []
    var strings: [StringRow] = []
    var dates: [DateRow] = []
    var numbers: [NumberRow] = []
    var sums = RowSums()

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
        /// Of system and code.
        let unit: Int64?
        /// Of the code, or of the unit's text where there is no code.
        let code: Int64?
        /// Of the unit's text, where it is another than the code.
        let label: Int64?
    }

    /// A number for all rows of each table but that of the terms, 0 for none: an update leaves alone what has the same.
    struct RowSums: Sendable, Hashable {
        var identities: Int64 = 0
        var strings: Int64 = 0
        var dates: Int64 = 0
        var numbers: Int64 = 0

        /// In the order in which the database's write function takes them.
        var list: [Int64] { [identities, strings, dates, numbers] }
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

    func rows(of entries: [SearchEntry], type: ResourceType) -> IndexRows {
        var rows = IndexRows()
        rows.terms.reserveCapacity(entries.count * 2)
        let identifier = Self.identifiers[type]
        for entry in SearchExtractor.r4.coverage(of: type).essential(entries) {
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
                if !value.isEmpty { rows.strings.append(row) }
            case .date(let range):
                rows.dates.append(.init(parameter: parameter, range: range))
            case .number(let low, let high):
                rows.numbers.append(
                    .init(
                        parameter: parameter, low: low?.description ?? "-Infinity",
                        high: high?.description ?? "Infinity", unit: nil, code: nil, label: nil))
            case .quantity(let low, let high, let system, let code, let unit):
                let label = code == nil || code == unit ? nil : unit
                rows.numbers.append(
                    .init(
                        parameter: parameter, low: low?.description ?? "-Infinity",
                        high: high?.description ?? "Infinity",
                        unit: system.flatMap { s in code.map { hash(.quantityUnit, 0, s, $0) } },
                        code: (code ?? unit).map { hash(.quantityCode, 0, $0) },
                        label: label.map { hash(.quantityCode, 0, $0) }))
            case .tokenText, .typedIdentifier, .composite, .position: break
            }
        }
        rows = rows.sorted()
        rows.terms.removeAdjacentDuplicates()
        rows.identities.removeAdjacentDuplicates()
        rows.strings.removeAdjacentDuplicates()
        rows.sums = sums(of: rows)
        return rows
    }

    /// - Parameter rows: sorted.
    private func sums(of rows: IndexRows) -> IndexRows.RowSums {
        IndexRows.RowSums(
            identities: sum(rows.identities) { $1.append($0) },
            strings: sum(rows.strings) {
                $1.append($0.parameter)
                $1.append($0.value)
            },
            dates: sum(rows.dates) {
                $1.append($0.parameter)
                $1.append($0.range.lower)
                $1.append($0.range.upper)
            },
            numbers: sum(rows.numbers) {
                $1.append($0.parameter)
                $1.append($0.low)
                $1.append($0.high)
                for hash in [$0.unit, $0.code, $0.label] { $1.append(hash ?? 0) }
            })
    }

    private func sum<Row>(_ rows: [Row], _ append: (Row, inout SumBytes) -> Void) -> Int64 {
        guard !rows.isEmpty else { return 0 }
        var bytes = SumBytes()
        for row in rows { append(row, &bytes) }
        return hash(.rows, bytes.bytes)
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

/// Rows as bytes that tell them from any others.
private struct SumBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        append(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
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

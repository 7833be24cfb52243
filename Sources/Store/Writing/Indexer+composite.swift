import FHIR

extension Indexer {
    /// The number under which a part of a composite stands.
    static func part(_ index: Int, of composite: Int32) -> Int32 { composite | Int32(index + 1) << 24 }

    /// One repetition of a composite. If its parts are all terms, each combination of them is a term of its own. If some
    /// are ranges or strings, they are rows, beside which the terms of the others stand; rows of several parts have the
    /// repetition in common, which is the first that stands beside them.
    func appendComposite(_ composite: Int32, _ parts: [[SearchValue]], to rows: inout IndexRows) {
        let made = parts.enumerated().map { index, values in
            var made = IndexRows()
            for value in values {
                // Displays cannot be asked for within a composite.
                if case .tokenText = value { continue }
                append(Self.part(index, of: composite), value, to: &made)
            }
            return made
        }
        for part in made { rows.texts.rows += part.texts.rows.filter { $0.kind == .unit } }
        let ranged = made.filter(\.isRanged)
        let terms = made.filter { !$0.isRanged }.map { $0.references + $0.terms }
        guard !ranged.isEmpty else {
            rows.terms += combinations(composite, terms)
            return
        }
        var context = terms.flatMap(\.self)
        if ranged.count > 1 { context.insert(repetition(made), at: 0) }
        for part in ranged {
            rows.strings += part.strings.map { $0.beside(context) }
            rows.dates += part.dates.map { $0.beside(context) }
            rows.numbers += part.numbers.map { $0.beside(context) }
        }
    }

    /// The terms of a composite of terms: one of each part.
    func combinations(_ composite: Int32, _ parts: [[Int64]]) -> [Int64] {
        var chosen: [[Int64]] = [[]]
        for terms in parts { chosen = chosen.flatMap { begun in terms.map { begun + [$0] } } }
        return chosen.map { terms in
            var bytes = SumBytes()
            bytes.append(composite)
            bytes.append(terms)
            return hash(.composite, bytes.bytes)
        }
    }

    private func repetition(_ parts: [IndexRows]) -> Int64 {
        var bytes = SumBytes()
        for part in parts {
            let part = part.sorted()
            bytes.append(part.references)
            bytes.append(part.terms)
            bytes.append(sums(of: part).list)
        }
        return hash(.composite, bytes.bytes)
    }
}

extension IndexRows {
    fileprivate var isRanged: Bool { !strings.isEmpty || !dates.isEmpty || !numbers.isEmpty }
}

extension IndexRows.StringRow {
    fileprivate func beside(_ context: [Int64]) -> Self {
        .init(parameter: parameter, value: value, exact: exact, context: context)
    }
}

extension IndexRows.DateRow {
    fileprivate func beside(_ context: [Int64]) -> Self {
        .init(parameter: parameter, range: range, context: context)
    }
}

extension IndexRows.NumberRow {
    fileprivate func beside(_ context: [Int64]) -> Self {
        .init(parameter: parameter, low: low, high: high, unit: unit, code: code, label: label, context: context)
    }
}

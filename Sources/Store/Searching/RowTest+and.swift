import FHIR

extension SearchPredicate.RowTest {
    /// What one row must be to fulfil both tests; nil where that is no test of a row.
    func and(_ other: SearchPredicate.RowTest) -> SearchPredicate.RowTest? {
        guard table == other.table, parameters == other.parameters, context.isEmpty, other.context.isEmpty,
            beside.isEmpty, other.beside.isEmpty
        else { return nil }
        var both: [SearchPredicate.Value] = []
        for one in tests {
            for another in other.tests {
                switch (one, another) {
                case (.date(let first), .date(let second)): both.append(.date(.and([first, second])))
                case (.number(let first, let unit, let code), .number(let second, let otherUnit, let otherCode))
                where unit == otherUnit && code == otherCode:
                    both.append(.number(.and([first, second]), unit: unit, code: code))
                case (.number(_, _?, nil), .number(_, _?, nil)): continue  // No row has two units.
                default: return nil
                }
            }
        }
        guard !both.isEmpty else { return nil }
        var result = self
        result.tests = both
        return result
    }
}

// R4 search.html §3.1.1.5.1.
extension SearchParse {
    /// `_sort=status,-date`
    mutating func sort(_ value: String) throws(SearchFault) {
        for written in value.split(separator: ",", omittingEmptySubsequences: false) {
            let isDescending = written.first == "-"
            let name = String(isDescending ? written.dropFirst() : written)
            guard !name.isEmpty else {
                throw SearchFault(.value, "It holds an empty name; expected a parameter on either side of each comma.")
            }
            let key = try sortKey(name)
            // A key that stands again decides nothing.
            if !search.sort.contains(where: { $0.key == key }) {
                search.sort.append(SearchSort(key, isDescending: isDescending))
            }
            guard search.sort.count <= 8 else { throw SearchFault(.tooCostly, "A search is sorted by at most 8 keys.") }
        }
    }

    private func sortKey(_ name: String) throws(SearchFault) -> SearchSort.Key {
        switch name {
        case "_id": return .id
        case "_lastUpdated": return .lastUpdated
        case "_score", "_text", "_content", "_list", "_has", "_filter":
            throw SearchFault(.notSupported, "Nothing can be sorted by \(name).")
        default: break
        }
        let facts = try criteria.facts(name, search.types)
        guard let fact = facts.first, facts.count == 1 else {
            throw SearchFault(
                .notSupported, "\(name) is another parameter for each of the types; one type at a time is sorted by it."
            )
        }
        switch fact.kind {
        case .number, .date, .string, .token, .quantity, .uri, .reference: return .parameter(fact)
        case .composite, .special:
            throw SearchFault(
                .notSupported,
                "\(name) is of type \(fact.kind), and only parameters of type number, date, string, token, reference, "
                    + "quantity and uri are sorted by.")
        }
    }
}

import FHIR
import Store

extension SearchPage {
    /// For each include of which not all came along, where the rest is found.
    ///
    /// - Parameter base: the server's, without a slash at its end.
    func omissionIssues(base: String) -> [Issue] {
        omitted.map { omission in
            let include = omission.include
            let searches = omission.searches.map { "\(base)/\($0)" }
            let name = include.isReverse ? "_revinclude" : "_include"
            return Issue(
                .incomplete,
                "\(name)=\(include.written): \(omission.count) more resources would come along than this page holds. "
                    + (searches.isEmpty
                        ? "Ask for fewer matches with _count."
                        : "They are found by \(searches.joined(separator: " and ")) ."),
                at: "http.\(name)", severity: .warning)
        }
    }
}

extension SearchPage.Omission {
    /// Searches that find what was left out: `Patient?_id=1,2`, `Observation?subject=Patient/1,Patient/2`.
    fileprivate var searches: [String] {
        if include.isReverse {
            guard let source = include.source, let parameter = include.parameter else { return [] }
            return groups(resources.map { "\($0.type)/\($0.id)" }).map { group in
                "\(source)?" + SearchQuery.encoded([.init(name: parameter.code, value: group)])
            }
        }
        return Dictionary(grouping: resources, by: \.type).sorted { $0.key < $1.key }.flatMap { type, resources in
            groups(resources.map(\.id)).map { "\(type)?" + SearchQuery.encoded([.init(name: "_id", value: $0)]) }
        }
    }

    private func groups(_ values: [String]) -> [String] {
        stride(from: 0, to: values.count, by: 100).map {
            values[$0..<min($0 + 100, values.count)].joined(separator: ",")
        }
    }
}

extension SearchInclude {
    /// As a client writes it.
    fileprivate var written: String {
        guard let source else { return "*" }
        return "\(source):\(parameter?.code ?? "*")" + (target.map { ":\($0)" } ?? "")
    }
}

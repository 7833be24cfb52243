import Foundation

/// The table of `Conformance/rest-checklist.md`, and what is wrong with it.
struct RestChecklist {
    struct Row {
        let statement: String
        let verdict: String
        let proof: String

        /// Files and the names of tests in them.
        var tests: [(file: String, name: String)] {
            proof.matches(of: /`(\w+)`: "([^"]+)"/).map { (String($0.1), String($0.2)) }
        }
    }

    let rows: [Row]

    init(_ text: String) {
        rows = text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: true)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, cells[0] != "Statement", !cells[0].hasPrefix("---") else { return nil }
            return Row(statement: cells[0], verdict: cells[1], proof: cells[2])
        }
    }

    /// - Parameter sources: the tests' files by name, without `.swift`.
    func faults(in sources: [String: String]) -> [String] {
        rows.flatMap { row -> [String] in
            switch row.verdict {
            case "holds" where row.tests.isEmpty: return ["\(row.statement): it holds, and no test shows it."]
            case "differs" where row.proof.isEmpty: return ["\(row.statement): it differs, and nothing says why."]
            case "holds", "differs":
                return row.tests.compactMap { file, name in
                    Self.has(name, sources[file] ?? "") ? nil : "\(row.statement): \(file) has no test \"\(name)\"."
                }
            default: return ["\(row.statement): \"\(row.verdict)\" is neither \"holds\" nor \"differs\"."]
            }
        }
    }

    private static func has(_ name: String, _ source: String) -> Bool {
        source.ranges(of: "\"\(name)\"").contains { range in
            source[..<range.lowerBound].suffix(60).trimmingSuffix { $0.isWhitespace }.hasSuffix("@Test(")
        }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ isDropped: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}

/// Why a question about codes cannot be answered. Each says what would help.
public enum TerminologyProblem: Error, Sendable, Equatable {
    /// A code system that is not loaded, or not this version of it.
    case unknownCodeSystem(String, versions: [String])
    /// It is loaded in part, or only its name is.
    case incompleteCodeSystem(String)
    case unknownValueSet(String, versions: [String])
    /// Value sets that take in each other.
    case circular([String])
    case tooCostly(limit: Int)
    /// A composition that cannot be understood, and where it stands.
    case unsupported(String, at: String)

    public var issue: Issue {
        switch self {
        case .unknownCodeSystem(let url, let versions):
            Issue(
                .notFound,
                "The code system \(url) is not loaded\(Self.others(versions)): its codes cannot be listed or related to each other here. Load its CodeSystem resource."
            )
        case .incompleteCodeSystem(let url):
            Issue(
                .notFound,
                "Of the code system \(url) not all codes are loaded (CodeSystem.content is not complete), so that this cannot be said for certain. Load the whole of it."
            )
        case .unknownValueSet(let url, let versions):
            Issue(
                .notFound, "The value set \(url) is not known here\(Self.others(versions)). Load its ValueSet resource."
            )
        case .circular(let urls):
            Issue(.processing, "The value sets take in each other: \(urls.joined(separator: ", ")).")
        case .tooCostly(let limit):
            Issue(
                .tooCostly,
                "More than \(limit) codes would have to be listed; narrow the question, or ask for pages by count and offset."
            )
        case .unsupported(let reason, let place):
            Issue(.notSupported, reason, at: place)
        }
    }

    private static func others(_ versions: [String]) -> String {
        versions.isEmpty ? "" : " in that version (known: \(versions.joined(separator: ", ")))"
    }
}

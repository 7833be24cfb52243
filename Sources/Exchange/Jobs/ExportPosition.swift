import FHIR

/// How far an export is: what it has told and written down, and from where it goes on.
struct ExportPosition: Sendable, Equatable {
    /// The number of the type in the request's list.
    var type = 0
    /// Behind this id; empty at the type's begin.
    var after = ""

    /// As it is kept with the job: `type after`. An id holds no space.
    var text: String { "\(type) \(after)" }

    init() {}

    /// nil where it is none that an export wrote.
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let type = Int(parts[0]), type >= 0 else { return nil }
        self.type = type
        after = String(parts[1])
    }
}

import FHIR
import Store

/// A search that was understood.
struct ParsedSearch: Sendable {
    var request: SearchRequest
    /// The parameters that have effect, in the order in which they were given.
    var applied: [SearchQuery.Parameter] = []
    /// What was ignored, and why.
    var warnings: [Issue] = []
    var countsOnly = false
    /// The criteria in one order, however they were written: what simultaneous conditional creates lock.
    var canonical = ""
}

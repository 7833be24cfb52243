import FHIR
import Store

extension Exchange {
    /// All that belongs to a patient or an encounter, and what that refers to, each resource once, a page at a time: one
    /// search, whose pages stay as they were. Audited by the caller.
    ///
    /// - Parameter applied: what the links show; the page is put in its place.
    public func everything(
        _ asked: EverythingRequest, applied: [SearchQuery.Parameter], origin: Origin
    ) async throws(Problem) -> SearchAnswer {
        let owner = asked.compartment.resourceType
        if let id = asked.id { _ = try await read(owner, id, origin: origin) }
        var token = asked.page.map(EverythingPage.init)
        do {
            let present: [ResourceType]
            if let token {
                present = token.present
            } else if asked.id != nil, !asked.companionTypes.isEmpty {
                let types = asked.referringTypes
                present = try await store.types(
                    SearchRequest(
                        types: types, expression: .and([asked.members(of: types)] + asked.inRange(types)), count: 1))
            } else {
                present = []
            }
            let types = Set(asked.memberTypes + asked.companionTypes).sorted()
            let request = SearchRequest(
                types: types, expression: asked.expression(present: present),
                count: max(1, min(asked.count ?? Self.everythingPage, limits.maximumPage)), page: token?.page)
            let page = try await store.search(request)
            let place = asked.id.map { "\(owner)/\($0)/$everything" } ?? "\(owner)/$everything"
            var answer = SearchAnswer(.system, place: place, applied: applied)
            answer.matches = page.matches
            answer.total = page.total
            token = page.next.map { EverythingPage(page: $0, present: present) }
            answer.nextPage = token?.text
            return answer
        } catch let error {
            throw Problem(error)
        }
    }

    /// Resources of a page where the client does not say.
    private static let everythingPage = 500
}

/// Where the next page begins: the search's own token, and the types whose references the first page found, because the
/// search must be the same one.
struct EverythingPage {
    let page: String
    let present: [ResourceType]

    init(page: String, present: [ResourceType]) {
        self.page = page
        self.present = present
    }

    /// What is no such text becomes a token that the record refuses.
    init(_ text: String) {
        let parts = text.split(separator: "~", maxSplits: 1, omittingEmptySubsequences: false)
        page = parts.first.map(String.init) ?? ""
        present = parts.dropFirst().first?.split(separator: ".").compactMap { ResourceType(String($0)) } ?? []
    }

    var text: String { "\(page)~\(present.map(\.name).joined(separator: "."))" }
}

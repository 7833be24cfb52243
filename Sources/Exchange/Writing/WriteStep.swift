import FHIR
import Store

/// A write of which it is known what it concerns.
struct WriteStep: Sendable {
    /// The position of its request among those given; several where criteria delete several resources.
    let position: Int
    let request: WriteRequest
    let id: String
    /// The id was made for it: nothing can be there yet.
    let isFresh: Bool
    var expectation: Expectation
    /// The version comes from a look of our own: where another one is there by now, the look is repeated.
    var isFound = false
    /// What is to be written; nil for a delete.
    var resource: JSONNode?
    /// What is to be said of it although it is written.
    var remarks: [Issue] = []

    var type: ResourceType { request.type }
    var name: String { "\(type.name)/\(id)" }

    init(
        _ position: Int, _ request: WriteRequest, id: String, isFresh: Bool = false, expectation: Expectation = .any,
        isFound: Bool = false
    ) {
        self.position = position
        self.request = request
        self.id = id
        self.isFresh = isFresh
        self.expectation = expectation
        self.isFound = isFound
        resource = request.resource
    }

    /// A step of a request that says itself what it concerns and needs no look: nil for patches and criteria.
    init?(_ position: Int, _ request: WriteRequest, makeID: () -> String) {
        switch request.kind {
        case .create(ifNoneExist: nil):
            self.init(position, request, id: makeID(), isFresh: true)
        case .update(.id(let id), let ifMatch, let ifNoneMatch):
            self.init(
                position, request, id: id,
                expectation: ifNoneMatch ? .absent : ifMatch.map(Expectation.version) ?? .any)
        case .delete(.id(let id), let ifMatch):
            self.init(position, request, id: id, expectation: ifMatch.map(Expectation.version) ?? .any)
        case .create, .update, .patch, .delete: return nil
        }
    }

    private var method: WriteMethod {
        switch request.kind {
        case .create: .create
        case .update: .update
        case .patch: .patch
        case .delete: .delete
        }
    }

    func draft(_ content: [UInt8]?) -> WriteDraft {
        WriteDraft(
            type: type, id: id, method: method, isFresh: isFresh, expectation: expectation, content: content,
            interaction: request.interaction)
    }
}

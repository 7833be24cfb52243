import FHIR
import Store

/// What requests concern, found out step by step: criteria become ids, patches become resources.
///
/// The order is that of R4 §3.1.0.11.2: what deletes concern is known first, so that creates do not find it, and what is
/// created is known before updates look.
struct WriteResolution {
    private let requests: [WriteRequest]
    private let makeID: () -> String
    /// One for each request that was given criteria, in the requests' order.
    private let criteria: [Int: WriteCriteria]
    /// Creates under the criteria of an earlier create: they are that one.
    private(set) var twins: [Int: Int] = [:]
    /// What criteria find, by the position of their request.
    private var matches: [Int: [StoredVersion]] = [:]
    private var steps: [Int: [WriteStep]] = [:]
    /// What is answered without being written.
    private(set) var outcomes: [Int: WriteOutcome] = [:]
    private var deleted: Set<String> = []

    /// - Parameter criteria: those of the requests that were given some, by their position.
    init(
        _ requests: [WriteRequest], _ criteria: [Int: WriteCriteria], makeID: @escaping () -> String
    ) throws(Problem) {
        self.requests = requests
        self.criteria = criteria
        self.makeID = makeID
        var first: [String: Int] = [:]
        for (position, request) in requests.enumerated() {
            guard let read = criteria[position] else { continue }
            guard let earlier = first.updateValue(position, forKey: read.canonical) else { continue }
            first[read.canonical] = earlier
            guard case .create = request.kind, case .create = requests[earlier].kind else {
                throw Problem(
                    .invalid, .duplicate,
                    "Two entries write the \(request.type) that fulfils \(request.criteria ?? ""); each resource may be touched once.",
                    at: request.criteriaPlace)
            }
            twins[position] = earlier
        }
    }

    /// The criteria of updates and patches.
    var changing: [(request: WriteRequest, read: WriteCriteria)] {
        requests.enumerated().compactMap { position, request in
            switch request.kind {
            case .update, .patch: criteria[position].map { (request, $0) }
            case .create, .delete: nil
            }
        }
    }

    // MARK: Looking

    /// What must be looked for, under locks on the criteria.
    ///
    /// - Parameter most: how many a delete by criteria may delete.
    func questions(most: Int) -> (locks: [String], asked: [(position: Int, request: SearchRequest)]) {
        var hidden: [ResourceType: Int] = [:]
        for (position, request) in requests.enumerated() {
            guard case .delete = request.kind else { continue }
            hidden[request.type, default: 0] += criteria[position] == nil ? 1 : most
        }
        var asked: [(Int, SearchRequest)] = []
        for (position, request) in requests.enumerated() {
            guard let criteria = criteria[position], twins[position] == nil else { continue }
            var question = criteria.request
            if case .delete = request.kind {
                question.count = most + 1
            } else {
                // With room for matches that the same transaction deletes.
                question.count += hidden[request.type] ?? 0
            }
            asked.append((position, question))
        }
        return (asked.compactMap { criteria[$0.0]?.canonical }, asked)
    }

    mutating func take(_ position: Int, _ page: SearchPage) { matches[position] = page.matches }

    // MARK: Deciding

    /// - Parameter mode: what a delete by criteria may delete.
    mutating func decide(deletes mode: ConditionalDelete) throws(Problem) {
        for (position, request) in requests.enumerated() {
            guard case .delete = request.kind else { continue }
            try delete(position, request, mode)
            for step in steps[position] ?? [] { deleted.insert(step.name) }
        }
        for (position, request) in requests.enumerated() where twins[position] == nil {
            if case .create = request.kind { try create(position, request) }
        }
        for (position, request) in requests.enumerated() {
            switch request.kind {
            case .update: try update(position, request)
            case .patch: try patch(position, request)
            case .create, .delete: break
            }
        }
    }

    /// The steps in the requests' order.
    var all: [WriteStep] { requests.indices.flatMap { steps[$0] ?? [] } }

    /// What the fullUrls of creates stand for that write nothing.
    func point(_ links: inout WriteLinks) {
        for (position, outcome) in outcomes where outcome.kind == .found {
            links.point(requests[position], at: outcome.id)
        }
        for (twin, earlier) in twins {
            if let id = steps[earlier]?.first?.id ?? outcomes[earlier]?.id { links.point(requests[twin], at: id) }
        }
    }

    private func found(_ position: Int) -> [StoredVersion] {
        (matches[position] ?? []).filter { !deleted.contains("\($0.type)/\($0.id)") }
    }

    /// Conditional create (R4 §3.1.0.8.1).
    private mutating func create(_ position: Int, _ request: WriteRequest) throws(Problem) {
        let found = found(position)
        guard let match = found.first else {
            steps[position] = [WriteStep(position, request, id: makeID(), isFresh: true)]
            return
        }
        guard found.count == 1 else { throw several(request, "If-None-Exist") }
        outcomes[position] = WriteOutcome(
            kind: .found, type: match.type, id: match.id, version: match.version, updated: match.updated,
            content: match.content)
    }

    /// Conditional update (R4 §3.1.0.4.3), and update.
    private mutating func update(_ position: Int, _ request: WriteRequest) throws(Problem) {
        if let step = WriteStep(position, request, makeID: makeID) {
            steps[position] = [step]
            return
        }
        guard case .update(_, let ifMatch, let ifNoneMatch) = request.kind else { return }
        let found = found(position)
        let given = request.resource?["id"]?.string
        guard let match = found.first else {
            if ifMatch != nil {
                throw Problem(nothingFor: request, "The criteria find no \(request.type) that If-Match could mean.")
            }
            // With an id of the client's it is an update as create; what has that id already is another resource than
            // the one that was meant.
            steps[position] = [
                given.map { WriteStep(position, request, id: $0, expectation: .absent) }
                    ?? WriteStep(position, request, id: makeID(), isFresh: true)
            ]
            return
        }
        guard found.count == 1 else { throw several(request, "the update") }
        guard given == nil || given == match.id else {
            throw Problem(
                .invalid, .value,
                "The criteria find \(match.type)/\(match.id), and the resource has the id \(given ?? ""); leave the id "
                    + "out, or make it that one.", at: request.place.map { $0 + ".resource.id" } ?? "\(request.type).id"
            )
        }
        if ifNoneMatch { throw Problem(.refused(entry: 0, .exists(version: match.version))).inside(request.place) }
        steps[position] = [try step(position, request, match)]
    }

    private mutating func patch(_ position: Int, _ request: WriteRequest) throws(Problem) {
        if let id = request.id {
            let expectation = request.ifMatch.map(Expectation.version) ?? .present
            steps[position] = [WriteStep(position, request, id: id, expectation: expectation)]
            return
        }
        let found = found(position)
        guard let match = found.first else {
            throw Problem(nothingFor: request, "The criteria find no \(request.type) to patch.")
        }
        guard found.count == 1 else { throw several(request, "the patch") }
        steps[position] = [try step(position, request, match)]
    }

    private mutating func delete(
        _ position: Int, _ request: WriteRequest, _ mode: ConditionalDelete
    ) throws(Problem) {
        if let step = WriteStep(position, request, makeID: makeID) {
            steps[position] = [step]
            return
        }
        var found = matches[position] ?? []
        switch mode {
        case .single:
            guard criteria[position]?.cap == nil else {
                throw Problem(
                    .invalid, .notSupported,
                    "_count says how many a delete by criteria may delete, and this server deletes one; leave it out.",
                    at: request.criteriaPlace)
            }
            guard found.count <= 1 else { throw several(request, "the delete") }
        case .multiple(let most):
            if let cap = criteria[position]?.cap, cap <= most {
                found = Array(found.prefix(cap))
            } else if found.count > most {
                throw Problem(
                    .preconditionFailed, .tooCostly,
                    "More than \(most) \(request.type) fulfil the criteria of the delete; at most \(most) are deleted at "
                        + "once. Make them narrower.", at: request.criteriaPlace)
            }
        }
        guard !found.isEmpty else {
            outcomes[position] = WriteOutcome(
                kind: .nothing, type: request.type, id: "", version: nil, updated: 0, content: nil, count: 0)
            return
        }
        var own: [WriteStep] = []
        for match in found { own.append(try step(position, request, match)) }
        steps[position] = own
    }

    /// A step on what criteria found, as long as it is at the version that fulfilled them.
    private func step(
        _ position: Int, _ request: WriteRequest, _ match: StoredVersion
    ) throws(Problem) -> WriteStep {
        if let ifMatch = request.ifMatch, ifMatch != match.version {
            throw Problem(.refused(entry: 0, .versionMismatch(current: match.version))).inside(request.place)
        }
        return WriteStep(position, request, id: match.id, expectation: .version(match.version), isFound: true)
    }

    private func several(_ request: WriteRequest, _ what: String) -> Problem {
        Problem(
            .preconditionFailed, .multipleMatches,
            "More than one \(request.type) fulfils the criteria of \(what); make them narrower.",
            at: request.place)
    }

    // MARK: Patching

    /// What patches change.
    var patched: [(type: ResourceType, id: String)] {
        all.filter { if case .patch = $0.request.kind { true } else { false } }.map { ($0.type, $0.id) }
    }

    /// Updates whose criteria find nothing, of resources that have an id of the client's.
    var named: [(step: WriteStep, criteria: WriteCriteria)] {
        criteria.keys.sorted().compactMap { position in
            guard case .update = requests[position].kind, let step = steps[position]?.first, !step.isFresh,
                !step.isFound,
                let own = criteria[position]
            else { return nil }
            return (step, own)
        }
    }

    /// Makes resources of patches, and sets their steps on the version that they were made of.
    ///
    /// - Parameter current: what ``patched`` is now, locked.
    /// - Throws: ``StoreError/collision`` where criteria found another version.
    mutating func apply(to current: [StoredVersion], judge: Judgement) throws {
        let current = Dictionary(current.map { ("\($0.type)/\($0.id)", $0) }) { first, _ in first }
        for (position, request) in requests.enumerated() {
            guard case .patch(_, let patch, _) = request.kind, var step = steps[position]?.first else { continue }
            let stored = current[step.name]
            if let absence = Exchange.absence(stored, step.type, step.id) { throw absence.inside(request.place) }
            guard let stored, let bytes = stored.rendered() else { continue }
            if case .version(let version) = step.expectation, version != stored.version {
                if step.isFound { throw StoreError.collision }
                throw Problem(.refused(entry: 0, .versionMismatch(current: stored.version))).inside(request.place)
            }
            do throws(Problem) {
                let document = try Self.patched(bytes, by: patch)
                step.remarks = try judge(document, step.type)
                step.resource = document.root
            } catch {
                throw error.within(request.place)
            }
            step.expectation = .version(stored.version)
            steps[position] = [step]
        }
    }

    private static func patched(_ bytes: [UInt8], by patch: Patch) throws(Problem) -> JSONDocument {
        let document: JSONDocument
        do {
            document = try JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max))
        } catch {
            throw Problem(.internalError, .exception, "The resource cannot be read: \(error.message)")
        }
        do throws(PatchError) {
            return try patch.document(from: document)
        } catch {
            throw Problem(error)
        }
    }
}

extension Problem {
    /// A patch that cannot be read, or not be applied.
    public init(_ error: PatchError) {
        self.init(error.fault == .document ? .invalid : .unprocessable, [error.issue])
    }

    /// Nothing is there that a condition asks for.
    fileprivate init(nothingFor request: WriteRequest, _ text: String) {
        self.init(.notFound, .notFound, text, at: request.criteriaPlace)
    }

    /// The same, each place of an entry's resource told from the bundle on: `Patient.gender` becomes
    /// `Bundle.entry[3].resource.gender`.
    func within(_ place: String?) -> Problem {
        guard let place else { return self }
        var problem = self
        for index in problem.issues.indices {
            guard let expression = problem.issues[index].expression else {
                problem.issues[index].expression = place
                continue
            }
            if !expression.hasPrefix("Bundle.") {
                problem.issues[index].expression = place + ".resource" + expression.drop { $0 != "." }
            }
        }
        return problem
    }
}

/// What a DELETE by criteria may delete.
public enum ConditionalDelete: Sendable, Equatable {
    /// One: several are refused.
    case single
    /// All that fulfil the criteria, if they are no more than this many.
    case multiple(Int)

    var most: Int {
        switch self {
        case .single: 1
        case .multiple(let most): most
        }
    }
}

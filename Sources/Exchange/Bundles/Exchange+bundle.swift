import FHIR
import Store

/// What became of an entry.
public enum EntryOutcome: Sendable {
    case written(WriteOutcome)
    case answered(EntryAnswer)
    case failed(Problem)
}

/// What an entry that reads was answered.
public struct EntryAnswer: Sendable {
    public var status: Int
    public var etag: String?
    /// Microseconds since 1970 UTC.
    public var lastModified: Int64?
    public var location: String?
    /// The resource, or the OperationOutcome of a failure, as JSON; empty where there is none.
    public var body: [UInt8]

    public init(
        status: Int, etag: String? = nil, lastModified: Int64? = nil, location: String? = nil, body: [UInt8] = []
    ) {
        self.status = status
        self.etag = etag
        self.lastModified = lastModified
        self.location = location
        self.body = body
    }
}

/// What an exchange leaves to whoever hands it a bundle.
public struct BundleHandling: Sendable {
    /// Refuses an interaction that its principal may not do; nil lets it pass.
    let permission: @Sendable (AuditInteraction, ResourceType) -> Problem?
    /// Looks at what patches make.
    let judge: Judgement
    /// A Provenance of what is written, without targets.
    let provenance: JSONNode?
    /// Answers what reads.
    let read: @Sendable (EntryRead, _ place: String) async -> EntryOutcome

    public init(
        permission: @escaping @Sendable (AuditInteraction, ResourceType) -> Problem?, judge: @escaping Judgement,
        provenance: JSONNode? = nil,
        read: @escaping @Sendable (EntryRead, _ place: String) async -> EntryOutcome
    ) {
        self.permission = permission
        self.judge = judge
        self.provenance = provenance
        self.read = read
    }
}

extension Exchange {
    /// All entries together or none (R4 §3.1.0.11.2): deletes, creates, updates and patches as one write, then the reads,
    /// which see its result.
    public func transaction(
        _ entries: [Result<BundleEntry, Problem>], origin: Origin, _ handling: BundleHandling
    ) async throws(Problem) -> [EntryOutcome] {
        let understood: [BundleEntry]
        do {
            try checkSize(entries.count)
            understood = try entries.map { result throws(Problem) in
                let entry = try result.get()
                if let write = entry.write, let refusal = handling.permission(write.interaction, write.type) {
                    throw refusal.inside(entry.place)
                }
                return entry
            }
        } catch {
            try await note(
                .transaction, status: error.status, origin: origin, detail: error.issues.first?.diagnostics)
            throw error.noted
        }
        var outcomes = [EntryOutcome?](repeating: nil, count: understood.count)
        var writes: [(position: Int, request: WriteRequest)] = []
        for (position, entry) in understood.enumerated() {
            if let request = entry.write { writes.append((position, request)) }
        }
        if !writes.isEmpty {
            let results = try await write(
                writes.map(\.request), origin: origin, provenance: handling.provenance, judge: handling.judge)
            for (write, result) in zip(writes, results) { outcomes[write.position] = .written(result) }
        }
        for (position, entry) in understood.enumerated() {
            if case .read(let read) = entry.interaction {
                outcomes[position] = await handling.read(read, entry.place)
            }
        }
        return outcomes.compactMap(\.self)
    }

    func checkSize(_ count: Int) throws(Problem) {
        guard count > limits.bundleEntries else { return }
        throw Problem(
            .tooLarge, .tooCostly,
            "The bundle has \(count) entries; at most \(limits.bundleEntries) are taken at once. Send it in parts.",
            at: "Bundle.entry")
    }
}

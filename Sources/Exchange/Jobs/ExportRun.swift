import FHIR
import Store

/// Tells the record as it was at an instant, in lines of JSON: reads a part, writes it down with the place where it
/// goes on, and so on; who takes it up after a crash goes on where the last part ended. Memory does not grow with the
/// record.
public struct ExportRun: Sendable {
    let exchange: Exchange
    let job: Job
    let request: ExportRequest
    /// The worker's name, under which it holds the job.
    let worker: String
    let limits: ExportLimits
    let pack: @Sendable ([UInt8]) -> JobChunk
    /// Told of each part that is written down: resources and bytes.
    let progress: @Sendable (Int, Int) -> Void

    private var store: Store { exchange.store }

    /// - Parameter pack: deflates a piece of a file.
    public init(
        exchange: Exchange, job: Job, request: ExportRequest, worker: String, limits: ExportLimits,
        pack: @escaping @Sendable ([UInt8]) -> JobChunk, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
        self.exchange = exchange
        self.job = job
        self.request = request
        self.worker = worker
        self.limits = limits
        self.pack = pack
        self.progress = progress
    }

    /// Runs to the end.
    ///
    /// - Parameter files: what was written already.
    /// - Throws: ``JobLost`` when the job was removed or somebody else has it.
    public func run(_ files: [JobFile]) async throws {
        let selection = try await selection()
        var position = job.position.flatMap(ExportPosition.init) ?? ExportPosition()
        var told = files.filter { $0.kind == .output }.reduce(0) { $0 + Int($1.lines) }
        var output = ExportFiles(
            files, limits: .init(file: limits.fileBytes, piece: limits.pieceBytes), pack: pack)
        while position.type < request.types.count {
            let type = request.types[position.type]
            var step = 0
            var batches = 0
            let filter = try await filter(of: type)
            let source = source(of: type, filter, selection)
            var batch = try await Self.part(of: source, after: position.after)
            while let current = batch {
                try Task.checkCancellation()
                // The next part is fetched while this one is written.
                async let following = Self.part(of: source, after: current.next)
                step += try await add(current.versions, type, filter, selection, to: &output)
                batches += 1
                position = current.next.map { position.going(on: $0) } ?? position.nextType
                if output.waiting >= limits.pieceBytes || current.next == nil || batches >= Self.batchesOfStep {
                    told += step
                    try await write(&output, position, told: told, fresh: step)
                    (step, batches) = (0, 0)
                }
                batch = try await following
            }
        }
    }

    /// After so many parts it is written down where to go on, also where they told little.
    private static let batchesOfStep = 32

    private static func part(of source: ExportSource, after: String?) async throws -> PastBatch? {
        guard let after else { return nil }
        return try await source.part(after: after)
    }

    /// Up to so many patients their resources are looked for; of more, all are gone through.
    private static let lookups = 64

    /// What the filters of a type ask; nil where it has none.
    private func filter(of type: ResourceType) async throws -> SearchExpression? {
        let filters = request.filters.filter { $0.type == type }
        return filters.isEmpty ? nil : try await exchange.expression(of: filters, base: request.base)
    }

    private func source(
        of type: ResourceType, _ filter: SearchExpression?, _ selection: ExportSelection
    ) -> ExportSource {
        var parts = filter.map { [$0] } ?? []
        if let patients = selection.patients, patients.count <= Self.lookups, !selection.isWhole(type) {
            let ways = patients.sorted().compactMap {
                SearchScope.compartment(selection.membership.compartment, id: $0, type).membership(of: [type])
            }
            parts.append(.or(ways))
        }
        return ExportSource(
            store: store, type: type, moment: job.moment, since: request.since,
            search: parts.isEmpty ? nil : parts.count == 1 ? parts[0] : .and(parts), isShortcut: filter == nil)
    }

    private func write(
        _ output: inout ExportFiles, _ position: ExportPosition, told: Int, fresh: Int
    ) async throws {
        let pieces = output.take()
        // A type without a resource is not worth a transaction.
        guard !pieces.isEmpty || position.type == request.types.count || position.after != "" else { return }
        let type = position.type < request.types.count ? request.types[position.type].name : "all types told"
        let step = JobStep(
            position: position.text,
            progress: "\(told) resources, \(position.type) of \(request.types.count) types, now \(type)",
            pieces: pieces)
        guard try await store.advanceJob(job.id, worker: worker, step) else { throw JobLost() }
        progress(fresh, pieces.reduce(0) { $0 + $1.chunk.bytes })
    }

    /// - Returns: how many resources were told.
    private func add(
        _ versions: [StoredVersion], _ type: ResourceType, _ filter: SearchExpression?, _ selection: ExportSelection,
        to output: inout ExportFiles
    ) async throws -> Int {
        var told = 0
        var gone: [StoredVersion] = []
        let subset = ResourceSubset(request.elements.isEmpty ? .whole : .elements(request.elements), of: type)
        for version in versions {
            if let until = request.until, version.updated >= until { continue }
            guard let content = version.content else {
                if request.since != nil { gone.append(version) }
                continue
            }
            guard selection.holds(type, id: version.id, content) else { continue }
            let isTold = output.add(.output, type) { line in
                Self.tell(version, content, subset, &line)
            }
            if isTold { told += 1 } else { Self.complain(of: version, in: &output) }
        }
        try await add(deletions: gone, type, filter, selection, to: &output)
        return told
    }

    /// - Returns: false, with nothing appended, where the content is damaged.
    private static func tell(
        _ version: StoredVersion, _ content: [UInt8], _ subset: ResourceSubset, _ line: inout [UInt8]
    ) -> Bool {
        if subset.isWhole {
            return StoredResource.render(
                content: content, id: version.id, version: version.version, lastUpdated: version.updated, into: &line)
        }
        guard let bytes = version.rendered(),
            let document = try? JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max))
        else { return false }
        line += subset.json(of: document.root)
        return true
    }

    private static func complain(of version: StoredVersion, in output: inout ExportFiles) {
        let outcome = OperationOutcome(
            Issue(
                .exception,
                "\(version.type)/\(version.id) is damaged in the record and is not in this export; reindex says more."))
        output.add(.error, nil) { line in
            outcome.appendJSON(to: &line)
            return true
        }
    }

    /// A deleted resource is told where it would have been told at `_since` or later: by what it held then, and, where a
    /// filter asks for more than that can tell, in any case.
    private func add(
        deletions gone: [StoredVersion], _ type: ResourceType, _ filter: SearchExpression?,
        _ selection: ExportSelection, to output: inout ExportFiles
    ) async throws {
        guard !gone.isEmpty else { return }
        var told = Set(gone.map(\.id))
        if !selection.isWhole(type) || filter != nil {
            told = []
            let since = request.since ?? .min
            for last in try await store.contents(type, gone.map(\.id), since: since, asOf: job.moment)
            where !told.contains(last.id) {
                guard let content = last.content, selection.holds(type, id: last.id, content) else { continue }
                if try filter?.mayHold(for: subject(last, content), now: job.moment) ?? true { told.insert(last.id) }
            }
        }
        for version in gone where told.contains(version.id) {
            output.add(.deleted, nil) { line in
                line.append(contentsOf: Self.deletion(of: version))
                return true
            }
        }
    }

    private func subject(_ version: StoredVersion, _ content: [UInt8]) throws -> SearchSubject {
        SearchSubject(
            of: try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)), type: version.type,
            id: version.id, lastUpdated: version.updated, parameters: exchange.searchParameters)
    }

    /// A transaction that deletes it (Bulk Data export.html, deleted).
    private static func deletion(of version: StoredVersion) -> [UInt8] {
        var json = JSONBuilder()
        json.object { json in
            json.member("resourceType", "Bundle")
            json.object("meta") { $0.member("lastUpdated", Instant.format(microseconds: version.updated)) }
            json.member("type", "transaction")
            json.array("entry") { json in
                json.object { json in
                    json.object("request") { json in
                        json.member("method", "DELETE")
                        json.member("url", "\(version.type)/\(version.id)")
                    }
                }
            }
        }
        return json.bytes
    }

    // MARK: Whose data

    private func selection() async throws -> ExportSelection {
        let membership = CompartmentMembership(.patient, bases: store.baseURL.map { [$0] } ?? [])
        switch request.level {
        case .system: return ExportSelection(request: request, membership: membership, patients: nil)
        case .patients(let ids):
            return ExportSelection(request: request, membership: membership, patients: ids.map { Set($0) })
        case .group(let group, let ids):
            var members = try await GroupMembers(store: store, moment: job.moment).patients(of: group)
            if let ids { members.formIntersection(ids) }
            return ExportSelection(request: request, membership: membership, patients: members)
        }
    }
}

/// Bounds of exports.
public struct ExportLimits: Sendable, Equatable {
    /// Bytes of a file before another one is begun.
    public var fileBytes = 64 << 20
    /// Bytes of a piece of a file, packed by itself.
    public var pieceBytes = 1 << 20

    public init() {}
}

/// A job is no longer its worker's: it was removed, or another has taken it up.
public struct JobLost: Error, Sendable {
    public init() {}
}

extension ExportPosition {
    func going(on after: String) -> ExportPosition {
        var position = self
        position.after = after
        return position
    }

    var nextType: ExportPosition {
        var position = self
        position.type += 1
        position.after = ""
        return position
    }
}

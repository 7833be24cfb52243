import Exchange
import FHIR
import HTTPTypes
import Store

// What became of a background job: https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-status-request
extension FHIRService {
    func job(_ id: String, _ request: FHIRRequest) async throws -> Answer {
        let (job, files) = try await jobs.job(id)
        switch job.state {
        case .open:
            return Answer(
                status: .accepted,
                headers: [.progress: progress(of: job), .retryAfter: String(Self.pause(after: clock() - job.created))])
        case .failed:
            var answer = Answer(status: .internalServerError, fhir: Array((job.outcome ?? "").utf8))
            tell(expiryOf: job, in: &answer)
            return answer
        case .complete:
            let body: [UInt8]
            switch job.kind {
            case .export: body = try ExportManifest(job: job, files: files, base: request.base).json()
            case .interaction: body = try await content(of: job, files)
            }
            var answer = Answer(
                status: .ok,
                headers: [.contentType: job.kind == .export ? "application/json" : ResponseFormat.contentType],
                body: body)
            tell(expiryOf: job, in: &answer)
            return answer
        }
    }

    private func progress(of job: Job) -> String {
        job.progress.isEmpty ? "waiting" : String(job.progress.prefix(100))
    }

    /// Seconds until it is worth asking again: a tenth of the time so far.
    private static func pause(after microseconds: Int64) -> Int64 { min(max(microseconds / 10_000_000, 1), 30) }

    private func tell(expiryOf job: Job, in answer: inout Answer) {
        if let expires = job.expires { answer.headers[.expires] = Instant.formatHTTPDate(microseconds: expires) }
    }

    /// An answer that was kept: it is no longer than those that are sent at once.
    private func content(of job: Job, _ files: [JobFile]) async throws -> [UInt8] {
        var body: [UInt8] = []
        for file in files where file.kind == .answer {
            body += try await JobFileReader(store: jobs.store, job: job.id, file: file).bytes()
        }
        return body
    }

    /// Ends it, and removes what it made.
    func removeJob(_ id: String, _ request: FHIRRequest) async throws -> Answer {
        try await jobs.remove(id)
        return Answer(status: .accepted)
    }

    /// One file, or the part of it that a client still lacks.
    func jobFile(_ id: String, _ name: String, _ request: FHIRRequest) async throws -> Answer {
        let (job, files) = try await jobs.job(id)
        guard let number = JobURL.number(name), job.state == .complete, job.kind == .export,
            let file = files.first(where: { $0.number == number })
        else {
            throw Problem(
                .notFound, .notFound, "There is no file \(name) of this job; the manifest at its address names all.")
        }
        let reader = JobFileReader(store: jobs.store, job: job.id, file: file)
        var answer = try await reader.answer(to: request.call)
        tell(expiryOf: job, in: &answer)
        if request.call.method != .HEAD {
            try await exchange.note(
                .operation, status: answer.status.code, type: file.type,
                query: "\(JobURL.folder)/\(id.prefix(8))/\(name)",
                origin: request.origin)
        }
        return answer
    }
}

extension HTTPField.Name {
    static let progress = HTTPField.Name("X-Progress")!
}

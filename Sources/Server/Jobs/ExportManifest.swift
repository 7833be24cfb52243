import Exchange
import FHIR
import Store

/// Which files an export made.
///
/// Source: Bulk Data Access 2.0.0, export.html, response - complete status.
struct ExportManifest {
    let job: Job
    let request: ExportRequest
    let files: [JobFile]
    /// As the one who asks now sees it.
    let base: String

    init(job: Job, files: [JobFile], base: String) throws(Problem) {
        guard let request = ExportRequest(json: job.request) else {
            throw Problem(.internalError, .exception, "The export's request is damaged in the record; begin it again.")
        }
        (self.job, self.request, self.files, self.base) = (job, request, files, base)
    }

    func json() -> [UInt8] {
        var json = JSONBuilder(capacity: 512 + files.count * 160)
        json.object { json in
            json.member("transactionTime", Instant.format(microseconds: job.moment))
            json.member("request", request.url)
            json.member("requiresAccessToken", false)
            list("output", .output, nil, &json)
            if request.since != nil { list("deleted", .deleted, .bundle, &json) }
            list("error", .error, .operationOutcome, &json)
        }
        return json.bytes
    }

    /// - Parameter type: of the lines, where it is not the file's own.
    private func list(_ name: StaticString, _ kind: JobFile.Kind, _ type: ResourceType?, _ json: inout JSONBuilder) {
        json.array(name) { json in
            for file in files where file.kind == kind {
                json.object { json in
                    json.member("type", (type ?? file.type)?.name ?? "")
                    json.member("url", JobURL.file(file.number, of: job.id, base: base))
                    json.member("count", file.lines)
                }
            }
        }
    }
}

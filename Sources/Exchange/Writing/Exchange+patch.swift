import FHIR
import Store

// patch: https://hl7.org/fhir/R4/http.html#patch
extension Exchange {
    /// How often a patch is made anew because somebody else wrote in between.
    private static let patchAttempts = 5

    /// Has `change` make another version of the current one, and writes it if nobody else has written meanwhile; where
    /// the client does not insist on a version it is tried again on what is there then.
    ///
    /// - Parameters:
    ///   - ifMatch: the version that the client saw; the patch is applied to no other.
    ///   - change: gets the resource as clients see it; may be asked several times.
    public func patch(
        _ type: ResourceType, _ id: String, ifMatch: Int32?, origin: Origin,
        change: (JSONDocument) throws(Problem) -> JSONDocument
    ) async throws(Problem) -> WriteOutcome {
        var attempt = 1
        while true {
            let current = try await patchable(type, id, ifMatch: ifMatch)
            let patched = try change(current.document)
            let request = WriteRequest(.patch(id: id, of: current.version), type: type, resource: patched.root)
            do throws(Problem) {
                return try await single(request, origin: origin)
            } catch {
                guard error.kind == .preconditionFailed, ifMatch == nil, attempt < Self.patchAttempts else {
                    throw error
                }
                attempt += 1
            }
        }
    }

    private func single(_ request: WriteRequest, origin: Origin) async throws(Problem) -> WriteOutcome {
        guard let outcome = try await write([request], origin: origin).first else {
            throw Problem(.internalError, .exception, "The write gave no outcome.")
        }
        return outcome
    }

    /// The resource that a patch changes, as clients see it.
    private func patchable(
        _ type: ResourceType, _ id: String, ifMatch: Int32?
    ) async throws(Problem) -> (version: Int32, document: JSONDocument) {
        let found = try await look(type, id)
        if let problem = Self.absence(found, type, id) { throw problem }
        guard let found, let bytes = found.rendered() else {
            throw Problem(.notFound, .notFound, "\(type)/\(id) is not known.")
        }
        if let ifMatch, ifMatch != found.version {
            throw Problem(.refused(entry: 0, .versionMismatch(current: found.version)))
        }
        do {
            return (found.version, try JSONDocument.parse(bytes, limits: JSONLimits(maximumBytes: .max)))
        } catch {
            throw Problem(.internalError, .exception, "\(type)/\(id) cannot be read: \(error.message)")
        }
    }
}

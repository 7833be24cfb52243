import FHIR
import Store

extension Exchange {
    /// The current version of a resource (R4 §3.1.0.2), or the one that was current at an instant. Audited, also when
    /// there is none.
    ///
    /// - Parameter instant: microseconds since 1970 UTC; nil: now.
    public func read(
        _ type: ResourceType, _ id: String, asOf instant: Int64? = nil, origin: Origin
    ) async throws(Problem) -> StoredVersion {
        let found = try await look(type, id, asOf: instant)
        let problem = Self.absence(found, type, id)
        try await note(
            .read, status: problem?.status ?? 200, type: type, id: id, version: found?.version, origin: origin)
        if let found, problem == nil { return found }
        throw (problem ?? Problem(.notFound, .notFound, "\(type)/\(id) is not known.")).noted
    }

    /// One version (R4 §3.1.0.3). Audited.
    public func vread(
        _ type: ResourceType, _ id: String, version: String, origin: Origin
    ) async throws(Problem) -> StoredVersion {
        var found: StoredVersion?
        do {
            if type == .auditEvent, AuditRecord.number(ofID: id) != nil {
                found = version == "1" ? try await look(type, id) : nil
            } else if let number = Int32(version), String(number) == version {
                found = try await store.read(type, id, version: number)
            }
        } catch {
            throw Problem(of: error)
        }
        var problem = Self.absence(found, type, id)
        if found == nil {
            problem = Problem(.notFound, .notFound, "\(type)/\(id) has no version \(version).")
        }
        try await note(
            .vread, status: problem?.status ?? 200, type: type, id: id, version: found?.version, origin: origin)
        if let found, problem == nil { return found }
        throw (problem ?? Problem(.notFound, .notFound, "\(type)/\(id) has no version \(version).")).noted
    }

    /// The current version without an audit entry; entries of the audit are read as AuditEvents.
    func look(
        _ type: ResourceType, _ id: String, asOf instant: Int64? = nil
    ) async throws(Problem) -> StoredVersion? {
        do {
            if type == .auditEvent, let number = AuditRecord.number(ofID: id) {
                let entry = try await store.auditRecord(number).map(\.asAuditEvent)
                return entry.flatMap { $0.updated <= instant ?? .max ? $0 : nil }
            }
            if let instant { return try await store.read(type, id, asOf: instant) }
            return try await store.read(type, id)
        } catch {
            throw Problem(error)
        }
    }

    static func absence(_ found: StoredVersion?, _ type: ResourceType, _ id: String) -> Problem? {
        guard let found else { return Problem(.notFound, .notFound, "\(type)/\(id) is not known.") }
        guard found.content == nil else { return nil }
        return Problem(
            .gone(version: found.version), .deleted,
            "\(type)/\(id) was deleted by version \(found.version); earlier versions are in its history.")
    }
}

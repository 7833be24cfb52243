import FHIR
import Store

extension Exchange {
    /// The current version of a resource (R4 §3.1.0.2). Audited, also when there is none.
    public func read(_ type: ResourceType, _ id: String, origin: Origin) async throws(Problem) -> StoredVersion {
        let found = try await look(type, id)
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
        } catch let error as StoreError {
            throw Problem(error)
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(.internalError, .exception, String(describing: error))
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

    /// The versions of one resource, newest first (R4 §3.1.0.12). Audited.
    public func history(
        _ type: ResourceType, _ id: String, before: Int32 = .max, since: Int64 = 0, count: Int, origin: Origin
    ) async throws(Problem) -> History {
        do {
            var versions = try await store.history(type, id, before: before, since: since, count: count + 1)
            var total = try await store.versionCount(type, id, since: since)
            if type == .auditEvent, total == nil, let own = try await look(type, id) {
                versions = [own]
                total = 1
            }
            try await note(.historyInstance, status: total == nil ? 404 : 200, type: type, id: id, origin: origin)
            guard let total else { throw Problem(.notFound, .notFound, "\(type)/\(id) is not known.").noted }
            let next = versions.count > count ? versions[count - 1].version : nil
            return History(versions: Array(versions.prefix(count)), total: total, next: next)
        } catch let error as StoreError {
            throw Problem(error)
        } catch let error as Problem {
            throw error
        } catch {
            throw Problem(.internalError, .exception, String(describing: error))
        }
    }

    /// A page of a resource's history.
    public struct History: Sendable {
        public let versions: [StoredVersion]
        /// How many versions `since` lets in, on this page and others.
        public let total: Int
        /// The version below which the next page begins; nil on the last page.
        public let next: Int32?

        public init(versions: [StoredVersion], total: Int, next: Int32?) {
            self.versions = versions
            self.total = total
            self.next = next
        }
    }

    /// The current version without an audit entry; entries of the audit are read as AuditEvents.
    func look(_ type: ResourceType, _ id: String) async throws(Problem) -> StoredVersion? {
        do {
            if type == .auditEvent, let number = AuditRecord.number(ofID: id) {
                return try await store.auditRecord(number).map(\.asAuditEvent)
            }
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

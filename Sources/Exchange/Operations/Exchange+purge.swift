import FHIR
import Store

/// What is to be erased.
public struct PurgeRequest: Sendable {
    public let type: ResourceType
    public let id: String
    /// Of a patient: all that belongs to its compartment and to nobody else's.
    public var compartment = false
    /// The contents of the messages that wrote what is erased.
    public var messages = false

    public init(_ type: ResourceType, _ id: String) {
        self.type = type
        self.id = id
    }
}

/// What an erasure did, and what it left.
public struct PurgeOutcome: Sendable {
    public let result: PurgeResult
    /// Results of exports and of other jobs that held some of it: they were removed.
    public let removedJobs: Int
    /// Jobs that were at work and may have read some of it: they were begun again.
    public let restartedJobs: Int
    /// The types of what was erased.
    public let types: Set<ResourceType>
    /// Resources that belong to other patients too, `Type/id`.
    public let shared: [String]
}

extension Exchange {
    /// Erases a resource: it is deleted like every other, so that the domain frees what it held and references are minded;
    /// then all its versions leave the record. The audit says for each what was erased by whom. An interruption between
    /// the two leaves a deletion, and asking again erases it.
    ///
    /// - Parameters:
    ///   - permits: whether resources of a type may be deleted at all.
    ///   - asked: what the audit shows as the query.
    ///   - unpack: inflates a piece of a job's file, whose number of bytes it gets.
    public func purge(
        _ request: PurgeRequest, permits: (ResourceType) -> Bool, asked: String, origin: Origin,
        unpack: ([UInt8], Int) -> [UInt8]?
    ) async throws(Problem) -> PurgeOutcome {
        guard let found = try await look(request.type, request.id) else {
            throw Problem(.notFound, .notFound, "\(request.type)/\(request.id) is not known.")
        }
        var members = Members(living: [], deleted: [], shared: [])
        if request.compartment {
            guard request.type == .patient else {
                throw Problem(
                    .invalid, .notSupported, "compartment=true is for a Patient, not for a \(request.type).",
                    at: "http.compartment")
            }
            members = try await self.members(ofPatient: request.id, permits)
        }
        if found.content == nil {
            members.deleted.append((request.type, request.id))
        } else {
            members.living.append((request.type, request.id))
        }
        if !members.living.isEmpty {
            _ = try await write(
                members.living.map { WriteRequest(.delete(.id($0.id), ifMatch: nil), type: $0.type, resource: nil) },
                origin: origin)
        }
        let all = members.living + members.deleted
        do {
            let result = try await store.purge(all, withMessages: request.messages, asked: asked, origin: origin)
            let jobs = try await eraseFromJobs(all, unpack)
            return PurgeOutcome(
                result: result, removedJobs: jobs.removed, restartedJobs: jobs.restarted,
                types: Set(all.map(\.type)), shared: members.shared)
        } catch {
            throw Problem(error)
        }
    }

    private struct Members {
        var living: [(type: ResourceType, id: String)]
        var deleted: [(type: ResourceType, id: String)]
        var shared: [String]
    }

    /// What belongs to a patient's compartment, without the patient: current resources by the compartment's definition,
    /// deleted ones where they referred to the patient at last.
    private func members(
        ofPatient id: String, _ permits: (ResourceType) -> Bool
    ) async throws(Problem) -> Members {
        let name = "Patient/\(id)"
        let types = ResourceType.all.filter {
            $0 != .patient && R4.table.compartment(.patient, mayContain: $0) && permits($0)
        }
        guard let membership = SearchScope.compartment(.patient, id: id, nil).membership(of: types) else {
            return Members(living: [], deleted: [], shared: [])
        }
        var members = Members(living: [], deleted: [], shared: [])
        do {
            var request = SearchRequest(types: types, expression: membership, count: limits.maximumPage)
            repeat {
                let page = try await store.search(request)
                for match in page.matches {
                    if Self.patients(match.content ?? []).allSatisfy({ $0 == name }) {
                        members.living.append((match.type, match.id))
                    } else {
                        members.shared.append("\(match.type)/\(match.id)")
                    }
                }
                guard members.living.count < limits.bundleEntries else { throw Self.tooMuch(limits.bundleEntries) }
                request.page = page.next
            } while request.page != nil
            let gone = try await store.deleted(types, holding: "\"\(name)\"", limit: limits.bundleEntries)
            guard gone.count < limits.bundleEntries else { throw Self.tooMuch(limits.bundleEntries) }
            for resource in gone {
                if Self.patients(resource.content).allSatisfy({ $0 == name }) {
                    members.deleted.append((resource.type, resource.id))
                } else {
                    members.shared.append("\(resource.type)/\(resource.id)")
                }
            }
        } catch {
            throw Problem(of: error)
        }
        return members
    }

    /// The patients that a resource refers to by relative references.
    private static func patients(_ content: [UInt8]) -> [String] {
        guard let document = try? JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max)) else { return [] }
        return ReferenceScan.references(in: document.root).filter { $0.hasPrefix("Patient/") }.map { text in
            String(text.split(separator: "/").prefix(2).joined(separator: "/"))
        }
    }

    private static func tooMuch(_ limit: Int) -> Problem {
        Problem(
            .tooLarge, .tooCostly,
            "More than \(limit) resources belong to the patient; erase some of them one by one before.")
    }
}

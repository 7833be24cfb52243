import Exchange
import FHIR

// $meta: https://hl7.org/fhir/R4/resource-operation-meta.html
// $meta-add, $meta-delete: https://hl7.org/fhir/R4/resource-operation-meta-add.html, …-meta-delete.html
extension FHIRService {
    /// Of an instance its own meta; of a type or the system all profiles, tags and security labels that are in use.
    func meta(_ call: OperationCall) async throws -> Answer {
        _ = try call.input()
        if let stored = try await stored(call) { return try await answer(call, Self.parameters(of: stored.root)) }
        let used = try await exchange.metaInUse(call.type)
        var answer = ParametersBuilder()
        answer.add("return", "valueMeta", try FHIRRequest.document(json: used, limit: .max).root)
        return try await self.answer(call, answer.json())
    }

    func metaAdd(_ call: OperationCall) async throws -> Answer { try await changeMeta(.add, call) }

    func metaDelete(_ call: OperationCall) async throws -> Answer { try await changeMeta(.delete, call) }

    /// Labels decide who may see what, and profiles what is asked of content: a change of them is a version like every
    /// other, so that the history says since when it is so. What changes nothing makes none.
    private func changeMeta(_ kind: MetaChange.Kind, _ call: OperationCall) async throws -> Answer {
        guard let type = call.type, let id = call.id else {
            throw Problem(.notFound, .notSupported, "$\(call.operation.name) is for an instance.")
        }
        if let refusal = permission(.update, type) { throw refusal }
        guard let meta = try call.input().node("meta") else {
            throw Problem(
                .invalid, .required, "Give the profiles, tags or security labels as the parameter meta.",
                at: "Parameters.parameter")
        }
        let change: MetaChange
        do {
            change = try MetaChange(kind, meta)
        } catch {
            throw Problem(.invalid, [error])
        }
        var attempts = 0
        while true {
            let current = try await exchange.read(type, id, origin: call.request.origin)
            let document = try FHIRRequest.document(json: current.rendered() ?? [], limit: .max)
            guard let bytes = change.apply(to: document.root) else {
                return try await answer(call, Self.parameters(of: document.root))
            }
            let changed = try FHIRRequest.document(json: bytes, limit: .max)
            _ = try validation.check(changed, as: type)
            do {
                let written = try await exchange.write(
                    [
                        WriteRequest(
                            .update(.id(id), ifMatch: current.version, ifNoneMatch: false), type: type,
                            resource: changed.root)
                    ], origin: call.request.origin)
                await validation.noteWritten([type])
                let resource = try FHIRRequest.document(json: written.first?.resource ?? bytes, limit: .max)
                return try await answer(call, Self.parameters(of: resource.root))
            } catch let problem as Problem where problem.kind == .preconditionFailed && attempts < 5 {
                // Somebody else has written in between: the change is made on what is there now.
                attempts += 1
            }
        }
    }

    private static func parameters(of resource: JSONNode) -> [UInt8] {
        var answer = ParametersBuilder()
        if let meta = resource["meta"] { answer.add("return", "valueMeta", meta) }
        return answer.json()
    }
}

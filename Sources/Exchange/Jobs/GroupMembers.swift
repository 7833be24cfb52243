import FHIR
import Store

/// Who is in a group, as it was at an instant: members that are inactive are left out, members of member groups are
/// members.
public struct GroupMembers: Sendable {
    let store: Store
    /// Microseconds since 1970 UTC.
    let moment: Int64

    public init(store: Store, moment: Int64) {
        self.store = store
        self.moment = moment
    }

    /// The ids of its patients; of groups that are not there, none.
    public func patients(of group: String) async throws -> Set<String> {
        var patients: Set<String> = []
        var seen: Set<String> = [group]
        var waiting = [group]
        while let next = waiting.popLast() {
            guard let content = try await store.read(.group, next, asOf: moment)?.content else { continue }
            let root = try JSONDocument.parse(content).root
            for member in root.elements("member") where member["inactive"]?.bool != true {
                guard let (type, id) = target(of: member["entity"]) else { continue }
                if type == .patient { patients.insert(id) }
                if type == .group, seen.insert(id).inserted { waiting.append(id) }
            }
        }
        return patients
    }

    /// The local resource that a reference names.
    private func target(of reference: JSONNode?) -> (ResourceType, String)? {
        guard var text = reference?["reference"]?.string else { return nil }
        if let base = store.baseURL, text.hasPrefix(base + "/") { text.removeFirst(base.count + 1) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 || (parts.count == 4 && parts[2] == "_history"),
            let type = ResourceType(String(parts[0]))
        else { return nil }
        return (type, String(parts[1]))
    }
}

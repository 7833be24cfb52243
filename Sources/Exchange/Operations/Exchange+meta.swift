import FHIR
import Store

extension Exchange {
    /// The profiles, tags and security labels that resources of a type, or of all, have: as JSON of a Meta.
    public func metaInUse(_ type: ResourceType?) async throws(Problem) -> [UInt8] {
        let used: MetaInUse
        do {
            used = try await store.metaInUse(type)
        } catch {
            throw Problem(error)
        }
        var json = JSONBuilder()
        json.object { json in
            for (name, values) in [("profile", used.profiles), ("security", used.security), ("tag", used.tags)] {
                guard !values.isEmpty else { continue }
                json.key(name)
                json.array { json in for value in values { json.value(raw: value.utf8) } }
            }
        }
        return json.bytes
    }
}

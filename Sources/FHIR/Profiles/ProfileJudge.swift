/// Lets a ``ResourceValidator`` judge by profiles in the same go.
///
/// ```swift
/// let judge = ProfileJudge(profiles, against: ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient"])
/// let result = ResourceValidator(judge: judge).validate(document)
/// ```
public struct ProfileJudge: ResourceJudge {
    public let profiles: ProfileSet
    /// What the outermost resource is judged by whatever it claims.
    public let urls: [String]
    public let policy: ProfilePolicy

    public init(_ profiles: ProfileSet, against urls: [String] = [], policy: ProfilePolicy = .default) {
        self.profiles = profiles
        self.urls = urls
        self.policy = policy
    }

    public func judge(_ resource: JSONNode, container: JSONNode, report: (JSONNode, Issue) -> Void) {
        // The resources inside are judged with the outermost one, which knows what references in a Bundle lead to.
        guard resource.index == 0 else { return }
        for (index, issue) in profiles.judge(resource, against: urls, claims: true, policy: policy) {
            report(resource.document.node(at: Int32(truncatingIfNeeded: index)), issue)
        }
    }
}

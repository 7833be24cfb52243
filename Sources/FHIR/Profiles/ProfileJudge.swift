/// Has profiles judge a document beside the base specification (``ResourceValidator/judge``).
public struct ProfileJudge: ResourceJudge {
    private let profiles: ProfileSet
    private let given: [String]
    private let policy: ProfilePolicy

    /// - Parameters:
    ///   - profiles: what is known; what a resource claims (`meta.profile`) is asked of it.
    ///   - given: canonicals that the outermost resource is judged by beside those.
    public init(_ profiles: ProfileSet, given: [String] = [], policy: ProfilePolicy = .default) {
        self.profiles = profiles
        self.given = given
        self.policy = policy
    }

    /// The outermost resource is judged with all that is in it, the others by that already.
    public func judge(_ resource: JSONNode, container: JSONNode, report: (JSONNode, Issue) -> Void) {
        guard resource.index == 0 else { return }
        for (index, issue) in profiles.findings(resource, against: given, claims: true, policy: policy) {
            let place = min(index, resource.document.tapeCount - 1)
            report(resource.document.node(at: Int32(truncatingIfNeeded: place)), issue)
        }
    }
}

/// The profiles, extensions and value sets that resources are judged by, made once out of definitions and never changed:
/// it can be shared between threads.
///
/// ```swift
/// let profiles = ProfileSet(files: files)           // (name, bytes) of a package, of a folder, of both
/// for problem in profiles.problems { log(problem) } // what could not be used, and why
/// let issues = profiles.validate(document.root)     // by meta.profile
/// ```
///
/// It knows rules, not JSON: of a definition only what it asks for beyond R4 is kept, and of a value set its codes.
/// Definitions without snapshot are kept as they came, too, because their base may be given later.
public struct ProfileSet: Sendable {
    /// All that can be used, in the order in which they came.
    public internal(set) var profiles: [Profile] = []
    /// What could not be used, or not all of it, and why.
    public internal(set) var problems: [Issue] = []
    /// The profiles' places by url and by `url|version`.
    var places: [String: Int] = [:]
    /// Why definitions were refused, by url.
    var refusals: [String: String] = [:]
    var terminology = Terminology()
    /// The code systems, value sets and concept maps that came with them, over R4's own: for terminology operations.
    public internal(set) var definitions = TerminologySet.r4
    var expressions = ConstraintExpressions()
    /// Definitions whose rules follow from their base, by url.
    var differentials: [String: ProfileDefinition] = [:]

    /// A set without definitions but R4's own. Nothing is asked of any resource.
    public init() {
        self.init(files: [])
    }

    /// - Parameter files: JSON resources with a name for messages, `ValueSet/42` for one that is stored. Other resources
    ///   than StructureDefinitions, ValueSets, CodeSystems and ConceptMaps are passed over without a word, as packages
    ///   hold all sorts of files; what is no JSON is a problem.
    public init(files: [(name: String, bytes: [UInt8])]) {
        var loader = ProfileLoader()
        for definition in CoreRules.definitions { loader.add(Array(definition.utf8), name: "R4") }
        for file in files { loader.add(file.bytes, name: file.name) }
        loader.finish(into: &self)
    }

    /// The set with another StructureDefinition, ValueSet or CodeSystem, in place of one of the same url if there is one.
    /// Profiles without snapshot that stand over it are made anew.
    public func adding(_ resource: JSONNode) -> ProfileSet {
        var loader = ProfileLoader()
        loader.add(resource)
        var next = self
        loader.finish(into: &next)
        return next
    }

    /// The set with further files, as ``init(files:)`` takes them; they take the place of what has the same url.
    public func adding(files: [(name: String, bytes: [UInt8])]) -> ProfileSet {
        var loader = ProfileLoader()
        for file in files { loader.add(file.bytes, name: file.name) }
        var next = self
        loader.finish(into: &next)
        return next
    }

    /// A profile by its canonical, with or without version. Of a version that is not there, another is given.
    public func profile(_ canonical: String) -> Profile? {
        number(of: Canonical(canonical)).map { profiles[$0] }
    }

    func number(of canonical: Canonical) -> Int? {
        if let version = canonical.version, let exact = places["\(canonical.url)|\(version)"] { return exact }
        return places[canonical.url]
    }

    /// What profiles ask of a resource that it does not fulfil, in the order of the document. The shape of the resource
    /// and R4's own rules are judged elsewhere (``ShapeValidator``).
    ///
    /// - Parameters:
    ///   - resource: the outermost value of a document, or any resource in it.
    ///   - urls: canonicals of profiles that it is judged by in any case.
    ///   - claims: whether it and the resources inside it are judged by what their `meta.profile` claims, too.
    public func validate(
        _ resource: JSONNode, against urls: [String] = [], claims: Bool = true, policy: ProfilePolicy = .default
    ) -> [Issue] {
        judge(resource, against: urls, claims: claims, policy: policy).map(\.issue)
    }

    /// The same, each with the tape index of its place in the document.
    func judge(
        _ resource: JSONNode, against urls: [String], claims: Bool, policy: ProfilePolicy
    ) -> [(index: Int, issue: Issue)] {
        let document = resource.document
        return document.bytes.withUnsafeBufferPointer { text in
            var run = ProfileRun(document, text, set: self, policy: policy)
            let index = Int(resource.index)
            // What is no resource has been told by the validation of its shape.
            guard let type = run.resourceType(index) else { return [] }
            let scope = JudgementScope(resource: index, container: index, bundle: -1)
            run.judgeResource(index, type: type, element: FactTable.none, scope, given: urls, claims: claims)
            return run.issues()
        }
    }
}

import CFacts

/// One judgement of a document by profiles: walks the trees of rules beside the document's tape.
///
/// It calls itself as deep as the document nests and, on one and the same element, as often as profiles refer to one
/// another: each profile judges an element once, and `depth` bounds the rest.
struct ProfileRun {
    let set: ProfileSet
    let policy: ProfilePolicy
    let document: JSONDocument
    let tape: UnsafePointer<JSONTapeEntry>
    let text: UnsafeBufferPointer<UInt8>
    let facts = R4.table.facts
    let kinds = JudgedTypes.shared

    let findings = ProfileFindings()
    /// The rules applied so far, against ``ProfilePolicy/maximumSteps``.
    var steps = 0
    var depth = 0
    static let maximumDepth = 400

    /// Which profile has judged, or is judging, which element.
    var judged: Set<ProfileOnElement> = []
    /// Why an element does not conform to a profile; empty if it does, and while that is being found out.
    var conformance: [ProfileOnElement: String] = [:]
    /// Judgements around this one, see ``ProfileSet/equip(_:)``.
    var nesting = 0
    /// Made when the first constraint is met.
    var evaluator: FHIRPathEvaluator?
    var bundles: [Int: BundleIndex] = [:]

    struct ProfileOnElement: Hashable {
        let profile: Int
        let place: Int
    }

    /// - Parameter text: the document's bytes, which its caller lends for the run.
    init(_ document: JSONDocument, _ text: UnsafeBufferPointer<UInt8>, set: ProfileSet, policy: ProfilePolicy) {
        self.set = set
        self.policy = policy
        self.document = document
        self.text = text
        tape = document.tape
    }

    /// Whether nothing more is to be found out: the budget is spent, or one error is enough.
    @inline(__always)
    var isOver: Bool { findings.silence > 0 && findings.silentErrors > 0 || steps > policy.maximumSteps }

    // MARK: Reports

    func report(
        _ code: IssueType, at index: Int, missing: String? = nil, by rule: (profile: Int, node: Int)?,
        severity: Issue.Severity = .error, _ text: @autoclosure () -> String
    ) {
        if findings.silence > 0 {
            guard severity <= .error else { return }
            findings.silentErrors += 1
            if findings.firstSilentError.isEmpty { findings.firstSilentError = text() }
            return
        }
        var source = ""
        if let rule {
            let profile = set.profiles[rule.profile]
            source = "\(profile.url)\(profile.version.map { "|\($0)" } ?? ""), \(profile.tree.id(of: rule.node))"
        }
        findings.add(severity, code, at: index, missing: missing, text: text(), source: source)
    }

    /// Says once per document that something is not known.
    func tell(
        _ unknown: String, _ code: IssueType, at index: Int, severity: Issue.Severity, _ text: @autoclosure () -> String
    ) {
        guard findings.silence == 0, findings.told.insert(unknown).inserted else { return }
        findings.add(severity, code, at: index, missing: nil, text: text(), source: "")
    }

    func issues() -> [(index: Int, issue: Issue)] {
        if steps > policy.maximumSteps {
            findings.add(
                .error, .tooCostly, at: 0, missing: nil,
                text:
                    "The profiles ask for so much of this resource that the judgement was given up. Send it in parts, or without the profiles that slice long lists.",
                source: "")
        }
        return findings.issues(of: document, limit: policy.limit)
    }
}

/// The numbers of some types that the judgement treats in their own way.
struct JudgedTypes: Sendable {
    static let shared = JudgedTypes()

    let resource = R4.table.type("Resource")?.number ?? FactTable.none
    let reference = R4.table.type("Reference")?.number ?? FactTable.none
    let `extension` = R4.table.type("Extension")?.number ?? FactTable.none
    let coding = R4.table.type("Coding")?.number ?? FactTable.none
    let codeableConcept = R4.table.type("CodeableConcept")?.number ?? FactTable.none
    let quantity = R4.table.type("Quantity")
    let bundle = R4.table.type("Bundle")?.number ?? FactTable.none
}

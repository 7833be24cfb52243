import FHIR
import Store

/// Writes of which it is known what they concern, with the links between them.
struct WritePlan: Sendable {
    private(set) var steps: [WriteStep]
    private(set) var links: WriteLinks
    /// What must be rewritten, step by step.
    private var findings: [[ReferenceScan.Finding]]
    /// Conditional references, each once: `Type?criteria`.
    let conditionals: [String]
    /// Some reference may want the version of its target.
    let asksForVersions: Bool
    /// The links of each step that has its own.
    private var apart: [WriteLinks] = []

    init(_ steps: [WriteStep], _ links: WriteLinks) throws(Problem) {
        try Self.refuseOverlaps(steps)
        var links = links
        for step in steps where step.request.fullURL != nil { links.point(step.request, at: step.id) }
        var conditionals: Set<String> = []
        var asksForVersions = false
        var findings: [[ReferenceScan.Finding]] = []
        findings.reserveCapacity(steps.count)
        for step in steps {
            let found = try links.findings(in: step, asksForVersions: &asksForVersions)
            for finding in found where finding.kind == .reference && WriteLinks.isConditional(finding.text) {
                conditionals.insert(finding.text)
            }
            findings.append(found)
        }
        self.steps = steps
        self.links = links
        self.findings = findings
        self.conditionals = conditionals.sorted()
        self.asksForVersions = asksForVersions
    }

    /// The plan of requests that need no look; nil where one does.
    init?(_ requests: [WriteRequest], makeID: () -> String) throws(Problem) {
        var steps: [WriteStep] = []
        steps.reserveCapacity(requests.count)
        for (position, request) in requests.enumerated() {
            guard let step = WriteStep(position, request, makeID: makeID) else { return nil }
            steps.append(step)
        }
        try self.init(steps, WriteLinks(requests))
    }

    /// The plan of steps that have nothing to do with each other: links lead to no other entry.
    init(apart steps: [WriteStep]) throws(Problem) {
        try Self.refuseOverlaps(steps)
        self.steps = steps
        links = try WriteLinks([])
        var asksForVersions = false
        var findings: [[ReferenceScan.Finding]] = []
        var ownLinks: [WriteLinks] = []
        for step in steps {
            var own = try WriteLinks([step.request])
            own.point(step.request, at: step.id)
            findings.append(try own.findings(in: step, asksForVersions: &asksForVersions))
            ownLinks.append(own)
        }
        self.findings = findings
        conditionals = []
        self.asksForVersions = asksForVersions
        apart = ownLinks
    }

    /// What is in the record and will be changed or deleted, `Type/id`.
    var touched: Set<String> { Set(steps.lazy.filter { !$0.isFresh }.map(\.name)) }

    /// A transaction may touch a resource once (R4 §3.1.0.11.2), by whatever name.
    private static func refuseOverlaps(_ steps: [WriteStep]) throws(Problem) {
        guard steps.count > 1 else { return }
        var seen: Set<String> = []
        for step in steps where !step.isFresh && !seen.insert(step.name).inserted {
            throw Problem(
                .invalid, .duplicate,
                "The transaction writes \(step.name) twice; each resource may be touched once.",
                at: step.request.place.map { $0 + ".request.url" })
        }
    }

    /// The stored form of a step's resource, its links rewritten.
    func content(of index: Int, conditionals found: [String: String] = [:]) -> [UInt8]? {
        (apart.isEmpty ? links : apart[index]).content(of: steps[index], findings[index], conditionals: found)
    }

    func drafts(conditionals found: [String: String] = [:]) -> [WriteDraft] {
        steps.indices.map { steps[$0].draft(content(of: $0, conditionals: found)) }
    }

    /// Where a conditional reference stands.
    func place(of conditional: String) -> String? {
        let index = findings.firstIndex { $0.contains { $0.text == conditional } }
        return index.flatMap { steps[$0].request.place.map { $0 + ".resource" } }
    }
}

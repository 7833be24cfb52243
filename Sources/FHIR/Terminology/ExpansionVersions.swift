/// Which versions of code systems an expansion takes, and which systems it leaves out (R4 `$expand`: system-version,
/// check-system-version, force-system-version, exclude-system; each `system|version`).
public struct ExpansionVersions: Sendable {
    /// Where the value set names none.
    public var defaults: [Canonical] = []
    /// The value set must name no other.
    public var checked: [Canonical] = []
    /// Whatever the value set names.
    public var forced: [Canonical] = []
    public var excluded: [Canonical] = []

    public init() {}

    /// The version to take; nil for any.
    func version(of system: String, asked: String?, at place: String) throws(TerminologyProblem) -> String? {
        if let forced = Self.version(of: system, in: forced) { return forced }
        let checked = Self.version(of: system, in: checked)
        if let checked, let asked, checked != asked {
            throw .unsupported(
                "The value set asks for version \(asked) of \(system); check-system-version allows only \(checked).",
                at: place)
        }
        return asked ?? checked ?? Self.version(of: system, in: defaults)
    }

    func excludes(_ code: ExpandedCode) -> Bool {
        excluded.contains { $0.url == code.system && ($0.version == nil || $0.version == code.version) }
    }

    private static func version(of system: String, in list: [Canonical]) -> String? {
        list.first { $0.url == system }?.version
    }
}

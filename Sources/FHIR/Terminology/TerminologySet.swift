/// The code systems, value sets and concept maps that are known: R4's own, and those that were added.
///
/// ```swift
/// let known = TerminologySet.r4.adding([ValueSet and CodeSystem resources])
/// known.codeSystem("http://hl7.org/fhir/administrative-gender")?.display(of: "male")   // "Male"
/// ```
///
/// A value: it can be shared between threads. Definitions lie packed; those that are used are read, and kept for a while.
public struct TerminologySet: Sendable {
    private struct Key: Hashable {
        let kind: TerminologyDefinition.Kind
        let url: String
    }

    private struct Entry {
        let definition: TerminologyDefinition
        /// What was added later stands above what was there.
        let layer: Int
    }

    private var entries: [Key: [Entry]] = [:]
    /// Those that are stored resources, as `ValueSet/42`.
    private var stored: [String: TerminologyDefinition] = [:]
    /// The urls of "all codes of …" (CodeSystem.valueSet), with the system.
    private var wholes: [String: String] = [:]
    private var layer = 0
    /// What lies packed beside R4's own, in bytes.
    private var packedBytes = 0

    /// As much as all of a nation's value sets, and some code systems of a hundred thousand codes, take packed.
    static let maximumPackedBytes = 256 << 20

    /// What R4 itself defines.
    public static let r4 = {
        var set = TerminologySet()
        for definition in TerminologyTable.shared.definitions { set.insert(definition) }
        return set
    }()

    private init() {}

    /// Begins a new layer: what is put from now on comes before what is there, whatever its version.
    mutating func beginLayer() { layer += 1 }

    /// Takes a CodeSystem, ValueSet or ConceptMap; all else is passed over.
    ///
    /// - Parameter name: `ValueSet/42` for one that is stored.
    /// - Throws: where there is no room for more.
    mutating func put(_ resource: JSONNode, name: String) throws(Issue) {
        guard let definition = TerminologyDefinition(resource) else { return }
        guard packedBytes + definition.packedBytes <= Self.maximumPackedBytes else {
            throw Issue(
                .tooCostly,
                "\(name) (\(definition.url ?? "without url")) was left out of terminology operations: all definitions together take more than \(Self.maximumPackedBytes >> 20) MB, packed.",
                severity: .warning)
        }
        packedBytes += definition.packedBytes
        insert(definition)
        if name == "\(definition.kind.type)/\(resource["id"]?.string ?? "")" { stored[name] = definition }
        if definition.kind == .codeSystem, let whole = resource["valueSet"]?.string, let url = definition.url {
            wholes[Canonical(whole).url] = url
        }
    }

    private mutating func insert(_ definition: TerminologyDefinition) {
        guard let url = definition.url else { return }
        entries[Key(kind: definition.kind, url: url), default: []].append(Entry(definition: definition, layer: layer))
    }

    // MARK: Looking

    /// By url, with or without `|version`; of several versions the one that was added last, of those added together the
    /// highest. nil if there is none, also if only other versions are there.
    public func codeSystem(_ canonical: String, version: String? = nil) -> CodeSystem? {
        guard case .codeSystem(let view)? = view(.codeSystem, canonical, version) else { return nil }
        return view
    }

    /// By url, or by the reference of one that is stored (`ValueSet/42`); see ``codeSystem(_:version:)``. A url that a
    /// code system gives as that of all its codes is one.
    public func valueSet(_ canonical: String, version: String? = nil) -> ValueSet? {
        if case .valueSet(let view)? = view(.valueSet, canonical, version) { return view }
        guard version == nil, let system = wholes[Canonical(canonical).url] else { return nil }
        return ValueSet(allOf: system, url: Canonical(canonical).url)
    }

    /// By url; see ``codeSystem(_:version:)``.
    public func conceptMap(_ canonical: String, version: String? = nil) -> ConceptMap? {
        guard case .conceptMap(let view)? = view(.conceptMap, canonical, version) else { return nil }
        return view
    }

    /// All concept maps, the preferred one of each url, in the order of their urls.
    public var conceptMaps: [ConceptMap] {
        entries.keys.filter { $0.kind == .conceptMap }.map(\.url).sorted().compactMap { conceptMap($0) }
    }

    /// The versions that are there of a url; empty where it is not known at all.
    public func versions(_ kind: TerminologyDefinition.Kind, _ canonical: String) -> [String] {
        (entries[Key(kind: kind, url: Canonical(canonical).url)] ?? []).compactMap(\.definition.version)
    }

    /// What somebody probably meant by a url that is not known.
    public func nearest(_ kind: TerminologyDefinition.Kind, to url: String) -> String? {
        NearestName.of(url, among: entries.keys.filter { $0.kind == kind }.map(\.url).sorted())
    }

    private func view(
        _ kind: TerminologyDefinition.Kind, _ text: String, _ asked: String?
    ) -> TerminologyViews.View? {
        if let own = stored[text], own.kind == kind { return TerminologyViews.shared.view(of: own) }
        let canonical = Canonical(text)
        let version = asked ?? canonical.version
        let candidates = (entries[Key(kind: kind, url: canonical.url)] ?? []).filter {
            version == nil || $0.definition.version == version
        }
        // The last of equal ones, which replaced the others.
        var best: Entry?
        for next in candidates {
            if let known = best, Self.isAbove(known, next) { continue }
            best = next
        }
        return best.flatMap { TerminologyViews.shared.view(of: $0.definition) }
    }

    private static func isAbove(_ left: Entry, _ right: Entry) -> Bool {
        guard left.layer == right.layer else { return left.layer > right.layer }
        return Version(right.definition.version) < Version(left.definition.version)
    }

    /// A business version, compared piece by piece, numbers as numbers.
    private struct Version: Comparable {
        let pieces: [String]

        init(_ text: String?) {
            pieces = (text ?? "").split { !$0.isLetter && !$0.isNumber }.map(String.init)
        }

        static func < (left: Version, right: Version) -> Bool {
            for (one, other) in zip(left.pieces, right.pieces) where one != other {
                if let one = Int(one), let other = Int(other) {
                    if one != other { return one < other }
                } else {
                    return one < other
                }
            }
            return left.pieces.count < right.pieces.count
        }
    }
}

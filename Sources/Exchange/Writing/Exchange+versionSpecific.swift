import FHIR
import Store

// References that become version specific: https://hl7.org/fhir/R4/extension-resolve-as-version-specific.html
extension Exchange {
    /// The drafts of a transaction with the versions of their targets in the references that ask for them. What they refer
    /// to stays locked, so that it has that version when the transaction commits.
    ///
    /// - Parameter places: of the drafts that were sent, which come first.
    /// - Throws: 422 where a target is not there, or deleted by the same transaction.
    func versionSpecific(
        _ drafts: [WriteDraft], places: [String?], in transaction: StoreTransaction
    ) async throws -> [WriteDraft] {
        let base = store.baseURL
        let pending = try drafts.enumerated().compactMap { index, draft in
            try VersionedDraft(
                draft, base: base, place: (places.indices.contains(index) ? places[index] : nil) ?? "\(draft.type)",
                index: index)
        }
        let targets = Set(pending.flatMap { $0.targets.values })
        guard !targets.isEmpty else { return drafts }
        let stored = try await transaction.lock(targets.compactMap(Self.parts))
        var versions = TargetVersions(
            stored: Dictionary(stored.map { ("\($0.type)/\($0.id)", $0) }) { first, _ in first },
            written: Dictionary(drafts.map { ("\($0.type)/\($0.id)", $0) }) { first, _ in first },
            open: Set(pending.map { "\($0.draft.type)/\($0.draft.id)" }))
        // A reference that gets another version may change a resource that others of them refer to. What has changed stays
        // so: this ends after as many rounds as there are such resources.
        var drafts = drafts
        var before: [String: Int32]
        repeat {
            before = versions.told
            for draft in pending {
                let content = try draft.content(versions.told(for: draft.targets.values, at: draft.place))
                drafts[draft.index] = drafts[draft.index].holding(content)
                versions.write(drafts[draft.index])
            }
        } while try versions.told(for: targets, at: pending[0].place) != before
        return drafts
    }

    private static func parts(_ name: String) -> (type: ResourceType, id: String)? {
        let parts = name.split(separator: "/")
        return parts.count == 2 ? ResourceType(String(parts[0])).map { ($0, String(parts[1])) } : nil
    }
}

/// A draft some of whose references ask for versions.
private struct VersionedDraft {
    let draft: WriteDraft
    let index: Int
    let place: String
    private let document: JSONDocument
    private let references: [VersionSpecificReference]
    /// What they refer to, `Type/id`, by their texts.
    let targets: [String: String]

    init?(_ draft: WriteDraft, base: String?, place: String, index: Int) throws {
        guard let content = draft.content else { return nil }
        let document = try JSONDocument.parse(content, limits: JSONLimits(maximumBytes: .max))
        var targets: [String: String] = [:]
        let references = VersionSpecificReference.all(in: document.root).filter { reference in
            var text = reference.text[...]
            if let base, text.hasPrefix(base + "/") { text = text.dropFirst(base.utf8.count + 1) }
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            // Elsewhere, contained, or with a version already: there is nothing to be found out.
            guard parts.count == 2, ResourceType(String(parts[0])) != nil else { return false }
            targets[reference.text] = String(text)
            return true
        }
        guard !references.isEmpty else { return nil }
        self.draft = draft
        self.document = document
        self.references = references
        self.targets = targets
        self.index = index
        self.place = place
    }

    /// The stored form with the versions of its targets.
    func content(_ versions: [String: Int32]) -> [UInt8] {
        var edits = JSONEdits()
        for reference in references {
            guard let target = targets[reference.text], let version = versions[target] else { continue }
            edits.replace(reference.node.index, withString: "\(target)/_history/\(version)")
            edits.drop(reference.wish.index)
        }
        return StoredResource(document, type: draft.type, edits: edits).content
    }
}

/// The versions that resources will have when the transaction commits.
private struct TargetVersions {
    private let stored: [String: StoredVersion]
    private var written: [String: WriteDraft]
    /// Those whose own references have no versions yet: they count as unchanged until the contrary is known.
    private var open: Set<String>
    private(set) var told: [String: Int32] = [:]

    init(stored: [String: StoredVersion], written: [String: WriteDraft], open: Set<String>) {
        self.stored = stored
        self.written = written
        self.open = open
    }

    mutating func write(_ draft: WriteDraft) {
        let name = "\(draft.type)/\(draft.id)"
        written[name] = draft
        open.remove(name)
    }

    mutating func told(for names: some Sequence<String>, at place: String) throws(Problem) -> [String: Int32] {
        for name in names { told[name] = try version(of: name, at: place) }
        return told
    }

    private func version(of name: String, at place: String) throws(Problem) -> Int32 {
        let current = stored[name]
        if let draft = written[name], let content = draft.content {
            guard let current else { return 1 }
            // The same bytes again make no version.
            return open.contains(name) && current.content != nil || current.content == content
                ? current.version : current.version + 1
        }
        guard written[name] == nil, let current, current.content != nil else {
            throw Problem(
                .unprocessable, .notFound,
                "A reference to \(name) is to name its version, and that is not there; write it first, or in the same "
                    + "transaction.", at: place)
        }
        return current.version
    }
}

/// What a patch may not change, since the server alone gives it: `resourceType`, `id`, `meta.versionId` and
/// `meta.lastUpdated` (R4 §3.1.0.5, http.html#patch). Testing them is fine, and so is setting them to what they are.
///
/// What counts is the end: operations in between may take `meta` away and give it back.
struct ProtectedElements: Sendable {
    private static let paths: [[[UInt8]]] = [
        ["resourceType"], ["id"], ["_id"], ["meta", "versionId"], ["meta", "_versionId"], ["meta", "lastUpdated"],
        ["meta", "_lastUpdated"],
    ].map { $0.map { Array($0.utf8) } }

    private let originals: [JSONNode?]
    /// The first of the elements that is not as it was, and the operation that changed it.
    private var changed: (position: Int, operation: Int?)?

    init(of resource: JSONNode) {
        let meta = resource["meta"]
        originals = [
            resource["resourceType"], resource["id"], resource["_id"], meta?["versionId"], meta?["_versionId"],
            meta?["lastUpdated"], meta?["_lastUpdated"],
        ]
    }

    /// Whether a change at one of the places may be a change of what is protected.
    static func mayConcern(_ places: [[UInt8]]?...) -> Bool {
        places.contains { place in
            guard let place else { return false }
            guard let first = place.first else { return true }
            return paths.contains { $0[0] == first }
        }
    }

    /// Compares with what is there now.
    mutating func look(at draft: inout JSONDraft, after operation: Int?) throws(DraftFault) {
        for (position, path) in Self.paths.enumerated() {
            let value = try draft.valueIfPresent(at: path)
            let isSame: Bool
            switch (value, originals[position]) {
            case (nil, nil): isSame = true
            case (let value?, let original?): isSame = try draft.isEqual(value, to: original)
            default: isSame = false
            }
            guard isSame else {
                if changed?.position != position { changed = (position, operation) }
                return
            }
        }
        changed = nil
    }

    /// The same for a whole document.
    mutating func look(at resource: JSONNode, after operation: Int?) {
        let now = ProtectedElements(of: resource).originals
        for (position, (value, original)) in zip(now, originals).enumerated() {
            let isSame: Bool
            switch (value, original) {
            case (nil, nil): isSame = true
            case (let value?, let original?):
                isSame =
                    value.document.bytes[value.sourceRange].elementsEqual(original.document.bytes[original.sourceRange])
                    || value.string != nil && value.string == original.string
            default: isSame = false
            }
            guard isSame else {
                if changed?.position != position { changed = (position, operation) }
                return
            }
        }
        changed = nil
    }

    /// - Throws: a fault of kind `resource` if the last look found a change.
    func demandUnchanged() throws(PatchError) {
        guard let changed else { return }
        let path = Self.paths[changed.position].map { String(decoding: $0, as: UTF8.self) }
        let name = path.joined(separator: ".").replacing("_", with: "")
        let type = originals[0]?.string ?? "Resource"
        let who = changed.operation.map { "Operation \($0)" } ?? "The patch"
        let was = originals[changed.position].map { "; it is \(JSONDraft.described($0))" } ?? ""
        let hint =
            path.first == "meta" ? " Patch single elements of meta, such as its tags, rather than meta as a whole." : ""
        throw PatchError(
            .resource,
            Issue(
                .businessRule,
                "\(who) changes \(name), which only the server sets\(was). Leave it as it is.\(hint)",
                at: changed.position == 0 ? type : "\(type).\(name)"),
            operation: changed.operation)
    }
}

extension JSONDraft {
    /// The value that a path leads to; nil if it leads nowhere.
    mutating func valueIfPresent(at path: [[UInt8]]) throws(DraftFault) -> Int32? {
        do throws(DraftFault) {
            return try value(at: path)
        } catch {
            switch error {
            case .tooManySteps, .tooManyValues, .tooLarge: throw error
            case .missing, .scalar, .notAnIndex, .outOfRange, .behindLast, .root: return nil
            }
        }
    }
}

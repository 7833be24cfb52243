/// A list element of FHIR JSON: the array of its values and, for primitives, that of their companions (`_given`), which
/// go together by position (R4 §2.6.2.3).
struct PatchList {
    /// The way to the object that has it.
    let object: [[UInt8]]
    let key: String

    private static let null = (try? JSONDocument.parse(Array("null".utf8)))?.root

    private func path(companion: Bool, _ index: Int? = nil) -> [[UInt8]] {
        let name = (companion ? "_" : "") + key
        return object + [Array(name.utf8)] + (index.map { [Array(String($0).utf8)] } ?? [])
    }

    private func array(companion: Bool, in draft: inout JSONDraft) throws(DraftFault) -> (value: Int32, count: Int)? {
        guard let value = try draft.valueIfPresent(at: path(companion: companion)) else { return nil }
        try draft.open(value)
        guard case .array(let elements) = draft[value] else { throw .notAnIndex(depth: 0) }
        return (value, elements.count)
    }

    func count(in draft: inout JSONDraft) throws(DraftFault) -> Int {
        let values = try array(companion: false, in: &draft)?.count ?? 0
        return max(values, try array(companion: true, in: &draft)?.count ?? 0)
    }

    func insert(
        _ new: FHIRPathPatchValue.Encoded, at index: Int, count: Int, in draft: inout JSONDraft
    ) throws(DraftFault) {
        for (companion, node) in [(false, new.value), (true, new.companion)] {
            let isThere = try draft.valueIfPresent(at: path(companion: companion)) != nil
            guard isThere || node != nil else { continue }
            try pad(companion: companion, to: count, in: &draft)
            guard let node = node ?? Self.null, let array = try array(companion: companion, in: &draft) else {
                continue
            }
            try draft.insert(try draft.insert(node), into: array.value, at: index)
        }
    }

    func replace(
        _ index: Int, with new: FHIRPathPatchValue.Encoded, in draft: inout JSONDraft
    ) throws(DraftFault) {
        for (companion, node) in [(false, new.value), (true, new.companion)] {
            let isThere = try draft.valueIfPresent(at: path(companion: companion)) != nil
            guard isThere || node != nil else { continue }
            try pad(companion: companion, to: index + 1, in: &draft)
            guard let node = node ?? Self.null, let array = try array(companion: companion, in: &draft) else {
                continue
            }
            try draft.replace(index, of: array.value, with: try draft.insert(node))
        }
        try dropNulls(in: &draft)
    }

    func remove(_ index: Int, in draft: inout JSONDraft) throws(DraftFault) {
        for companion in [false, true] {
            guard let array = try array(companion: companion, in: &draft), index < array.count else { continue }
            _ = try draft.take(index, of: array.value)
        }
        try dropNulls(in: &draft)
    }

    /// The element goes to `destination` as counted without it (R4 fhirpatch.html, "Reorder List" of the test cases).
    func move(_ source: Int, to destination: Int, count: Int, in draft: inout JSONDraft) throws(DraftFault) {
        for companion in [false, true] {
            guard try draft.valueIfPresent(at: path(companion: companion)) != nil else { continue }
            try pad(companion: companion, to: count, in: &draft)
            guard let array = try array(companion: companion, in: &draft) else { continue }
            let taken = try draft.take(source, of: array.value)
            try draft.insert(taken, into: array.value, at: destination)
        }
    }

    func padCompanions(to count: Int, in draft: inout JSONDraft) throws(DraftFault) {
        try pad(companion: true, to: count, in: &draft)
    }

    /// Makes the array if it is not there, and fills it with `null` up to a number of elements.
    private func pad(companion: Bool, to count: Int, in draft: inout JSONDraft) throws(DraftFault) {
        if try draft.valueIfPresent(at: path(companion: companion)) == nil {
            try draft.add(try draft.insert(.array([])), at: path(companion: companion))
        }
        guard var array = try array(companion: companion, in: &draft), let null = Self.null else { return }
        while array.count < count {
            try draft.insert(try draft.insert(null), into: array.value, at: array.count)
            array.count += 1
        }
    }

    /// Takes away arrays that hold nothing but nulls.
    private func dropNulls(in draft: inout JSONDraft) throws(DraftFault) {
        for companion in [false, true] {
            guard let array = try array(companion: companion, in: &draft), array.count > 0,
                case .array(let elements) = draft[array.value],
                elements.allSatisfy({ draft.kind(of: $0) == .null })
            else { continue }
            _ = try draft.take(at: path(companion: companion))
        }
    }
}

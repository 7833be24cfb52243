extension FHIRPathChange {
    // MARK: add

    mutating func add(_ name: String, _ value: FHIRPathPatchValue, to place: PatchPlace) throws(PatchError) {
        guard let type = place.type else { throw fail(.processing, "R4 knows no type of the element", at: place) }
        guard let (element, chosen) = type.element(patched: name) else {
            let names = type.elements.map { $0.isChoice ? $0.name + "[x]" : $0.name }
            let hint = NearestName.of(name, among: names).map { "; did you mean \($0)?" } ?? ""
            throw fail(.value, "\(type.name) has no element \(name.quotedStart)\(hint)", at: place)
        }
        let new = try encoded(value, for: element, as: chosen, at: place)
        let object = try self.object(of: place, type)
        if element.isList {
            let owned = PatchList(object: object, key: new.key)
            let count = try edit { draft throws(DraftFault) in try owned.count(in: &draft) }
            return try edit { draft throws(DraftFault) in try owned.insert(new, at: count, count: count, in: &draft) }
        }
        for key in element.keys {
            for name in [key, "_" + key] {
                let present = try edit { draft throws(DraftFault) in
                    try draft.valueIfPresent(at: object + [Array(name.utf8)]) != nil
                }
                if present {
                    throw fail(
                        .duplicate, "\(element.path) is there already and occurs once at most; use replace", at: place)
                }
            }
        }
        try edit { draft throws(DraftFault) in try Self.set(new, of: object, in: &draft) }
    }

    /// The way to the object that has the members of a place: itself, or the companion of a primitive, which is made if
    /// it is not there.
    private mutating func object(of place: PatchPlace, _ type: TypeFact) throws(PatchError) -> [[UInt8]] {
        guard type.primitive != nil, type.primitive != .xhtml else { return place.path }
        let member = place.member(companion: true)
        guard let index = place.index else {
            try edit { draft throws(DraftFault) in
                guard try draft.valueIfPresent(at: member) == nil else { return }
                try draft.add(try draft.insert(.object([])), at: member)
            }
            return member
        }
        let list = PatchList(object: place.owner ?? [], key: place.key)
        try edit { draft throws(DraftFault) in try list.padCompanions(to: index + 1, in: &draft) }
        let path = member + [Array(String(index).utf8)]
        try edit { draft throws(DraftFault) in
            if draft.kind(of: try draft.value(at: path)) == .null {
                try draft.replace(at: path, with: try draft.insert(.object([])))
            }
        }
        return path
    }

    // MARK: insert and move

    mutating func insert(_ value: FHIRPathPatchValue, at index: Int, _ nodes: [Int32]) throws(PatchError) {
        if nodes.isEmpty, index == 0, let (path, name) = operation.path.parent {
            // A list without elements is not there at all; its path says where it would be.
            let owners = try select(path)
            if owners.count == 1 {
                let owner = PatchPlace(of: owners[0], in: document)
                if owner.type?.element(patched: name)?.element.isList == true { return try add(name, value, to: owner) }
            }
        }
        let (place, count) = try list(nodes)
        guard index <= count else {
            throw fail(.value, "the list has \(Self.elements(count)); use an index from 0 to \(count)", at: place)
        }
        guard let element = place.element?.element else {
            throw fail(.processing, "R4 knows no such element", at: place)
        }
        let new = try encoded(value, for: element, as: nil, at: place)
        let owned = PatchList(object: place.owner ?? [], key: place.key)
        try edit { draft throws(DraftFault) in try owned.insert(new, at: index, count: count, in: &draft) }
    }

    mutating func move(_ source: Int, _ destination: Int, _ nodes: [Int32]) throws(PatchError) {
        let (place, count) = try list(nodes)
        for (name, index) in [("source", source), ("destination", destination)] where index >= count {
            throw fail(
                .value, "the list has \(Self.elements(count)); the \(name) must be from 0 to \(count - 1)", at: place)
        }
        let owned = PatchList(object: place.owner ?? [], key: place.key)
        try edit { draft throws(DraftFault) in try owned.move(source, to: destination, count: count, in: &draft) }
    }

    private static func elements(_ count: Int) -> String { count == 1 ? "1 element" : "\(count) elements" }

    // MARK: delete

    mutating func delete(_ place: PatchPlace) throws(PatchError) {
        guard let owner = place.owner else {
            throw fail(.processing, "the resource as a whole cannot be deleted by a patch; use DELETE", at: place)
        }
        if let index = place.index {
            let owned = PatchList(object: owner, key: place.key)
            return try edit { draft throws(DraftFault) in try owned.remove(index, in: &draft) }
        }
        try edit { draft throws(DraftFault) in
            for member in [place.member(), place.member(companion: true)]
            where try draft.valueIfPresent(at: member) != nil {
                _ = try draft.take(at: member)
            }
        }
    }

    // MARK: replace

    mutating func replace(_ place: PatchPlace, with value: FHIRPathPatchValue) throws(PatchError) {
        guard let owner = place.owner else {
            throw fail(.processing, "the resource as a whole cannot be replaced by a patch; use PUT", at: place)
        }
        guard let key = place.element else { throw fail(.processing, "R4 knows no such element", at: place) }
        // Parts say nothing of a choice's type: it stays as it is.
        let chosen: TypeFact? = if case .parts = value { key.type } else { nil }
        let new = try encoded(value, for: key.element, as: chosen, at: place)
        if let index = place.index {
            let owned = PatchList(object: owner, key: place.key)
            return try edit { draft throws(DraftFault) in try owned.replace(index, with: new, in: &draft) }
        }
        try edit { draft throws(DraftFault) in
            for member in [place.member(), place.member(companion: true)]
            where try draft.valueIfPresent(at: member) != nil {
                let stays = new.key == place.key && (member == place.member() ? new.value : new.companion) != nil
                if !stays { _ = try draft.take(at: member) }
            }
            try Self.set(new, of: owner, in: &draft)
        }
    }

    private static func set(
        _ new: FHIRPathPatchValue.Encoded, of object: [[UInt8]], in draft: inout JSONDraft
    ) throws(DraftFault) {
        if let value = new.value {
            try draft.add(try draft.insert(value), at: object + [Array(new.key.utf8)])
        }
        if let companion = new.companion {
            try draft.add(try draft.insert(companion), at: object + [Array("_\(new.key)".utf8)])
        }
    }
}

/// Down to all children, up to the resource that holds a node, across to what a reference points at.
extension FHIRPathEvaluator {
    /// Pushes all children of a value in the order of the document.
    func pushChildren(of value: FHIRPathValue) throws(FHIRPathError) {
        _ = try allChildren(of: value) { child throws(FHIRPathError) in
            try push(child)
            return true
        }
    }

    /// Calls `body` with each child until it answers false; answers false if it did.
    func allChildren(
        of value: FHIRPathValue, _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        try spend()
        guard value.kind == .node else { return true }
        let holder = isPrimitive(value.type) ? value.companion : value.index
        guard holder >= 0 else { return true }
        let source = sources[Int(value.document)]
        let tape = source.tape
        let object = tape[Int(holder)]
        guard object.isObject else { return true }
        let type = TypeFact(number: value.type)
        let hasCompanions = hasCompanions(source, holder, object.next)
        var key = holder &+ 1
        var seen = 0
        while key < object.next {
            let entry = tape[Int(key)]
            seen &+= 1
            if seen & 15 == 0 { try spend() }
            var name = UnsafeBufferPointer(start: source.bytes + entry.content.lowerBound, count: entry.content.count)
            if entry.hasEscapes {
                let (start, length) = resolved(entry, source)
                name = UnsafeBufferPointer(start: start, count: Int(length))
            }
            let found = key &+ 1
            key = tape[Int(found)].next
            if name.first == UInt8(ascii: "_") {
                let plain = UnsafeBufferPointer(rebasing: name[1...])
                // Where the value itself is there, it has taken its companion along.
                guard let known = type.key(plain), member(plain, "", source, holder, object.next) < 0 else { continue }
                if try !emit(-1, found, known.element.number, known.type.number, value.document, body) { return false }
            } else if let known = type.key(name) {
                let companion = hasCompanions ? member(name, "_", source, holder, object.next) : -1
                if try !emit(found, companion, known.element.number, known.type.number, value.document, body) {
                    return false
                }
            }
        }
        return true
    }

    private func hasCompanions(_ source: Source, _ object: Int32, _ end: Int32) -> Bool {
        var key = object &+ 1
        while key < end {
            if source.bytes[Int(source.tape[Int(key)].start) + 1] == UInt8(ascii: "_") { return true }
            key = source.tape[Int(key) &+ 1].next
        }
        return false
    }

    /// The tape index of a member's value by its name behind a prefix; -1 if there is none.
    private func member(
        _ name: UnsafeBufferPointer<UInt8>, _ prefix: StaticString, _ source: Source, _ object: Int32, _ end: Int32
    ) -> Int32 {
        let offset = prefix.utf8CodeUnitCount
        var key = object &+ 1
        while key < end {
            let content = source.tape[Int(key)].content
            if content.count == name.count + offset,
                offset == 0 || source.bytes[content.lowerBound] == prefix.utf8Start[0],
                FHIRPathBytes.equal(source.bytes + content.lowerBound + offset, name)
            {
                return key &+ 1
            }
            key = source.tape[Int(key) &+ 1].next
        }
        return -1
    }

    // MARK: - Upwards

    /// Where a node stands: the resource that holds it, the container of that if it is contained, and the entry of a Bundle.
    struct Place {
        var holder: Int32 = 0
        var root: Int32 = 0
        var entry: Int32 = -1
        /// The Bundle that the entry is of.
        var bundle: Int32 = -1
        /// How many values were passed on the way.
        var passed = 0
    }

    func place(of value: FHIRPathValue) throws(FHIRPathError) -> Place {
        var place = Place()
        let document = documents[Int(value.document)]
        let tape = document.tape
        let index = value.index >= 0 ? value.index : value.companion
        var current: Int32 = 0
        var isContained = false
        var isEntry = false
        while current != index, tape[Int(current)].isContainer {
            let isObject = tape[Int(current)].isObject
            var child = current &+ 1
            let end = tape[Int(current)].next
            while child < end {
                let next = tape[isObject ? Int(child) &+ 1 : Int(child)].next
                if index < next { break }
                child = next
                place.passed += 1
            }
            guard child < end else { break }
            if isObject {
                let key = JSONKey(document: document, index: child)
                isContained = key.equals("contained")
                isEntry = key.equals("entry")
                if index == child { break }
                child = child &+ 1
                if isEntry { place.bundle = current }
            }
            current = child
            guard tape[Int(current)].isObject else { continue }
            if isEntry { place.entry = current }
            if JSONNode(document: document, index: current)["resourceType"] != nil {
                place.holder = current
                if !isContained { place.root = current }
            }
        }
        try spend(1 + place.passed / 16)
        return place
    }

    private func resource(_ document: UInt16, _ index: Int32) -> FHIRPathValue {
        FHIRPathValue(kind: .node, type: resourceType(document, index), document: document, index: index)
    }

    /// `%resource`: the resource that holds a node.
    func holder(of value: FHIRPathValue) throws(FHIRPathError) -> FHIRPathValue {
        guard value.kind == .node, TypeFact(number: value.type).kind != .resource else { return value }
        return resource(value.document, try place(of: value).holder)
    }

    /// `%rootResource`: the container of that, if it is contained.
    func root(of value: FHIRPathValue) throws(FHIRPathError) -> FHIRPathValue {
        value.kind == .node ? resource(value.document, try place(of: value).root) : value
    }

    // MARK: - Across

    /// The resource that a Reference, uri or string points at; nil if it is not found.
    func resolve(_ value: FHIRPathValue) throws(FHIRPathError) -> FHIRPathValue? {
        guard let text = referenceText(value), !text.isEmpty else { return nil }
        let reference = String(decoding: text, as: UTF8.self)
        try spend(1 + text.count / 16)
        let from = value.kind == .node && value.index >= 0 ? node(value).json : nil
        if value.kind == .node {
            if text[0] == UInt8(ascii: "#") { return try contained(String(reference.dropFirst()), value) }
            if let found = try entry(reference, value) { return found }
        }
        guard let found = environment.resolve(reference, from) else { return nil }
        return self.value(FHIRPathNode(resource: found))
    }

    private func referenceText(_ value: FHIRPathValue) -> UnsafeBufferPointer<UInt8>? {
        guard value.kind == .node, value.type == FHIRPathTypes.reference.number else { return stringText(value) }
        guard value.index >= 0, let literal = node(value).json?["reference"] else { return nil }
        var place = value
        place.index = literal.index
        return text(place)
    }

    /// A contained resource by its id; without an id the container.
    private func contained(_ id: String, _ value: FHIRPathValue) throws(FHIRPathError) -> FHIRPathValue? {
        let root = try place(of: value).root
        if id.isEmpty { return resource(value.document, root) }
        let container = JSONNode(document: documents[Int(value.document)], index: root)
        for candidate in container.elements("contained") {
            try spend()
            if candidate["id"]?.equals(id) == true { return resource(value.document, candidate.index) }
        }
        return nil
    }

    /// An entry of the Bundle that holds the value (R4 bundle.html §2.36.4.1).
    private func entry(_ reference: String, _ value: FHIRPathValue) throws(FHIRPathError) -> FHIRPathValue? {
        let document = documents[Int(value.document)]
        let place = try place(of: value)
        guard place.bundle >= 0 else { return nil }
        let bundle = JSONNode(document: document, index: place.bundle)
        if !bundleIndex.isOf(bundle) {
            bundleIndex = FHIRPathBundleIndex(bundle)
            try spend(bundleIndex.count)
        }
        let url = place.entry < 0 ? nil : JSONNode(document: document, index: place.entry)["fullUrl"]?.string
        return bundleIndex.find(reference, from: url).map { resource(value.document, $0) }
    }
}

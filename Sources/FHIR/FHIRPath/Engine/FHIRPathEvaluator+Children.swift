import CFacts

/// A name in a path, ready to be compared with keys.
struct FHIRPathName {
    /// In the constants of the expression.
    let name: UnsafeBufferPointer<UInt8>
    /// Whether some type of R4 has a choice of that name, so that keys which begin with it may be meant.
    let mayBeChoice: Bool
    /// The type for which `knownElement` was looked up, and what its key stands for; no choices.
    let knownOwner: UInt16
    let knownElement: UInt16
    let knownType: UInt16
    /// Whether a type without such an element is an error.
    let isStrict: Bool
}

extension FHIRPathEvaluator {
    /// Calls `body` with each child of a value under a name, until it answers false. Answers false if it did.
    @inline(__always)
    func children(
        of value: FHIRPathValue, _ step: FHIRPathName,
        _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        try spend()
        guard value.kind == .node else { return try childrenOfSystemValue(value, step, body) }
        let isPrimitive = isPrimitive(value.type)
        let holder = isPrimitive ? value.companion : value.index
        guard holder >= 0 else { return try missing(value, step, body) }
        let source = sources[Int(value.document)]
        let tape = source.tape
        let object = tape[Int(holder)]
        guard object.isObject else { return try missing(value, step, body) }
        let length = Int32(truncatingIfNeeded: step.name.count)
        let first = step.name[0]
        var found: Int32 = -1
        var companion: Int32 = -1
        var chosen: ElementKey?
        var key = holder &+ 1
        var seen = 0
        while key < object.next {
            let entry = tape[Int(key)]
            seen &+= 1
            var keyLength = entry.end &- entry.start &- 2
            var start = source.bytes + Int(entry.start) + 1
            if entry.hasEscapes { (start, keyLength) = resolved(entry, source) }
            if keyLength == length, start[0] == first, FHIRPathBytes.equal(start, step.name) {
                found = key &+ 1
                // Only primitives have companions, and no primitive is an object.
                if isComplex(tape, found) { break }
            } else if keyLength == length &+ 1, start[0] == UInt8(ascii: "_"),
                FHIRPathBytes.equal(start + 1, step.name)
            {
                companion = key &+ 1
            } else if step.mayBeChoice, keyLength > length, chosen == nil || chosen?.type.primitive != nil,
                let match = choice(start, Int(keyLength), of: value.type, step)
            {
                if match.isCompanion { companion = key &+ 1 } else { found = key &+ 1 }
                chosen = match.key
            }
            key = tape[Int(key) &+ 1].next
        }
        // Objects with very many members are not gone through for nothing.
        if seen >= 16 { try spend(seen >> 4) }
        if found < 0, companion < 0 { return try missing(value, step, body) }
        let element: UInt16
        let type: UInt16
        if let chosen {
            element = chosen.element.number
            type = chosen.type.number
        } else if value.type == step.knownOwner {
            element = step.knownElement
            type = step.knownType
        } else if let known = TypeFact(number: value.type).key(step.name), !known.element.isChoice {
            element = known.element.number
            type = known.type.number
        } else {
            return try missing(value, step, body)
        }
        return try emit(found, companion, element, type, value.document, body)
    }

    /// The text of a key with escapes, in the arena.
    func resolved(_ entry: JSONTapeEntry, _ source: Source) -> (UnsafePointer<UInt8>, Int32) {
        let raw = UnsafeBufferPointer(start: source.bytes + entry.content.lowerBound, count: entry.content.count)
        charge(1 + raw.count / 16)
        let plain = arena.allocate(max(1, raw.count))
        let count = JSONEscapes.resolve(raw, into: plain)
        return (UnsafePointer(plain.baseAddress.unsafelyUnwrapped), Int32(truncatingIfNeeded: count))
    }

    @inline(__always)
    private func isComplex(_ tape: UnsafePointer<JSONTapeEntry>, _ index: Int32) -> Bool {
        let entry = tape[Int(index)]
        if entry.isObject { return true }
        return entry.isContainer && entry.next > index &+ 1 && tape[Int(index) &+ 1].isObject
    }

    /// Whether a key is that of a choice with the step's name: `valueQuantity`, `_valueString`.
    private func choice(
        _ start: UnsafePointer<UInt8>, _ length: Int, of type: UInt16, _ step: FHIRPathName
    ) -> (key: ElementKey, isCompanion: Bool)? {
        let isCompanion = start[0] == UInt8(ascii: "_")
        let start = isCompanion ? start + 1 : start
        let length = isCompanion ? length - 1 : length
        guard length > step.name.count, start[step.name.count] &- 0x41 < 26, FHIRPathBytes.equal(start, step.name),
            let key = TypeFact(number: type).key(UnsafeBufferPointer(start: start, count: length)),
            key.element.isChoice, FactHash.equal(key.element.nameUTF8, step.name)
        else { return nil }
        return (key, isCompanion)
    }

    /// Hands over what stands under a key: one value, or each of a list, with the companions at the same positions.
    @inline(__always)
    func emit(
        _ found: Int32, _ companion: Int32, _ element: UInt16, _ type: UInt16, _ document: UInt16,
        _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        let tape = sources[Int(document)].tape
        var list = FHIRPathList(tape, found)
        var others = FHIRPathList(tape, companion)
        while true {
            let index = list.next(tape)
            let other = others.next(tape)
            if index < 0, other < 0 {
                if list.isAtEnd, others.isAtEnd { return true }
                try spend()
                continue
            }
            var value = FHIRPathValue(
                kind: .node, type: type, element: element, document: document, index: index, companion: other)
            if type == FHIRPathTypes.resource.number, index >= 0 { value.type = resourceType(document, index) }
            if try !body(value) { return false }
        }
    }

    /// The type that a resource's object says of itself; `Resource` if it says none that R4 has.
    func resourceType(_ document: UInt16, _ index: Int32) -> UInt16 {
        let name = JSONNode(document: documents[Int(document)], index: index)["resourceType"]
        let type = name?.withUTF8 { R4.table.type(utf8: $0) }
        return (type.flatMap { $0 } ?? FHIRPathTypes.resource).number
    }

    /// No such key: nothing, an error, or the system value that a primitive's `value` is.
    private func missing(
        _ value: FHIRPathValue, _ step: FHIRPathName, _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        guard value.type != step.knownOwner else { return true }
        if isPrimitive(value.type), FactHash.equal(step.name, FHIRPathBytes.value) {
            if let system = system(value) { return try body(system) }
            return true
        }
        if step.isStrict, value.type != FHIRPathTypes.resource.number {
            let type = TypeFact(number: value.type)
            if !type.elements.contains(where: { FactHash.equal($0.nameUTF8, step.name) }) {
                throw .unknownElement(String(decoding: step.name, as: UTF8.self), type: type.name)
            }
        }
        return true
    }

    /// `value` and `unit` of a quantity; `namespace` and `name` of a type.
    private func childrenOfSystemValue(
        _ value: FHIRPathValue, _ step: FHIRPathName, _ body: (FHIRPathValue) throws(FHIRPathError) -> Bool
    ) throws(FHIRPathError) -> Bool {
        let name = String(decoding: step.name, as: UTF8.self)
        switch (value.kind, name) {
        case (.quantity, "value"): return try body(.decimal(value.number))
        case (.quantity, "unit"), (.quantity, "code"): return try body(.string(value.unit))
        case (.type, "namespace"), (.type, "name"):
            let (namespace, own) = typeInfo(value)
            return try body(try string(name == "name" ? own : namespace))
        default:
            if step.isStrict { throw .unknownElement(name, type: item(value).typeName) }
            return true
        }
    }
}

/// Goes through a list's elements, or through one value; nulls and what is missing are -1.
struct FHIRPathList {
    private var position: Int32
    private var end: Int32

    @inline(__always)
    init(_ tape: UnsafePointer<JSONTapeEntry>, _ index: Int32) {
        guard index >= 0 else {
            position = 0
            end = 0
            return
        }
        let entry = tape[Int(index)]
        position = entry.isContainer && !entry.isObject ? index &+ 1 : index
        end = entry.next
    }

    @inline(__always)
    var isAtEnd: Bool { position >= end }

    @inline(__always)
    mutating func next(_ tape: UnsafePointer<JSONTapeEntry>) -> Int32 {
        guard position < end else { return -1 }
        let entry = tape[Int(position)]
        defer { position = entry.next }
        return entry.head & 0xF == UInt32(JSONKind.null.rawValue) ? -1 : position
    }
}

/// Comparing bytes.
enum FHIRPathBytes {
    nonisolated(unsafe) static let value: UnsafeBufferPointer<UInt8> = {
        // Static strings lie in the binary and are never freed.
        let text: StaticString = "value"
        return UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }()

    /// Whether the bytes at an address are those of a name.
    @inline(__always)
    static func equal(_ bytes: UnsafePointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while position < name.count {
            if bytes[position] != name[position] { return false }
            position &+= 1
        }
        return true
    }
}

import CFacts

/// Reading the document's tape.
extension ShapeWalk {
    @inline(__always)
    func content(_ entry: JSONTapeEntry) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: text[entry.content])
    }

    @inline(__always)
    func isNull(_ index: Int) -> Bool {
        tape[index].head & 0xF == UInt32(JSONKind.null.rawValue)
    }

    /// Lends the text of a string or number with all escapes resolved; only escapes cost a copy.
    @inline(__always)
    func withText<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let entry = tape[index]
        if entry.hasEscapes { return entry.withText(in: document.bytes, body) }
        return body(UnsafeBufferPointer(rebasing: text[entry.isString ? entry.content : entry.source]))
    }

    /// Tape index of the value of an object's member; nil if there is none or this is no object.
    func member(_ name: StaticString, of object: Int) -> Int? {
        guard tape[object].isObject else { return nil }
        return name.withUTF8Buffer { name in
            var key = object + 1
            let end = Int(tape[object].next)
            while key < end {
                if tape[key].equals(name, in: text) { return key + 1 }
                key = Int(tape[key + 1].next)
            }
            return nil
        }
    }

    func isNamed(_ key: Int, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { tape[key].equals($0, in: text) }
    }

    /// What a key stands for in a type, and whether it is the companion of a primitive (`_birthDate`).
    @inline(__always)
    func lookup(_ key: Int, _ type: mediconnect_fact_type) -> (slot: mediconnect_fact_slot, isCompanion: Bool)? {
        let entry = tape[key]
        if entry.hasEscapes { return entry.withText(in: document.bytes) { lookup($0, type) } }
        return lookup(content(entry), type)
    }

    @inline(__always)
    private func lookup(
        _ name: UnsafeBufferPointer<UInt8>, _ type: mediconnect_fact_type
    ) -> (slot: mediconnect_fact_slot, isCompanion: Bool)? {
        let isCompanion = name.first == UInt8(ascii: "_")
        let name = isCompanion ? UnsafeBufferPointer(rebasing: name[1...]) : name
        return facts.slot(named: name, first: type.first_slot, mask: type.slot_mask).map { ($0, isCompanion) }
    }
}

import CFacts

/// Reading the document's tape.
extension ProfileRun {
    @inline(__always)
    func node(_ index: Int) -> JSONNode { JSONNode(document: document, index: Int32(truncatingIfNeeded: index)) }

    @inline(__always)
    func isNull(_ index: Int) -> Bool { tape[index].head & 0xF == UInt32(JSONKind.null.rawValue) }

    @inline(__always)
    func isArray(_ index: Int) -> Bool { tape[index].isContainer && !tape[index].isObject }

    /// Tape index of the value of an object's member; -1 if there is none.
    @inline(__always)
    func member(_ name: StaticString, of object: Int) -> Int {
        name.withUTF8Buffer { member($0, of: object) }
    }

    @inline(__always)
    func member(_ name: UnsafeBufferPointer<UInt8>, of object: Int) -> Int {
        guard object >= 0, tape[object].isObject else { return -1 }
        var key = object + 1
        let end = Int(tape[object].next)
        while key < end {
            if tape[key].equals(name, in: text) { return key + 1 }
            key = Int(tape[key + 1].next)
        }
        return -1
    }

    /// Lends the text of a string or the digits of a number.
    @inline(__always)
    func withText<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let entry = tape[index]
        if entry.hasEscapes { return entry.withText(in: document.bytes, body) }
        return body(UnsafeBufferPointer(rebasing: text[entry.isString ? entry.content : entry.source]))
    }

    func string(_ index: Int) -> String? {
        index >= 0 && tape[index].isString ? withText(index) { String(decoding: $0, as: UTF8.self) } : nil
    }

    /// Whether a string is another.
    @inline(__always)
    func equals(_ index: Int, _ other: String) -> Bool {
        guard index >= 0, tape[index].isString else { return false }
        var other = other
        return other.withUTF8 { tape[index].equals($0, in: text) }
    }

    /// The number of the type that a resource says it has; nil if R4 knows none of that name.
    func resourceType(_ index: Int) -> UInt16? {
        let name = member("resourceType", of: index)
        guard name >= 0, tape[name].isString else { return nil }
        return withText(name) { R4.table.type(utf8: $0) }?.number
    }

    /// The number of elements of an array, 1 for anything else.
    func count(_ index: Int) -> Int {
        guard isArray(index) else { return 1 }
        let count = tape[index].head >> 8
        return count == JSONTapeEntry.countIsUnknown ? node(index).count : Int(count)
    }

    /// What a key stands for in a type, and whether it is the companion of a primitive.
    @inline(__always)
    func lookup(_ key: Int, _ type: mediconnect_fact_type) -> (slot: mediconnect_fact_slot, isCompanion: Bool)? {
        withText(key) { name in
            let isCompanion = name.first == UInt8(ascii: "_")
            let name = isCompanion ? UnsafeBufferPointer(rebasing: name[1...]) : name
            return facts.slot(named: name, first: type.first_slot, mask: type.slot_mask).map { ($0, isCompanion) }
        }
    }

    // MARK: Elements

    /// The values of an element of an object; nil if there are none.
    ///
    /// - Parameter elements: the element's numbers in the types that the object may have.
    @inline(__always)
    func find(_ elements: [UInt16], in object: Int, type: UInt16) -> JudgedElement? {
        guard object >= 0 else { return nil }
        for number in elements {
            let element = facts.elements[Int(number)]
            guard element.owner == type else { continue }
            if element.flags & 1 != 0 { return findChoice(number, element, in: object, type) }
            let name = facts.text(element.name)
            let value = member(name, of: object)
            let valueType = facts.references[Int(element.first_reference)].type
            var companion = -1
            if facts.types[Int(valueType)].primitive != 0 { companion = self.companion(name, of: object) }
            return found(value, companion, valueType, number)
        }
        return nil
    }

    /// The value of a choice, whichever of its keys it has.
    private func findChoice(
        _ number: UInt16, _ element: mediconnect_fact_element, in object: Int, _ type: UInt16
    ) -> JudgedElement? {
        guard tape[object].isObject else { return nil }
        let record = facts.types[Int(type)]
        var value = -1
        var companion = -1
        var valueType = FactTable.none
        var key = object + 1
        let end = Int(tape[object].next)
        while key < end {
            if let (slot, isCompanion) = lookup(key, record),
                record.first_element + UInt32(slot.number) == UInt32(number)
            {
                valueType = facts.references[Int(element.first_reference) + Int(slot.ordinal)].type
                if isCompanion { companion = key + 1 } else { value = key + 1 }
            }
            key = Int(tape[key + 1].next)
        }
        return found(value, companion, valueType, number)
    }

    @inline(__always)
    private func found(_ value: Int, _ companion: Int, _ type: UInt16, _ element: UInt16) -> JudgedElement? {
        guard value >= 0 || companion >= 0 else { return nil }
        let count = max(value >= 0 ? count(value) : 0, companion >= 0 ? count(companion) : 0)
        return JudgedElement(value: value, companion: companion, type: type, element: element, count: count)
    }

    /// Tape index of the value of `_name`; -1 if there is none.
    private func companion(_ name: UnsafeBufferPointer<UInt8>, of object: Int) -> Int {
        guard tape[object].isObject else { return -1 }
        var key = object + 1
        let end = Int(tape[object].next)
        while key < end {
            let entry = tape[key]
            if Int(entry.end) - Int(entry.start) - 2 == name.count + 1,
                text[Int(entry.start) + 1] == UInt8(ascii: "_"),
                FactHash.equal(UnsafeBufferPointer(rebasing: text[Int(entry.start) + 2..<Int(entry.end) - 1]), name)
            {
                return key + 1
            }
            key = Int(tape[key + 1].next)
        }
        return -1
    }

    /// The values of an element one after another.
    func items(of element: JudgedElement) -> [JudgedItem] {
        var items: [JudgedItem] = []
        items.reserveCapacity(element.count)
        var value = element.value
        var companion = element.companion
        let values = value >= 0 && isArray(value) ? Int(tape[value].next) : -1
        let companions = companion >= 0 && isArray(companion) ? Int(tape[companion].next) : -1
        if values >= 0 { value += 1 }
        if companions >= 0 { companion += 1 }
        for _ in 0..<element.count {
            let hasValue = value >= 0 && (values < 0 || value < values)
            let hasCompanion = companion >= 0 && (companions < 0 || companion < companions)
            let one = hasValue && !isNull(value) ? value : -1
            let other = hasCompanion && !isNull(companion) ? companion : -1
            if one >= 0 || other >= 0 {
                var type = element.type
                if type == kinds.resource, one >= 0 { type = resourceType(one) ?? type }
                items.append(JudgedItem(value: one, companion: other, type: type, element: element.element))
            }
            value = hasValue && values >= 0 ? Int(tape[value].next) : -1
            companion = hasCompanion && companions >= 0 ? Int(tape[companion].next) : -1
        }
        return items
    }

    /// What was found, for a sentence.
    func shown(_ item: JudgedItem) -> String {
        guard item.value >= 0 else { return "no value" }
        let source = String(decoding: text[tape[item.value].source], as: UTF8.self)
        return source.unicodeScalars.count > 160 ? "\(source.prefix(160))…" : source
    }
}

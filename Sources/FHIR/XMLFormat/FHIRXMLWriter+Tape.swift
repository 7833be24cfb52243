import CFacts

/// Reading the document's tape, and what is said where it cannot be written.
extension FHIRXMLWriter {
    /// What a key stands for in a type, and whether it is the companion of a primitive (`_birthDate`).
    @inline(__always)
    func lookup(_ key: Int, _ type: mediconnect_fact_type) -> (slot: mediconnect_fact_slot, isCompanion: Bool)? {
        let entry = tape[key]
        if entry.hasEscapes { return entry.withText(in: document.bytes) { lookup($0, type) } }
        return lookup(UnsafeBufferPointer(rebasing: text[entry.content]), type)
    }

    @inline(__always)
    private func lookup(
        _ name: UnsafeBufferPointer<UInt8>, _ type: mediconnect_fact_type
    ) -> (slot: mediconnect_fact_slot, isCompanion: Bool)? {
        let isCompanion = name.first == UInt8(ascii: "_")
        let name = isCompanion ? UnsafeBufferPointer(rebasing: name[1...]) : name
        return facts.slot(named: name, first: type.first_slot, mask: type.slot_mask).map { ($0, isCompanion) }
    }

    @inline(__always)
    func withText<Result>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        tape[index].withText(in: document.bytes, body)
    }

    func isNamed(_ key: Int, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { tape[key].equals($0, in: text) }
    }

    private func kind(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: tape[index].head & 0xF) }

    @inline(__always)
    func isNull(_ index: Int) -> Bool { kind(index) == JSONKind.null.rawValue }

    func isBoolean(_ index: Int) -> Bool {
        kind(index) == JSONKind.true.rawValue || kind(index) == JSONKind.false.rawValue
    }

    func isNumber(_ index: Int) -> Bool { kind(index) == JSONKind.number.rawValue }

    // MARK: Faults

    func fault(_ code: IssueType, _ index: Int, _ message: String) -> FHIRXMLError {
        FHIRXMLError([
            FHIRXMLError.Fault(
                code, message, at: ShapePath(document: document).expression(of: index), position: nil)
        ])
    }

    func shapeFault(_ index: Int, _ expected: String) -> FHIRXMLError {
        fault(.structure, index, "Found \(described(index)) where R4 has \(expected).")
    }

    func described(_ index: Int) -> String {
        switch JSONKind(rawValue: kind(index)) {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .true, .false: "a boolean"
        case .null, nil: "null"
        }
    }

    func quoted(_ key: Int) -> String { "‘\(tape[key].text(in: document.bytes).prefix(64))’" }
}

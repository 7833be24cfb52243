import CFacts

extension ShapeWalk {
    /// Checks the JSON value of a primitive: its kind, its text, and its code where R4 requires one of a list.
    @inline(__always)
    mutating func checkPrimitive(_ index: Int, kind raw: UInt8, _ member: Member) {
        guard let kind = PrimitiveKind(rawValue: raw) else { return }
        let entry = tape[index]
        let found = JSONKind(rawValue: UInt8(truncatingIfNeeded: entry.head & 0xF)) ?? .null
        switch kind {
        case .boolean:
            if found != .true && found != .false { reportWrongKind(index, kind, member) }
            return
        case .integer, .unsignedInt, .positiveInt:
            guard found == .number else { return reportWrongKind(index, kind, member) }
        case .decimal:
            // JSON's numbers are R4's decimals.
            if found != .number { reportWrongKind(index, kind, member) }
            return
        case .string, .markdown, .xhtml:
            guard found == .string else { return reportWrongKind(index, kind, member) }
            checkLongText(index, entry, kind, member)
            return
        default:
            guard found == .string else { return reportWrongKind(index, kind, member) }
        }
        let fault = withText(index) { PrimitiveRules.fault(in: $0, of: kind) }
        if let fault {
            reportValue(index, fault, kind, member)
        } else if member.element.binding != FactTable.none && kind == .code {
            checkCode(index, member)
        }
    }

    /// Strings, markdown and narratives are looked at as they stand in the text: the parser let no raw control character
    /// pass, so that without escapes only their length is left to ask for.
    private mutating func checkLongText(
        _ index: Int, _ entry: JSONTapeEntry, _ kind: PrimitiveKind, _ member: Member
    ) {
        let raw = content(entry)
        if raw.isEmpty { return reportValue(index, .empty, kind, member) }
        if kind == .xhtml {
            let fault =
                raw[0] == UInt8(ascii: "<")
                ? PrimitiveRules.xhtmlFault(raw) : withText(index) { PrimitiveRules.xhtmlFault($0) }
            if let fault { reportValue(index, fault, kind, member) }
            return
        }
        if raw.count > 1 << 20 || (entry.hasEscapes && hasUnusualEscape(raw)) {
            let fault = withText(index) { PrimitiveRules.fault(in: $0, of: kind) }
            if let fault { reportValue(index, fault, kind, member) }
        }
    }

    /// Whether an escape stands there that may mean a control character: `\b`, `\f`, `\u00…`.
    private func hasUnusualEscape(_ raw: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while position + 1 < raw.count {
            if raw[position] == UInt8(ascii: "\\") {
                switch raw[position + 1] {
                case UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "u"): return true
                default: position += 2
                }
            } else {
                position += 1
            }
        }
        return false
    }

    // MARK: Codes

    private mutating func checkCode(_ index: Int, _ member: Member) {
        let binding = facts.bindings.base[Int(member.element.binding)]
        guard binding.strength == 0 else { return }
        let set = facts.valueSets.base[Int(binding.value_set)]
        guard set.kind == 0 else { return }
        let isKnown = withText(index) { facts.slot(named: $0, first: set.first_slot, mask: set.slot_mask) != nil }
        if !isKnown { reportCode(index, member) }
    }

    /// A CodeableConcept with a required binding has one coding of the value set at least (R4 4.1.5). Where no code is
    /// given at all, an extension on the concept or a coding may say why.
    mutating func checkConcept(_ index: Int, _ member: Member) {
        let binding = facts.bindings.base[Int(member.element.binding)]
        guard binding.strength == 0, tape[index].isObject else { return }
        let set = ValueSetFact(number: binding.value_set)
        guard set.isEnumerated else { return }
        var isExcused = self.member("extension", of: index) != nil
        var hasCode = false
        var place = index
        if let codings = self.member("coding", of: index) {
            let entry = tape[codings]
            guard entry.isContainer, !entry.isObject else { return }
            place = codings
            var coding = codings + 1
            while coding < Int(entry.next) {
                defer { coding = Int(tape[coding].next) }
                guard tape[coding].isObject else { continue }
                if let code = self.member("code", of: coding) {
                    if contains(set, code, self.member("system", of: coding)) { return }
                    hasCode = true
                } else if self.member("extension", of: coding) != nil {
                    isExcused = true
                }
            }
        }
        if hasCode || !isExcused { reportCode(place, member) }
    }

    private func contains(_ set: ValueSetFact, _ code: Int, _ system: Int?) -> Bool {
        guard let system, tape[code].isString, tape[system].isString else { return false }
        return withText(code) { code in withText(system) { set.contains(code, system: $0) } }
    }
}

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
            return
        }
        switch kind {
        case .code:
            if member.element.binding != FactTable.none { checkCode(index, member) }
        case .uri, .url, .canonical:
            if Visitor.judgesContent { checkURI(index, kind, member) }
        default:
            break
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
            if let fault {
                reportValue(index, fault, kind, member)
            } else if Visitor.judgesContent {
                checkXHTML(index)
            }
            return
        }
        if Visitor.judgesContent && kind == .string {
            checkEnds(index, raw, member)
            if member.element.invariants != types.plainInvariants {
                visit(index, type: member.type, element: member.fact, present: 0)
            }
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
}

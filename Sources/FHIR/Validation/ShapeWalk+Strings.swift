/// What strings and addresses may hold beyond the form of their type.
extension ShapeWalk {
    /// White space at the ends of a string is legal and rarely meant (R4 2.24.0.1); an element's id has none at all
    /// (2.4.0.1).
    @inline(__always)
    func checkEnds(_ index: Int, _ raw: UnsafeBufferPointer<UInt8>, _ member: Member) {
        let last = raw[raw.count - 1]
        if PrimitiveRules.isSpace(raw[0]) || PrimitiveRules.isSpace(last) || tape[index].hasEscapes {
            checkSpaces(index, member)
        }
        // Element.id is the one string that XML writes as an attribute.
        if member.element.flags & 8 != 0 && withText(index, { $0.contains(where: PrimitiveRules.isSpace) }) {
            report(.value, index, "An element's id holds no white space.")
        }
    }

    private func checkSpaces(_ index: Int, _ member: Member) {
        withText(index) { text in
            guard let first = text.first, let last = text.last else { return }
            guard PrimitiveRules.isSpace(first) || PrimitiveRules.isSpace(last) else { return }
            if text.allSatisfy(PrimitiveRules.isSpace) {
                remark(.value, index, .warning, "\(member.fact.name) holds white space alone. Leave it out.")
            } else {
                remark(.value, index, .information, "White space stands at an end of \(member.fact.name).")
            }
        }
    }

    /// A canonical is an absolute address, perhaps with `|version`, or `#id` of a contained resource (R4 2.24.0.1).
    mutating func checkURI(_ index: Int, _ kind: PrimitiveKind, _ member: Member) {
        if tape[index].content.isEmpty { return }
        if text[tape[index].content.lowerBound] == UInt8(ascii: "#") {
            let target = markContained(index)
            if kind == .canonical { checkFragment(index, target, member) }
        } else if kind == .canonical {
            let fault = withText(index) { CanonicalForm.fault($0) }
            if let fault { report(.value, index, "\(shown(index)) is no canonical: \(fault).") }
        } else if member.element.binding != FactTable.none {
            checkCode(index, member)
        }
    }
}

/// The form of a canonical.
enum CanonicalForm {
    /// What is wrong, as the end of a sentence.
    static func fault(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        let bar = UInt8(ascii: "|")
        guard let first = text.firstIndex(of: bar) else { return nil }
        if first == 0 { return "a version stands behind '|' and an address before it" }
        if first == text.count - 1 { return "the version behind '|' is missing" }
        return text[(first + 1)...].contains(bar) ? "it has more than one '|'" : nil
    }
}

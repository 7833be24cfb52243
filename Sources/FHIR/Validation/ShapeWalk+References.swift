import CFacts

/// References (R4 2.3.0): their form, where `#` and `urn:` lead, and whether what they point at is of a type that the
/// element may point at.
extension ShapeWalk {
    mutating func checkReference(_ index: Int, _ member: Member) {
        guard tape[index].isObject else { return }
        let named = self.member("type", of: index).flatMap { tape[$0].isString ? $0 : nil }
        let literal = self.member("reference", of: index).flatMap { tape[$0].isString ? $0 : nil }
        let found = literal.map { checkLiteral($0) }
        if literal == nil { checkLogical(index) }
        let namedType = named.flatMap { index in withText(index) { Self.resourceType(named: $0) } }
        if let found = found ?? nil, let literal {
            if let namedType, let named, namedType != found {
                return report(
                    .value, named,
                    "The reference points at a resource of type \(found.name), but its type says \(namedType.name).")
            }
            checkTarget(found, literal, member)
        } else if let namedType, let named {
            checkTarget(namedType, named, member)
        }
    }

    /// `Patient`, or `http://hl7.org/fhir/StructureDefinition/Patient`.
    private static func resourceType(named text: UnsafeBufferPointer<UInt8>) -> ResourceType? {
        let start = (text.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
        return ResourceType(utf8: UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// A reference without a literal one says at least who is meant (R4 2.3.0.1).
    private func checkLogical(_ index: Int) {
        for name: StaticString in ["identifier", "display", "extension", "_reference", "_display", "reference"]
        where self.member(name, of: index) != nil {
            return
        }
        report(.required, index, "A Reference needs reference, identifier or display, but has none of them.")
    }

    private func checkTarget(_ type: ResourceType, _ index: Int, _ member: Member) {
        let reference = facts.references.base[
            Int(member.element.first_reference + UInt32(member.slot.ordinal))]
        guard reference.targets != 0 else { return }
        let targets = facts.list(reference.targets)
        guard !targets.contains(UInt16(type.code - 1)), !targets.contains(types.resource) else { return }
        report(
            .value, index,
            "\(member.fact.path) points at a resource of type \(type.name), but R4 lets it point at \(listed(targets.map { TypeFact(number: $0).name }, or: true)) alone."
        )
    }

    // MARK: Literal references

    /// Checks the text of a reference and answers the type of what it points at, where that can be told.
    private mutating func checkLiteral(_ index: Int) -> ResourceType? {
        let (form, type) = withText(index) { text in
            let target = ReferenceTarget(text)
            return (text.contains(where: PrimitiveRules.isSpace) ? .other : target.form, target.type)
        }
        switch form {
        case .fragment:
            return fragment(index, markContained(index))
        case .relative:
            checkPresence(index)
            return type
        case .absolute:
            let isURN = withText(index) { $0.starts(with: "urn:".utf8) }
            return isURN ? checkURN(index) : checkAbsolute(index) ?? type
        case .other:
            if !isConditional(index) { reportForm(index) }
            return nil
        }
    }

    private func fragment(_ index: Int, _ target: ContainedTarget) -> ResourceType? {
        switch target {
        case .container:
            return member("resourceType", of: container).flatMap { index in withText(index) { ResourceType(utf8: $0) } }
        case .resource(let position):
            return contained.entries[position].type
        case .missing:
            reportDangling(index)
            return nil
        }
    }

    /// A canonical `#id`: the contained resource is there and of a type that the element may point at.
    func checkFragment(_ index: Int, _ target: ContainedTarget, _ member: Member) {
        if let type = fragment(index, target) { checkTarget(type, index, member) }
    }

    /// `Patient?identifier=…`, which a transaction resolves (R4 3.1.0.11.2).
    private func isConditional(_ index: Int) -> Bool {
        guard bundle?.kind.isRequest == true else { return false }
        return withText(index) { text in
            guard let mark = text.firstIndex(of: UInt8(ascii: "?")), mark + 1 < text.count,
                !text.contains(where: PrimitiveRules.isSpace)
            else { return false }
            return ResourceType(utf8: UnsafeBufferPointer(rebasing: text[..<mark])) != nil
        }
    }

    /// `urn:uuid:` and `urn:oid:` have their form, and within a Bundle name an entry of it.
    private func checkURN(_ index: Int) -> ResourceType? {
        if let fault = withText(index, { URNForm.fault($0) }) {
            report(.value, index, "\(shown(index)) is no reference: \(fault.reason).")
            return nil
        }
        guard let bundle else { return nil }
        if let entry = withText(index, { bundle.entry(fullURL: $0) }) { return entry.type }
        report(
            .notFound, index,
            "No entry of the Bundle has the fullUrl \(shown(index)), and by it alone nothing else can be found.")
        return nil
    }

    /// Answers the type of the Bundle's entry that it names.
    private func checkAbsolute(_ index: Int) -> ResourceType? {
        let isBroken = withText(index) { text in
            let rest = text.drop { $0 != UInt8(ascii: ":") }.dropFirst()
            let isWeb = text.starts(with: "http".utf8)
            return rest.isEmpty || (isWeb && (!rest.starts(with: "//".utf8) || rest.count < 3))
        }
        if isBroken {
            reportForm(index)
            return nil
        }
        return bundle.flatMap { bundle in withText(index) { bundle.entry(fullURL: $0)?.type } }
    }

    private func reportForm(_ index: Int) {
        report(
            .value, index,
            "\(shown(index)) is no reference. Write Type/id, an absolute address, urn:uuid:…, urn:oid:…, or #id of a contained resource."
        )
    }

    private func reportDangling(_ index: Int) {
        let ids = contained.entries.compactMap { $0.id.map { "#" + tape[$0].text(in: document.bytes) } }
        let known = ids.isEmpty ? "It contains none." : "It contains \(listed(ids))."
        report(
            .invariant, index,
            "\(shown(index)) points at no resource that the resource around it contains (ref-1). \(known)"
        )
    }

    /// What a Composition or MessageHeader names is in its document or message (R4 3.3.1, 2.4.3).
    private func checkPresence(_ index: Int) {
        guard let bundle, bundle.kind.isClosed, resource == bundle.firstResource else { return }
        if withText(index, { bundle.holds(relative: $0) }) { return }
        remark(
            .notFound, index, .warning,
            "\(shown(index)) is in no entry of the Bundle; who receives it alone cannot follow the reference.")
    }
}

/// The form of `urn:uuid:` and `urn:oid:`.
enum URNForm {
    static func fault(_ text: UnsafeBufferPointer<UInt8>) -> PrimitiveFault? {
        if text.starts(with: "urn:uuid:".utf8) { return isUUID(text.dropFirst(9)) ? nil : .uuidForm }
        if text.starts(with: "urn:oid:".utf8) { return PrimitiveRules.fault(in: text, of: .oid) }
        return nil
    }

    /// 8-4-4-4-12 hexadecimal digits; unlike R4's uuid in either case, since RFC 4122 reads both.
    private static func isUUID(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard text.count == 36 else { return false }
        for (position, byte) in text.enumerated() {
            switch position {
            case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return false }
            default: if !PrimitiveRules.isDigit(byte) && (byte | 0x20) &- 0x61 >= 6 { return false }
            }
        }
        return true
    }
}

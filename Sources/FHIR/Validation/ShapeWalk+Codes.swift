import CFacts

/// Codes beside the value sets that elements are bound to (R4 4.1.5): what is required is an error where it is missed,
/// what is extensible a warning, what is preferred a remark. Examples bind nobody.
extension ShapeWalk {
    /// The value set of a member's binding, if it is to be asked.
    @inline(__always)
    private func valueSet(of member: Member) -> (set: ValueSetFact, strength: BindingFact.Strength)? {
        let binding = facts.bindings.base[Int(member.element.binding)]
        guard binding.strength == 0 || (Visitor.judgesContent && binding.strength < 3) else { return nil }
        let set = ValueSetFact(number: binding.value_set)
        guard set.isEnumerated else { return nil }
        return (set, BindingFact.Strength(rawValue: binding.strength) ?? .example)
    }

    /// A code or uri, whose system is that of its value set.
    @inline(__always)
    func checkCode(_ index: Int, _ member: Member) {
        guard let (set, strength) = valueSet(of: member) else { return }
        if withText(index, { set.contains($0) }) { return }
        // An absolute address among types names one of somebody's own.
        if strength != .required && withText(index, { $0.contains(UInt8(ascii: ":")) }) { return }
        reportCode(index, member, set, strength)
    }

    /// The codings of a CodeableConcept or a Coding.
    mutating func checkCodings(_ index: Int, _ member: Member) {
        guard member.type == types.codeableConcept || member.type == types.coding, tape[index].isObject,
            let (set, strength) = valueSet(of: member)
        else { return }
        if member.type == types.coding {
            checkCoding(index, member, set, strength)
        } else {
            checkConcept(index, member, set, strength)
        }
    }

    private func checkCoding(_ index: Int, _ member: Member, _ set: ValueSetFact, _ strength: BindingFact.Strength) {
        guard let code = self.member("code", of: index) else { return }
        if !contains(set, code, self.member("system", of: index)) { reportCode(index, member, set, strength) }
    }

    /// A concept has one coding of the value set at least. Where no code is given at all, an extension on the concept
    /// or a coding may say why, and unless the binding is required, a text will do.
    private func checkConcept(_ index: Int, _ member: Member, _ set: ValueSetFact, _ strength: BindingFact.Strength) {
        var isExcused = strength != .required || self.member("extension", of: index) != nil
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
        if hasCode || !isExcused { reportCode(place, member, set, strength) }
    }

    private func contains(_ set: ValueSetFact, _ code: Int, _ system: Int?) -> Bool {
        guard let system, tape[code].isString, tape[system].isString else { return false }
        return withText(code) { code in withText(system) { set.contains(code, system: $0) } }
    }

    /// A code of a system that R4 publishes as a whole is one of it. A version of the coding's own may know others.
    func checkSystem(of coding: Int) {
        guard tape[coding].isObject, let system = member("system", of: coding), tape[system].isString,
            let known = withText(system, { R4.table.codeSystem(utf8: $0) }),
            let code = member("code", of: coding), tape[code].isString, !withText(code, { known.contains($0) }),
            member("version", of: coding) == nil
        else { return }
        remark(
            .codeInvalid, code, .warning,
            "\(known.url), as published with R4, has no code \(shown(code)). Name the version of the system that has it."
        )
    }
}

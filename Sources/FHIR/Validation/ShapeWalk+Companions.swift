import CFacts

/// Primitives have `id` and extensions in a member of their own, `_birthDate` beside `birthDate`; in lists both are
/// arrays in step, with null where one of them has nothing (R4 2.6.2.3).
extension ShapeWalk {
    mutating func checkCompanion(_ member: Member, place: Place) {
        if facts.types.base[Int(member.type)].primitive == 0 {
            report(
                .structure, member.value,
                "\(name(of: member.key)) goes with primitive values only; \(member.fact.name) is of type \(TypeFact(number: member.type).name). Put id and extension into \(member.fact.name) itself."
            )
            return
        }
        let entry = tape[member.value]
        let isArray = entry.isContainer && !entry.isObject
        guard member.isList else {
            if isArray {
                reportUnwantedArray(member)
            } else if isNull(member.value) {
                reportNull(member.value, member)
            } else {
                checkObject(member.value, type: member.type, place: place, element: member.fact)
                if Visitor.judgesContent && hasIDAlone(member.value) && sibling(of: member) == nil {
                    reportNoContent(member.value)
                }
            }
            return
        }
        guard isArray else { return reportMissingArray(member) }
        let values = sibling(of: member)
        var cursor = ArrayCursor(values, in: tape)
        var element = member.value + 1
        let end = Int(entry.next)
        if element == end {
            report(.structure, member.value, "The array is empty. Leave out what has no content.")
            return
        }
        var position = 0
        while element < end {
            let value = cursor.element(at: position, in: tape)
            if !isNull(element) {
                checkObject(element, type: member.type, place: place, element: member.fact)
                if Visitor.judgesContent && hasIDAlone(element) && value.map(isNull) ?? true {
                    reportNoContent(element)
                }
            } else if value.map(isNull) ?? true {
                report(
                    .structure, element,
                    "Neither a value nor an extension stands at position \(position) of \(member.fact.name). Leave the position out of both arrays."
                )
            }
            position += 1
            element = Int(tape[element].next)
        }
        checkLengths(member, position, values)
    }

    /// Both arrays are as long as each other.
    private mutating func checkLengths(_ member: Member, _ length: Int, _ values: Int?) {
        guard let values, tape[values].isContainer, !tape[values].isObject else { return }
        var count = 0
        var element = values + 1
        while element < Int(tape[values].next) {
            count += 1
            element = Int(tape[element].next)
        }
        if count != length {
            report(
                .structure, member.value,
                "\(name(of: member.key)) has \(length) elements and \(member.fact.name) has \(count). Fill the shorter array with null, so that each extension stands beside its value."
            )
        }
    }

    /// Refuses `_valueString` beside `valueInteger`.
    ///
    /// - Parameter both: the elements of the object that have a value and a companion, as bits.
    mutating func checkChoicesOfCompanions(_ object: Int, type: UInt16, both: UInt64) {
        let record = facts.types.base[Int(type)]
        var key = object + 1
        let end = Int(tape[object].next)
        while key < end {
            defer { key = Int(tape[key + 1].next) }
            guard let (slot, isCompanion) = lookup(key, record), isCompanion, both & (1 << UInt64(slot.number)) != 0,
                other(of: slot, isCompanion: true, in: object, record) == nil
            else { continue }
            report(
                .structure, key + 1,
                "\(name(of: key)) belongs to a value of the same type, but the value has another. Use one type for both."
            )
        }
    }

    /// Tape index of the value of `given` for `_given` and the reverse.
    func sibling(of member: Member) -> Int? {
        let record = facts.types.base[Int(member.owner)]
        let isCompanion = lookup(member.key, record)?.isCompanion ?? false
        return other(of: member.slot, isCompanion: isCompanion, in: member.object, record)
    }

    private func other(
        of slot: mediconnect_fact_slot, isCompanion: Bool, in object: Int, _ type: mediconnect_fact_type
    ) -> Int? {
        var key = object + 1
        let end = Int(tape[object].next)
        while key < end {
            if let found = lookup(key, type), found.isCompanion != isCompanion, found.slot.name == slot.name {
                return key + 1
            }
            key = Int(tape[key + 1].next)
        }
        return nil
    }
}

/// What elements must hold by the rules of the most general types.
extension ShapeWalk {
    /// - Parameter present: the element's own elements that are there, as bits.
    @inline(__always)
    func checkElement(_ index: Int, type: UInt16, present: UInt64) {
        // All elements begin with id.
        if present == 1 { reportNoContent(index) }
        if type == types.extension { checkExtension(index, present) }
    }

    /// ext-1: an extension has a value or extensions of its own.
    private func checkExtension(_ index: Int, _ present: UInt64) {
        let hasValue = present & types.extensionValue != 0
        let hasExtensions = present & types.extensionExtension != 0
        if hasValue && hasExtensions {
            report(.invariant, index, "An extension has a value or extensions of its own, not both (ext-1).")
        } else if !hasValue && !hasExtensions {
            report(.invariant, index, "An extension has a value or extensions of its own (ext-1), but has neither.")
        }
    }

    /// SimpleQuantity, the one profile that R4's own elements ask for: a quantity without comparator.
    func checkSimple(_ index: Int, _ member: Member) {
        let reference = facts.references.base[Int(member.element.first_reference + UInt32(member.slot.ordinal))]
        guard reference.profile != 0, let comparator = self.member("comparator", of: index) else { return }
        report(
            .structure, comparator,
            "\(member.fact.path) is a SimpleQuantity, which has no comparator. Use another element.")
    }

    func hasIDAlone(_ object: Int) -> Bool {
        guard tape[object].isObject, Int(tape[object].next) > object + 1, isNamed(object + 1, "id") else {
            return false
        }
        return tape[object + 2].next == tape[object].next
    }

    /// ele-1
    func reportNoContent(_ index: Int) {
        report(.invariant, index, "An id stands here alone. An element has a value, parts or an extension (ele-1).")
    }
}

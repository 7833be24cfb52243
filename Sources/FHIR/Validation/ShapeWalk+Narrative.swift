/// Narratives: whether a resource has one, and what XHTML may hold in it.
extension ShapeWalk {
    /// dom-6: a resource should be readable by people. R4 marks it as best practice, so it is a remark: a warning on every
    /// resource without narrative would hide those that say something.
    @inline(__always)
    func checkNarrative(of index: Int, _ type: UInt16) {
        if let narrative = member("text", of: index) {
            if member("div", of: narrative) != nil || member("_div", of: narrative) != nil { return }
        }
        remark(
            .invariant, index, .information,
            "The \(TypeFact(number: type).name) has no narrative, by which people could read it (dom-6).")
    }

    /// txt-1 and txt-2: the narrative is XHTML without anything that runs or loads something, and says something.
    func checkXHTML(_ index: Int) {
        for fault in withText(index, { Narrative.faults(in: $0) }) {
            let key = fault.rule == .form ? "" : " (\(fault.rule.rawValue))"
            report(fault.rule == .form ? .structure : .invariant, index, "\(fault)\(key)")
        }
    }
}

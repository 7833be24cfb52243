/// Narratives: whether a resource has one, and what XHTML may hold in it.
extension ShapeWalk {
    /// dom-6: a resource should be readable by people.
    @inline(__always)
    func checkNarrative(of index: Int, _ type: UInt16) {
        if let narrative = member("text", of: index), member("div", of: narrative) != nil { return }
        remark(
            .invariant, index, .warning,
            "The \(TypeFact(number: type).name) has no narrative, by which people could read it (dom-6).")
    }

    /// txt-1 and txt-2
    func checkXHTML(_ index: Int) {
    }
}

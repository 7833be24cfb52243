extension ProfileSet {
    /// Lets FHIRPath's `memberOf()` and `conformsTo()` ask this set.
    public func equip(_ environment: inout FHIRPathEnvironment) {
        equip(&environment, depth: 1)
    }

    /// - Parameter depth: how many judgements are under way around this one: a profile whose rules ask for conformance to
    ///   itself gets no answer in the end.
    func equip(_ environment: inout FHIRPathEnvironment, depth: Int) {
        environment.memberOf = { node, valueSet in contains(node, in: valueSet) }
        environment.conformsTo = { node, profile in
            depth > 4 ? nil : conforms(node, to: profile, depth: depth)
        }
    }

    /// Whether a code, Coding, CodeableConcept or Quantity is in a value set; nil if that is not known.
    public func contains(_ node: FHIRPathNode, in valueSet: String) -> Bool? {
        guard terminology.knows(valueSet) else { return nil }
        return judgement(of: node, depth: 0) { run, item in run.isIn(valueSet, item) }
    }

    /// Whether a node conforms to a profile; nil if the profile is not loaded.
    public func conforms(_ node: FHIRPathNode, to profile: String) -> Bool? {
        conforms(node, to: profile, depth: 0)
    }

    private func conforms(_ node: FHIRPathNode, to profile: String, depth: Int) -> Bool? {
        guard let number = number(of: Canonical(profile)) else { return nil }
        return judgement(of: node, depth: depth) { run, item in
            let place = max(item.place, 0)
            let scope = JudgementScope(resource: place, container: 0, bundle: -1)
            return run.conforms(item, to: number, scope)
        }
    }

    private func judgement<Answer>(
        of node: FHIRPathNode, depth: Int, _ body: (inout ProfileRun, JudgedItem) -> Answer
    ) -> Answer {
        node.document.bytes.withUnsafeBufferPointer { text in
            var run = ProfileRun(node.document, text, set: self, policy: .default)
            run.nesting = depth
            let item = JudgedItem(
                value: Int(node.index), companion: Int(node.companionIndex), type: node.typeNumber,
                element: node.elementNumber)
            return body(&run, item)
        }
    }
}

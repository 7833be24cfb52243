/// Rules in FHIRPath (ElementDefinition.constraint).
extension ProfileRun {
    /// Steps that one evaluation may take.
    private static let maximumSteps = 200_000

    mutating func checkConstraints(_ profile: Int, _ number: Int, _ item: JudgedItem, _ scope: JudgementScope) {
        let profileTree = set.profiles[profile].tree
        for constraint in profileTree.nodes[number].constraints {
            if isOver { return }
            guard findings.silence == 0 || constraint.severity <= .error,
                let expression = set.expressions[constraint.expression]
            else { continue }
            check(constraint, expression, (profile, number), item, scope)
        }
    }

    private mutating func check(
        _ constraint: ConstraintRule, _ expression: FHIRPath, _ rule: (profile: Int, node: Int), _ item: JudgedItem,
        _ scope: JudgementScope
    ) {
        let evaluator = evaluator ?? makeEvaluator()
        self.evaluator = evaluator
        evaluator.environment.resource = FHIRPathNode(resource: node(scope.resource))
        evaluator.environment.rootResource = FHIRPathNode(resource: node(scope.container))
        do throws(FHIRPathError) {
            // Where the result is empty, nothing was found that breaks the rule.
            defer { steps += (evaluator.environment.maximumSteps - max(evaluator.stepsLeft, 0)) / 4 + 4 }
            guard try evaluator.holds(expression, pathNode(item)) == false else { return }
        } catch {
            // A resource cannot be blamed for a rule that cannot be evaluated.
            tell(
                "constraint \(constraint.key) \(constraint.expression)", .processing, at: item.place,
                severity: .warning,
                "The rule \(constraint.key) of \(set.profiles[rule.profile].url) could not be checked: \(error.message)."
            )
            return
        }
        let isDoubtful = set.expressions.isDoubtful(constraint.expression)
        report(
            .invariant, at: item.place, by: rule, severity: isDoubtful ? .warning : constraint.severity,
            "The rule \(constraint.key) of the profile is broken: \(constraint.human.isEmpty ? constraint.expression : constraint.human)"
        )
    }

    private func pathNode(_ item: JudgedItem) -> FHIRPathNode {
        FHIRPathNode(
            document: document, index: Int32(truncatingIfNeeded: item.value),
            companion: Int32(truncatingIfNeeded: item.companion), type: item.type, element: item.element)
    }

    private func makeEvaluator() -> FHIRPathEvaluator {
        var environment = FHIRPathEnvironment.default
        environment.maximumSteps = Self.maximumSteps
        environment.now = policy.now
        set.equip(&environment, depth: nesting + 1)
        return FHIRPathEvaluator(environment)
    }
}

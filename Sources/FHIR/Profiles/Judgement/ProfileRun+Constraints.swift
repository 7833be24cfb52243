/// Rules in FHIRPath.
extension ProfileRun {
    mutating func checkConstraints(_ profile: Int, _ number: Int, _ item: JudgedItem, _ scope: JudgementScope) {}
}

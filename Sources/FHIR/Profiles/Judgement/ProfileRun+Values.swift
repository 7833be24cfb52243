/// Rules about a value itself.
extension ProfileRun {
    mutating func checkValues(_ profile: Int, _ number: Int, _ item: JudgedItem) {
        for rule in set.profiles[profile].tree.nodes[number].values where !satisfies(item, rule) {
            let found = shown(item)
            switch rule {
            case .fixed(let value):
                report(
                    .value, at: item.place, by: (profile, number),
                    "\(found) was found; the profile asks for exactly \(value.shown).")
            case .pattern(let value):
                report(
                    .value, at: item.place, by: (profile, number),
                    "\(found) was found; the profile asks for at least \(value.shown).")
            case .minimum(let value):
                report(
                    .value, at: item.place, by: (profile, number),
                    "\(found) was found; the profile asks for \(value.shown) or more.")
            case .maximum(let value):
                report(
                    .value, at: item.place, by: (profile, number),
                    "\(found) was found; the profile allows \(value.shown) at most.")
            case .maximumLength(let length):
                report(
                    .tooLong, at: item.place, by: (profile, number),
                    "The profile allows \(length) characters at most; there are more. Shorten it.")
            }
        }
    }

    func satisfies(_ item: JudgedItem, _ rule: ValueRule) -> Bool {
        let value = item.value >= 0 ? node(item.value) : nil
        let companion = item.companion >= 0 ? node(item.companion) : nil
        switch rule {
        case .fixed(let fixed): return fixed.isEqual(to: value, companion: companion)
        case .pattern(let pattern): return pattern.isPattern(of: value, companion: companion)
        case .minimum(let limit): return value.map { limit.standing(of: $0) != .below } ?? true
        case .maximum(let limit): return value.map { limit.standing(of: $0) != .above } ?? true
        case .maximumLength(let length):
            guard item.value >= 0, tape[item.value].isString else { return true }
            return withText(item.value) { text in
                text.count <= length || text.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } <= length
            }
        }
    }
}

/// Runs a pattern over a text: one pass, all possible states side by side.
struct FHIRPathMatcher {
    private let pattern: FHIRPathPattern
    private let text: UnsafeBufferPointer<UInt8>
    private var current: FHIRPathStateList
    private var following: FHIRPathStateList
    /// States that are still to be added; kept for its memory.
    private var pending: [(Int, [Int])] = []

    init(_ pattern: FHIRPathPattern, _ text: UnsafeBufferPointer<UInt8>, captures: Bool) {
        self.pattern = pattern
        self.text = text
        let slots = captures ? pattern.groups * 2 : 0
        current = FHIRPathStateList(states: pattern.program.count, slots: slots)
        following = current
    }

    /// Whether the pattern is found in the text, or is the whole of it.
    mutating func isFound(whole isWhole: Bool, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> Bool {
        try search(from: 0, isWhole: isWhole, e) != nil
    }

    /// Where the first match at or behind an offset and its groups begin and end, -1 where a group is not in it.
    mutating func firstMatch(from start: Int, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> [Int]? {
        try search(from: start, isWhole: false, e)
    }

    private mutating func search(
        from start: Int, isWhole: Bool, _ e: FHIRPathEvaluator
    ) throws(FHIRPathError) -> [Int]? {
        current.removeAll()
        var found: [Int]?
        var offset = start
        var previous = scalar(before: start)
        while true {
            let (next, width) = scalar(at: offset)
            if found == nil, !isWhole || offset == 0 {
                let captures = current.slots == 0 ? [] : [Int](repeating: -1, count: current.slots)
                Self.add(0, captures, to: &current, &pending, pattern, offset, previous, next)
            }
            try e.spend(1 + current.count / 8)
            following.removeAll()
            for position in 0..<current.count {
                let state = current.state(position)
                var isTaken = false
                switch pattern.program[state] {
                case .scalar(let wanted): isTaken = next == wanted
                case .set(let number): isTaken = next.map { pattern.sets[number].contains($0) } ?? false
                case .any: isTaken = next != nil
                case .match:
                    if isWhole, offset < text.count { continue }
                    found = current.captures(position)
                    if current.slots == 0 { return found }
                // The states behind are less preferred.
                default: break
                }
                if case .match = pattern.program[state], found != nil { break }
                if isTaken {
                    let after = offset + width
                    Self.add(
                        state + 1, current.captures(position), to: &following, &pending, pattern, after, next,
                        scalar(at: after).scalar)
                }
            }
            swap(&current, &following)
            if next == nil { return found }
            if current.count == 0, found != nil || isWhole { return found }
            previous = next
            offset += width
        }
    }

    /// Adds a state and all that it leads to without taking a character.
    private static func add(
        _ state: Int, _ captures: [Int], to list: inout FHIRPathStateList, _ pending: inout [(Int, [Int])],
        _ pattern: FHIRPathPattern, _ offset: Int, _ previous: UInt32?, _ next: UInt32?
    ) {
        pending.append((state, captures))
        while let (state, captures) = pending.popLast() {
            guard list.visit(state) else { continue }
            switch pattern.program[state] {
            case .jump(let target): pending.append((target, captures))
            case .split(let first, let second):
                pending.append((second, captures))
                pending.append((first, captures))
            case .save(let slot):
                var saved = captures
                if slot < saved.count { saved[slot] = offset }
                pending.append((state + 1, saved))
            case .assertion(let assertion):
                if holds(assertion, previous, next) { pending.append((state + 1, captures)) }
            default: list.append(state, captures)
            }
        }
    }

    private static func holds(_ assertion: FHIRPathPattern.Assertion, _ previous: UInt32?, _ next: UInt32?) -> Bool {
        switch assertion {
        case .start: return previous == nil
        case .end: return next == nil
        case .wordBoundary, .noWordBoundary:
            let isWord = { (scalar: UInt32?) in scalar.map { FHIRPathCharacterSet.isWord($0) } ?? false }
            return (isWord(previous) != isWord(next)) == (assertion == .wordBoundary)
        }
    }

    // MARK: - Characters

    /// The character at an offset and its length; nil at the end. The text is valid UTF-8.
    private func scalar(at offset: Int) -> (scalar: UInt32?, width: Int) {
        guard offset < text.count else { return (nil, 0) }
        let first = UInt32(text[offset])
        if first < 0x80 { return (first, 1) }
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard offset + width <= text.count else { return (first, 1) }
        var value = first & (0x7F >> UInt32(width))
        for byte in text[offset + 1..<offset + width] { value = value << 6 | UInt32(byte & 0x3F) }
        return (value, width)
    }

    private func scalar(before offset: Int) -> UInt32? {
        guard offset > 0 else { return nil }
        var start = offset - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return scalar(at: start).scalar
    }
}

/// States in order of preference, each at most once, with the captures that led there.
struct FHIRPathStateList {
    let slots: Int
    private(set) var count = 0
    private var states: [Int]
    private var saved: [[Int]]
    /// Which states were seen in this round, by the round's number.
    private var seen: [UInt32]
    private var round: UInt32 = 1

    init(states: Int, slots: Int) {
        self.slots = slots
        self.states = Array(repeating: 0, count: states)
        saved = slots == 0 ? [] : Array(repeating: [], count: states)
        seen = Array(repeating: 0, count: states)
    }

    mutating func removeAll() {
        count = 0
        round &+= 1
        if round == 0 {
            for position in seen.indices { seen[position] = 0 }
            round = 1
        }
    }

    /// Marks a state; false if it was there.
    mutating func visit(_ state: Int) -> Bool {
        if seen[state] == round { return false }
        seen[state] = round
        return true
    }

    mutating func append(_ state: Int, _ captures: [Int]) {
        states[count] = state
        if slots > 0 { saved[count] = captures }
        count += 1
    }

    func state(_ position: Int) -> Int { states[position] }

    func captures(_ position: Int) -> [Int] { slots > 0 ? saved[position] : [] }
}

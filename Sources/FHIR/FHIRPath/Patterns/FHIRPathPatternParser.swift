/// Reads a regular expression.
struct FHIRPathPatternParser {
    private let text: [UInt32]
    private var cursor = 0
    private var depth = 0
    private(set) var sets: [FHIRPathCharacterSet] = []
    /// Capturing groups, the whole match as 0 included.
    private(set) var groups = 1
    private(set) var groupNames: [String: Int] = [:]

    init(_ pattern: UnsafeBufferPointer<UInt8>) {
        text = String(decoding: pattern, as: UTF8.self).unicodeScalars.map(\.value)
    }

    mutating func parse() throws(FHIRPathError) -> FHIRPathPatternTree {
        guard text.count <= 10_000 else { throw .invalidPattern("it is too long") }
        let tree = try alternatives()
        guard cursor == text.count else { throw .invalidPattern("a ) without a (") }
        return tree
    }

    private func peek(_ ahead: Int = 0) -> UInt32? {
        cursor + ahead < text.count ? text[cursor + ahead] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == character.value else { return false }
        cursor += 1
        return true
    }

    private mutating func alternatives() throws(FHIRPathError) -> FHIRPathPatternTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= FHIRPathPattern.maximumDepth else { throw .invalidPattern("it is nested too deeply") }
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .alternatives(parts)
    }

    private mutating func sequence() throws(FHIRPathError) -> FHIRPathPatternTree {
        var parts: [FHIRPathPatternTree] = []
        while let next = peek(), next != 0x7C, next != 0x29 {
            let atom = try atom()
            parts.append(try quantified(atom))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func quantified(_ atom: FHIRPathPatternTree) throws(FHIRPathError) -> FHIRPathPatternTree {
        var tree = atom
        var stacked = 0
        while let (least, most) = try quantifier() {
            stacked += 1
            guard stacked <= 2 else { throw .invalidPattern("quantifiers upon quantifiers") }
            let isLazy = take("?")
            if peek() == 0x2B { throw .invalidPattern("possessive quantifiers are not supported") }
            tree = .repetition(tree, least: least, most: most, isLazy: isLazy)
        }
        return tree
    }

    private mutating func quantifier() throws(FHIRPathError) -> (Int, Int?)? {
        if take("*") { return (0, nil) }
        if take("+") { return (1, nil) }
        if take("?") { return (0, 1) }
        guard peek() == 0x7B else { return nil }
        let start = cursor
        cursor += 1
        guard let least = number() else {
            cursor = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            cursor = start
            return nil
        }
        guard least <= 1_000, most ?? 0 <= 1_000, most.map({ $0 >= least }) ?? true else {
            throw .invalidPattern("a repetition out of range")
        }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let start = cursor
        var value = 0
        while let digit = peek(), 0x30...0x39 ~= digit, value < 100_000 {
            value = value * 10 + Int(digit - 0x30)
            cursor += 1
        }
        return cursor == start ? nil : value
    }

    private mutating func atom() throws(FHIRPathError) -> FHIRPathPatternTree {
        guard let character = peek() else { return .empty }
        cursor += 1
        switch Unicode.Scalar(character) {
        case "(": return try group()
        case "[": return .set(try bracketed())
        case ".": return .any
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "\\": return try escape()
        case "*", "+", "?": throw .invalidPattern("a quantifier with nothing before it")
        default:
            if character == 0x7B {
                // A brace that is no quantifier stands for itself.
                cursor -= 1
                if try quantifier() != nil { throw .invalidPattern("a quantifier with nothing before it") }
                cursor += 1
            }
            return .scalar(character)
        }
    }

    private mutating func group() throws(FHIRPathError) -> FHIRPathPatternTree {
        var number: Int? = groups
        if take("?") {
            if take(":") {
                number = nil
            } else {
                _ = take("P")
                guard take("<"), peek() != 0x3D, peek() != 0x21 else {
                    throw .invalidPattern("look-around and flags are not supported")
                }
                var name = ""
                while let character = peek(), FHIRPathCharacterSet.isWord(character) {
                    name.unicodeScalars.append(Unicode.Scalar(character) ?? "_")
                    cursor += 1
                }
                guard take(">"), !name.isEmpty else { throw .invalidPattern("a group's name") }
                groupNames[name] = groups
            }
        }
        if number != nil {
            groups += 1
            guard groups <= 50 else { throw .invalidPattern("too many groups") }
        }
        let inner = try alternatives()
        guard take(")") else { throw .invalidPattern("a ( without a )") }
        return number.map { .group($0, inner) } ?? inner
    }

    // MARK: - Characters

    private mutating func add(_ set: FHIRPathCharacterSet) -> Int {
        var sealed = set
        sealed.seal()
        sets.append(sealed)
        return sets.count - 1
    }

    private mutating func escape() throws(FHIRPathError) -> FHIRPathPatternTree {
        guard let letter = peek().flatMap({ Unicode.Scalar($0) }) else { throw .invalidPattern("a \\ at the end") }
        switch letter {
        case "b", "B", "A", "z", "Z":
            cursor += 1
            return .assertion(
                letter == "b" ? .wordBoundary : letter == "B" ? .noWordBoundary : letter == "A" ? .start : .end)
        case "1"..."9", "k", "G", "Q": throw .invalidPattern("\\\(letter) is not supported")
        default: break
        }
        if let (category, isNegated) = try category() {
            var set = FHIRPathCharacterSet()
            set.categories.append((category, isNegated))
            return .set(add(set))
        }
        return .scalar(try escapedScalar())
    }

    /// `d`, `W`, `p{Lu}` behind a backslash; nil if it is something else.
    private mutating func category() throws(FHIRPathError) -> (FHIRPathCharacterSet.Category, Bool)? {
        guard let letter = peek().flatMap({ Unicode.Scalar($0) }) else { return nil }
        switch letter {
        case "d", "D":
            cursor += 1
            return (.digit, letter == "D")
        case "w", "W":
            cursor += 1
            return (.word, letter == "W")
        case "s", "S":
            cursor += 1
            return (.space, letter == "S")
        case "p", "P":
            cursor += 1
            var name = ""
            if take("{") {
                while let character = peek(), character != 0x7D, name.unicodeScalars.count < 20 {
                    name.unicodeScalars.append(Unicode.Scalar(character) ?? "?")
                    cursor += 1
                }
                guard take("}") else { throw .invalidPattern("\\p{ without a }") }
            } else if let character = peek().flatMap({ Unicode.Scalar($0) }) {
                name.unicodeScalars.append(character)
                cursor += 1
            }
            let known: [Unicode.Scalar] = ["L", "M", "N", "P", "S", "Z", "C"]
            guard (1...2).contains(name.unicodeScalars.count), known.contains(name.unicodeScalars[name.startIndex])
            else {
                throw .invalidPattern("\\p{\(name)} is not supported")
            }
            return (.general(name), letter == "P")
        default: return nil
        }
    }

    /// A character behind a backslash.
    private mutating func escapedScalar() throws(FHIRPathError) -> UInt32 {
        guard let character = peek(), let letter = Unicode.Scalar(character) else {
            throw .invalidPattern("a \\ at the end")
        }
        cursor += 1
        switch letter {
        case "t": return 0x09
        case "n": return 0x0A
        case "v": return 0x0B
        case "f": return 0x0C
        case "r": return 0x0D
        case "0": return 0
        case "x": return try hexadecimal(2)
        case "u": return try hexadecimal(4)
        default:
            if (character | 0x20) &- 0x61 < 26 { throw .invalidPattern("\\\(letter) is not supported") }
            return character
        }
    }

    private mutating func hexadecimal(_ digits: Int) throws(FHIRPathError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let character = peek(), character < 0x80, let digit = JSONEscapes.digit(UInt8(character)) else {
                throw .invalidPattern("a hexadecimal escape")
            }
            value = value << 4 | digit
            cursor += 1
        }
        return value
    }

    /// What stands between `[` and `]`.
    private mutating func bracketed() throws(FHIRPathError) -> Int {
        var set = FHIRPathCharacterSet()
        set.isNegated = take("^")
        var isFirst = true
        while let character = peek(), character != 0x5D || isFirst {
            isFirst = false
            if character == 0x5B, peek(1) == 0x3A { throw .invalidPattern("[:…:] is not supported") }
            if character == 0x26, peek(1) == 0x26 { throw .invalidPattern("&& is not supported") }
            guard let low = try member(of: &set) else { continue }
            guard peek() == 0x2D, let next = peek(1), next != 0x5D else {
                set.ranges.append(low...low)
                continue
            }
            cursor += 1
            guard let high = try member(of: &set) else {
                set.ranges.append(low...low)
                set.ranges.append(0x2D...0x2D)
                continue
            }
            guard low <= high else { throw .invalidPattern("a range that ends before it begins") }
            set.ranges.append(low...high)
        }
        guard take("]") else { throw .invalidPattern("a [ without a ]") }
        return add(set)
    }

    /// One character of a class; nil if it was a category, which is then in the set.
    private mutating func member(of set: inout FHIRPathCharacterSet) throws(FHIRPathError) -> UInt32? {
        guard let character = peek() else { throw .invalidPattern("a [ without a ]") }
        cursor += 1
        guard character == 0x5C else { return character }
        if let (category, isNegated) = try category() {
            set.categories.append((category, isNegated))
            return nil
        }
        if take("b") { return 0x08 }
        return try escapedScalar()
    }
}

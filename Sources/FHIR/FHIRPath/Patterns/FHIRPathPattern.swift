/// A regular expression that takes time in proportion to the text, whatever it is: all ways to match are followed at once.
///
/// Supported are alternatives, groups (also named and non-capturing), classes with `\d \w \s \p{…}` and their negations,
/// greedy and lazy quantifiers, `^ $ \b \B`. What needs going back (back references, look-around) is refused. As FHIRPath
/// asks (N1 §5.6.9), case matters, a dot is any character, and characters are Unicode's.
final class FHIRPathPattern: Sendable {
    enum Instruction: Sendable {
        case scalar(UInt32)
        case set(Int)
        case any
        /// Goes on at both; the first is preferred.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case assertion(Assertion)
        case match
    }

    enum Assertion: Sendable { case start, end, wordBoundary, noWordBoundary }

    /// How large a pattern may become once its counted repetitions are written out.
    static let maximumInstructions = 4_000
    static let maximumDepth = 100

    let program: [Instruction]
    let sets: [FHIRPathCharacterSet]
    let groups: Int
    let groupNames: [String: Int]

    /// - Throws: ``FHIRPathError/invalidPattern(_:)``
    init(_ pattern: UnsafeBufferPointer<UInt8>) throws(FHIRPathError) {
        var parser = FHIRPathPatternParser(pattern)
        let tree = try parser.parse()
        var builder = FHIRPathPatternBuilder()
        try builder.emit(.group(0, tree))
        try builder.append(.match)
        program = builder.program
        sets = parser.sets
        groups = parser.groups
        groupNames = parser.groupNames
    }
}

/// Characters, as ranges or by what Unicode says of them.
struct FHIRPathCharacterSet: Sendable {
    enum Category: Sendable {
        case digit, word, space
        /// The first letter or the two letters of a general category: `L`, `Lu`.
        case general(String)
    }

    var isNegated = false
    var ranges: [ClosedRange<UInt32>] = []
    var categories: [(category: Category, isNegated: Bool)] = []
    /// The answers for ASCII, worked out once.
    private var ascii: (UInt64, UInt64) = (0, 0)

    mutating func seal() {
        for scalar in UInt32(0)..<128 where decide(scalar) {
            if scalar < 64 { ascii.0 |= 1 << UInt64(scalar) } else { ascii.1 |= 1 << UInt64(scalar - 64) }
        }
    }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return ascii.0 >> UInt64(scalar) & 1 == 1 }
        if scalar < 128 { return ascii.1 >> UInt64(scalar - 64) & 1 == 1 }
        return decide(scalar)
    }

    private func decide(_ scalar: UInt32) -> Bool {
        let isIn =
            ranges.contains { $0.contains(scalar) }
            || categories.contains { Self.matches($0.category, scalar) != $0.isNegated }
        return isIn != isNegated
    }

    static func matches(_ category: Category, _ value: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return false }
        switch category {
        case .digit: return 0x30...0x39 ~= value
        case .word: return isWord(value)
        case .space: return value == 0x20 || 0x09...0x0D ~= value || scalar.properties.isWhitespace
        case .general(let name): return code(scalar.properties.generalCategory).hasPrefix(name)
        }
    }

    static func isWord(_ value: UInt32) -> Bool {
        0x30...0x39 ~= value || (value | 0x20) &- 0x61 < 26 || value == 0x5F
    }

    private static func code(_ category: Unicode.GeneralCategory) -> String {
        switch category {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}

/// A pattern as a tree.
indirect enum FHIRPathPatternTree {
    case empty
    case scalar(UInt32)
    case set(Int)
    case any
    case assertion(FHIRPathPattern.Assertion)
    case sequence([FHIRPathPatternTree])
    case alternatives([FHIRPathPatternTree])
    case group(Int, FHIRPathPatternTree)
    case repetition(FHIRPathPatternTree, least: Int, most: Int?, isLazy: Bool)
}

/// Writes the tree out as instructions.
struct FHIRPathPatternBuilder {
    private(set) var program: [FHIRPathPattern.Instruction] = []

    mutating func append(_ instruction: FHIRPathPattern.Instruction) throws(FHIRPathError) {
        guard program.count < FHIRPathPattern.maximumInstructions else { throw .invalidPattern("it is too large") }
        program.append(instruction)
    }

    mutating func emit(_ tree: FHIRPathPatternTree) throws(FHIRPathError) {
        switch tree {
        case .empty: break
        case .scalar(let scalar): try append(.scalar(scalar))
        case .set(let number): try append(.set(number))
        case .any: try append(.any)
        case .assertion(let assertion): try append(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .alternatives(let parts): try emitAlternatives(parts)
        case .group(let number, let inner):
            try append(.save(number * 2))
            try emit(inner)
            try append(.save(number * 2 + 1))
        case .repetition(let inner, let least, let most, let isLazy):
            try emitRepetition(inner, least, most, isLazy)
        }
    }

    private mutating func emitAlternatives(_ parts: [FHIRPathPatternTree]) throws(FHIRPathError) {
        var jumps: [Int] = []
        for (position, part) in parts.enumerated() {
            guard position + 1 < parts.count else {
                try emit(part)
                break
            }
            let split = program.count
            try append(.match)
            try emit(part)
            jumps.append(program.count)
            try append(.match)
            program[split] = .split(split + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }

    private mutating func emitRepetition(
        _ inner: FHIRPathPatternTree, _ least: Int, _ most: Int?, _ isLazy: Bool
    ) throws(FHIRPathError) {
        for _ in 0..<least { try emit(inner) }
        guard let most else {
            let split = program.count
            try append(.match)
            try emit(inner)
            try append(.jump(split))
            program[split] = isLazy ? .split(program.count, split + 1) : .split(split + 1, program.count)
            return
        }
        guard most > least else { return }
        var splits: [Int] = []
        for _ in least..<most {
            splits.append(program.count)
            try append(.match)
            try emit(inner)
        }
        for split in splits {
            program[split] = isLazy ? .split(program.count, split + 1) : .split(split + 1, program.count)
        }
    }
}

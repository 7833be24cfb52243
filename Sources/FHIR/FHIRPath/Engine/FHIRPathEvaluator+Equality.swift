/// `=` and `~` between items and collections (FHIRPath N1 §6.1).
extension FHIRPathEvaluator {
    /// Collections are equal if their items are, one by one; unknown if one of them is empty.
    func areEqual(_ left: Range<Int>, _ right: Range<Int>) throws(FHIRPathError) -> FHIRPathTruth {
        if left.isEmpty || right.isEmpty { return .unknown }
        guard left.count == right.count else { return .no }
        var result = FHIRPathTruth.yes
        for offset in 0..<left.count {
            switch try areEqual(stack[left.lowerBound + offset], stack[right.lowerBound + offset]) {
            case .no: return .no
            case .unknown: result = .unknown
            case .yes: break
            }
        }
        return result
    }

    func areEqual(_ left: FHIRPathValue, _ right: FHIRPathValue) throws(FHIRPathError) -> FHIRPathTruth {
        try spend()
        if left.kind == .node, right.kind == .node {
            if left.document == right.document, left.index == right.index, left.companion == right.companion {
                return .yes
            }
            let isLeftPrimitive = isPrimitive(left.type)
            guard isLeftPrimitive == isPrimitive(right.type) else { return .no }
            if !isLeftPrimitive { return FHIRPathTruth(try haveEqualContent(left, right, depth: 0)) }
        }
        guard let mine = system(left), let theirs = system(right) else {
            // Types, and primitives without a value: only the same is equal, and that was seen above.
            if left.kind == .type, right.kind == .type {
                return FHIRPathTruth(left.type == right.type && left.flag == right.flag)
            }
            return isValueless(left) || isValueless(right) ? .unknown : .no
        }
        switch (mine.kind, theirs.kind) {
        case (.string, .string):
            charge(min(mine.text.count, theirs.text.count) / 16)
            return FHIRPathTruth(FactHash.equal(mine.text, theirs.text))
        case (.boolean, .boolean): return FHIRPathTruth(mine.bool == theirs.bool)
        case (.integer, .integer): return FHIRPathTruth(mine.int == theirs.int)
        case (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
            return FHIRPathTruth(mine.asDecimal == theirs.asDecimal)
        case (.quantity, _), (_, .quantity):
            guard let one = asQuantity(mine), let other = asQuantity(theirs) else { return .no }
            return FHIRPathQuantity.areEqual(one, other)
        default:
            guard mine.isTemporal, theirs.isTemporal,
                let order = FHIRPathTemporal(mine).order(to: FHIRPathTemporal(theirs))
            else { return .no }
            return order == .unknown ? .unknown : FHIRPathTruth(order == .same)
        }
    }

    /// A number is a quantity without a unit (N1 §4.1.9).
    func asQuantity(_ value: FHIRPathValue) -> FHIRPathValue? {
        if value.kind == .quantity { return value }
        return value.asDecimal.map { .quantity($0, unit: FHIRPathUnit.one, isCalendar: false) }
    }

    /// Whether it is a primitive of which only an id or extensions are known, or whose value is none of its type.
    func isValueless(_ value: FHIRPathValue) -> Bool {
        value.kind == .node && (value.index < 0 || isPrimitive(value.type) && system(value) == nil)
    }

    /// Whether two elements with children say the same; the order of members does not matter.
    private func haveEqualContent(
        _ left: FHIRPathValue, _ right: FHIRPathValue, depth: Int
    ) throws(FHIRPathError) -> Bool {
        try spend()
        guard left.index >= 0, right.index >= 0, depth < 200 else { return false }
        let one = JSONNode(document: documents[Int(left.document)], index: left.index)
        let other = JSONNode(document: documents[Int(right.document)], index: right.index)
        guard one.kind == other.kind else { return false }
        var (mine, theirs) = (left, right)
        switch one.kind {
        case .object:
            guard one.count == other.count else { return false }
            for (key, value) in one.members {
                try spend(one.count >> 4)
                guard let counterpart = other[key.string] else { return false }
                mine.index = value.index
                theirs.index = counterpart.index
                if try !haveEqualContent(mine, theirs, depth: depth + 1) { return false }
            }
            return true
        case .array:
            guard one.count == other.count else { return false }
            var rest = other.elements
            for value in one.elements {
                guard let counterpart = rest.next() else { return false }
                mine.index = value.index
                theirs.index = counterpart.index
                if try !haveEqualContent(mine, theirs, depth: depth + 1) { return false }
            }
            return true
        case .number:
            return FHIRPathDecimal(utf8: text(left)) == FHIRPathDecimal(utf8: text(right))
        case .string:
            charge(min(text(left).count, text(right).count) / 16)
            return FactHash.equal(text(left), text(right))
        case .true, .false, .null:
            return true
        }
    }

    /// Collections are equivalent if each item has its own equivalent in the other, in any order; two empty ones are.
    func areEquivalent(_ left: Range<Int>, _ right: Range<Int>) throws(FHIRPathError) -> Bool {
        guard left.count == right.count else { return false }
        if left.count == 1 { return try areEquivalent(stack[left.lowerBound], stack[right.lowerBound], depth: 0) }
        var taken: Set<Int> = []
        for position in left {
            var isFound = false
            for other in right where !taken.contains(other) {
                if try areEquivalent(stack[position], stack[other], depth: 0) {
                    taken.insert(other)
                    isFound = true
                    break
                }
            }
            if !isFound { return false }
        }
        return true
    }

    func areEquivalent(
        _ left: FHIRPathValue, _ right: FHIRPathValue, depth: Int
    ) throws(FHIRPathError) -> Bool {
        try spend()
        guard let mine = system(left), let theirs = system(right) else {
            guard left.kind == .node, right.kind == .node, depth < 200 else { return try areEqual(left, right) == .yes }
            return try haveEquivalentChildren(left, right, depth: depth)
        }
        switch (mine.kind, theirs.kind) {
        case (.string, .string):
            charge((mine.text.count + theirs.text.count) / 8)
            return Self.folded(mine.text) == Self.folded(theirs.text)
        case (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
            guard let one = mine.asDecimal, let other = theirs.asDecimal else { return false }
            // To the precision of the less precise (N1 §6.1.2), zeros at the end not counted.
            let (short, long) = (one.trimmed, other.trimmed)
            let places = min(short.places, long.places)
            return short.rounded(to: places) == long.rounded(to: places)
        case (.quantity, _), (_, .quantity):
            guard let one = asQuantity(mine), let other = asQuantity(theirs) else { return false }
            return FHIRPathQuantity.areEquivalent(one, other)
        default:
            return try areEqual(mine, theirs) == .yes
        }
    }

    private func haveEquivalentChildren(
        _ left: FHIRPathValue, _ right: FHIRPathValue, depth: Int
    ) throws(FHIRPathError) -> Bool {
        let base = count
        defer { pop(to: base) }
        try pushChildren(of: left)
        let middle = count
        try pushChildren(of: right)
        let end = count
        guard middle - base == end - middle else { return false }
        if middle == base { return try areEqual(left, right) == .yes }
        var taken: Set<Int> = []
        for position in base..<middle {
            var isFound = false
            for other in middle..<end where !taken.contains(other) && stack[other].element == stack[position].element {
                if try areEquivalent(stack[position], stack[other], depth: depth + 1) {
                    taken.insert(other)
                    isFound = true
                    break
                }
            }
            if !isFound { return false }
        }
        return true
    }

    /// Text without regard to case and to how words are spaced.
    private static func folded(_ text: UnsafeBufferPointer<UInt8>) -> String {
        let words = String(decoding: text, as: UTF8.self).lowercased().split(whereSeparator: \.isWhitespace)
        return words.joined(separator: " ")
    }

    /// How one System value stands to another; nil where their types cannot be compared.
    func order(of left: FHIRPathValue, to right: FHIRPathValue) throws(FHIRPathError) -> FHIRPathTemporal.Order? {
        switch (left.kind, right.kind) {
        case (.integer, .integer), (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal):
            guard let one = left.asDecimal, let other = right.asDecimal else { return nil }
            return one == other ? .same : one < other ? .before : .after
        case (.string, .string):
            try spend(1 + min(left.text.count, right.text.count) / 16)
            if FactHash.equal(left.text, right.text) { return .same }
            // UTF-8 sorts as its code points do.
            return left.text.lexicographicallyPrecedes(right.text) ? .before : .after
        case (.quantity, .quantity), (.quantity, .integer), (.quantity, .decimal), (.integer, .quantity),
            (.decimal, .quantity):
            guard let one = asQuantity(left), let other = asQuantity(right) else { return nil }
            return FHIRPathQuantity.order(one, other)
        default:
            guard left.isTemporal, right.isTemporal else { return nil }
            return FHIRPathTemporal(left).order(to: FHIRPathTemporal(right))
        }
    }
}

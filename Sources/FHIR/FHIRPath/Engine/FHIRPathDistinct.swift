import CFacts

/// A set of values by FHIRPath's equality.
struct FHIRPathDistinct {
    private var values: [FHIRPathValue] = []
    private var hashes: [UInt64] = []
    /// Positions in `values` by hash, -1 where none; empty while the set is small.
    private var slots: [Int32] = []

    /// Adds a value; false if an equal one is there.
    mutating func insert(_ value: FHIRPathValue, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> Bool {
        let hash = try e.hash(value, depth: 0)
        if try contains(value, hash, e) { return false }
        values.append(value)
        hashes.append(hash)
        try e.spend()
        if values.count > 8, slots.count < values.count * 2 {
            rebuild()
        } else if !slots.isEmpty {
            place(values.count - 1)
        }
        return true
    }

    func contains(_ value: FHIRPathValue, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> Bool {
        try contains(value, try e.hash(value, depth: 0), e)
    }

    private func contains(
        _ value: FHIRPathValue, _ hash: UInt64, _ e: FHIRPathEvaluator
    ) throws(FHIRPathError) -> Bool {
        if slots.isEmpty {
            for position in values.indices where hashes[position] == hash {
                if try e.areEqual(value, values[position]) == .yes { return true }
            }
            return false
        }
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let position = Int(slots[slot])
            if hashes[position] == hash, try e.areEqual(value, values[position]) == .yes { return true }
            try e.spend()
            slot = (slot + 1) & (slots.count - 1)
        }
        return false
    }

    private mutating func rebuild() {
        slots = Array(
            repeating: -1, count: 32 << max(0, (values.count / 8).bitWidth - (values.count / 8).leadingZeroBitCount))
        for position in values.indices { place(position) }
    }

    private mutating func place(_ position: Int) {
        var slot = Int(truncatingIfNeeded: hashes[position]) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(position)
    }
}

extension FHIRPathEvaluator {
    /// Equal values have equal hashes.
    func hash(_ value: FHIRPathValue, depth: Int) throws(FHIRPathError) -> UInt64 {
        try spend()
        if value.kind == .node, !isPrimitive(value.type) {
            return value.index < 0 ? 1 : try hashOfContent(value, depth: depth)
        }
        guard let system = system(value) else { return 2 }
        switch system.kind {
        case .string:
            charge(system.text.count / 16)
            return FHIRPathHash.of(system.text)
        case .boolean: return system.low &+ 3
        // Numbers may equal quantities and each other; dates are equal in several zones.
        case .integer, .decimal, .quantity:
            return system.asDecimal?.whole.map { FHIRPathHash.mix(UInt64(bitPattern: Int64($0))) } ?? 5
        case .date, .dateTime, .time: return 7
        case .node, .type: return 11
        }
    }

    private func hashOfContent(_ value: FHIRPathValue, depth: Int) throws(FHIRPathError) -> UInt64 {
        guard depth < 200 else { return 13 }
        let node = JSONNode(document: documents[Int(value.document)], index: value.index)
        var child = value
        switch node.kind {
        case .object:
            // The order of members does not matter: their hashes are summed.
            var sum: UInt64 = 17
            for (key, member) in node.members {
                try spend()
                child.index = member.index
                let own = key.withUTF8 { FHIRPathHash.of($0) }
                sum &+= FHIRPathHash.mix(own ^ (try hashOfContent(child, depth: depth + 1)))
            }
            return sum
        case .array:
            var sum: UInt64 = 19
            for element in node.elements {
                try spend()
                child.index = element.index
                sum = FHIRPathHash.mix(sum) ^ (try hashOfContent(child, depth: depth + 1))
            }
            return sum
        case .string:
            let text = text(value)
            charge(text.count / 16)
            return FHIRPathHash.of(text)
        case .number: return 23
        case .true, .false, .null: return 29
        }
    }
}

enum FHIRPathHash {
    static func of(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix(value)
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

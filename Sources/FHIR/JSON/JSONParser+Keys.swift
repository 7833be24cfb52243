extension JSONParser {
    /// Objects with more members than this are checked with a hash table.
    private static let smallObject = 12

    /// Stands at the closing bracket of the object at tape index `object`, which has two members or more: refuses names
    /// that occur twice, also where only their escapes differ (R4 §2.6.2: property names are unique in an object).
    func checkKeys(of object: Int) throws(JSONFault) {
        let count = Int(entry(at: object).end)
        if let key = count <= Self.smallObject ? compareKeys(of: object) : hashKeys(of: object) {
            throw JSONFault(at: Int(entry(at: key).start), .duplicateKey, key: key)
        }
    }

    /// Compares every name with those before it, by fingerprint first. The tape index of the first that repeats one.
    private func compareKeys(of object: Int) -> Int? {
        let count = Int(entry(at: object).end)
        return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { prints in
            var key = object + 1
            for position in 0..<count {
                let entry = entry(at: key)
                if entry.hasEscapes { return hashKeys(of: object) }
                let print = fingerprint(of: entry)
                for earlier in 0..<position where prints[earlier] == print {
                    if isSame(entry, self.entry(at: self.key(earlier, of: object))) { return key }
                }
                prints.initializeElement(at: position, to: print)
                key = Int(self.entry(at: key + 1).next)
            }
            return nil
        }
    }

    /// Length and the first and last eight bytes: differs for nearly all names that differ.
    @inline(__always)
    private func fingerprint(of entry: JSONTapeEntry) -> UInt64 {
        let content = entry.content
        var first: UInt64 = 0
        var last: UInt64 = 0
        if content.count >= 8 {
            let bytes = UnsafeRawBufferPointer(text)
            first = bytes.loadUnaligned(fromByteOffset: content.lowerBound, as: UInt64.self)
            last = bytes.loadUnaligned(fromByteOffset: content.upperBound - 8, as: UInt64.self)
        } else {
            for byte in text[content] { first = first << 8 | UInt64(byte) }
        }
        return first ^ (last << 29 | last >> 35) ^ UInt64(truncatingIfNeeded: content.count) &* 0x9E37_79B9_7F4A_7C15
    }

    private func key(_ position: Int, of object: Int) -> Int {
        var key = object + 1
        for _ in 0..<position { key = Int(entry(at: key + 1).next) }
        return key
    }

    private func isSame(_ one: JSONTapeEntry, _ other: JSONTapeEntry) -> Bool {
        text[one.content].elementsEqual(text[other.content])
    }

    /// Puts the names into a set; the tape index of the first that is there already. Swift seeds its hashes at random,
    /// so that nobody can choose names that collide.
    private func hashKeys(of object: Int) -> Int? {
        let count = Int(entry(at: object).end)
        var seen = Set<JSONName>(minimumCapacity: count)
        var key = object + 1
        for _ in 0..<count {
            guard seen.insert(JSONName(entry(at: key), in: text)).inserted else { return key }
            key = Int(entry(at: key + 1).next)
        }
        return nil
    }
}

/// A member name as an element of a set; lives no longer than the call that made it lends the text.
private struct JSONName: Hashable {
    private enum Storage {
        case plain(Slice<UnsafeBufferPointer<UInt8>>)
        case resolved([UInt8])
    }

    private let storage: Storage

    init(_ entry: JSONTapeEntry, in text: UnsafeBufferPointer<UInt8>) {
        let raw = text[entry.content]
        guard entry.hasEscapes else {
            storage = .plain(raw)
            return
        }
        storage = .resolved(
            [UInt8](unsafeUninitializedCapacity: raw.count) { plain, count in
                count = JSONEscapes.resolve(UnsafeBufferPointer(rebasing: raw), into: plain)
            })
    }

    private func withBytes<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
        switch storage {
        case .plain(let raw): body(UnsafeBufferPointer(rebasing: raw))
        case .resolved(let bytes): bytes.withUnsafeBufferPointer(body)
        }
    }

    static func == (one: JSONName, other: JSONName) -> Bool {
        one.withBytes { mine in other.withBytes { mine.elementsEqual($0) } }
    }

    func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

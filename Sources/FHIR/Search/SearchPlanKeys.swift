/// The members that a place in a search plan leads on to, found by a key's bytes without making a String of it.
struct SearchPlanKeys: Sendable {
    struct Edge: Sendable {
        let key: [UInt8]
        /// Only the element at this position of the list; all where nil.
        let position: Int?
        let branch: SearchPlan.Branch
    }

    /// Sorted so that the edges of one bucket stand together.
    let edges: [Edge]
    /// Where each bucket's edges begin; one more than there are buckets.
    private let starts: [UInt16]
    private let mask: Int

    var isEmpty: Bool { edges.isEmpty }

    init(_ edges: [Edge]) {
        var buckets = 1
        while buckets < edges.count * 2 { buckets *= 2 }
        let mask = buckets - 1
        func bucket(_ edge: Edge) -> Int {
            edge.key.withUnsafeBufferPointer { Self.hash($0) } & mask
        }
        let sorted = edges.sorted { bucket($0) < bucket($1) }
        self.edges = sorted
        self.mask = mask
        starts = (0...buckets).map { limit in
            UInt16(sorted.firstIndex { bucket($0) >= limit } ?? sorted.count)
        }
    }

    /// The edges for a key: none or one, and more only where positions of one list are told apart.
    @inline(__always)
    func matches(_ key: JSONKey) -> Range<Int> {
        key.withUTF8 { bytes in
            let bucket = Self.hash(bytes) & mask
            var start = Int(starts[bucket])
            let limit = Int(starts[bucket + 1])
            while start < limit, !Self.equal(edges[start].key, bytes) { start += 1 }
            var end = start
            while end < limit, Self.equal(edges[end].key, bytes) { end += 1 }
            return start..<end
        }
    }

    /// Length, first, middle and last byte: enough to tell a type's element names apart.
    @inline(__always)
    private static func hash(_ key: UnsafeBufferPointer<UInt8>) -> Int {
        guard !key.isEmpty else { return 0 }
        let first = Int(key[0]) &* 31
        let middle = Int(key[key.count / 2]) &* 7
        return key.count &+ first &+ middle &+ Int(key[key.count - 1]) &* 131
    }

    @inline(__always)
    private static func equal(_ name: [UInt8], _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count == key.count else { return false }
        for index in name.indices where name[index] != key[index] {
            return false
        }
        return true
    }
}

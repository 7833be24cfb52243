/// A set of codes in two blocks of memory: their bytes one after another, and where each begins, in their order.
struct CodeTable: Sendable {
    private let bytes: [UInt8]
    /// Code n is `bytes[starts[n]..<starts[n + 1]]`.
    private let starts: [UInt32]

    var count: Int { starts.count - 1 }

    init(_ codes: some Sequence<String>) {
        var sorted = codes.map { Array($0.utf8) }
        sorted.sort { $0.lexicographicallyPrecedes($1) }
        var bytes: [UInt8] = []
        var starts: [UInt32] = [0]
        var last: [UInt8]?
        for code in sorted where code != last {
            bytes += code
            starts.append(UInt32(bytes.count))
            last = code
        }
        self.bytes = bytes
        self.starts = starts
    }

    /// The place of a code in the order; nil if it is not there.
    func position(of code: UnsafeBufferPointer<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var low = 0
            var high = count
            while low < high {
                let middle = (low + high) / 2
                let other = UnsafeBufferPointer(rebasing: bytes[Int(starts[middle])..<Int(starts[middle + 1])])
                if FactHash.equal(other, code) { return middle }
                if other.lexicographicallyPrecedes(code) { low = middle + 1 } else { high = middle }
            }
            return nil
        }
    }

    func contains(_ code: UnsafeBufferPointer<UInt8>) -> Bool { position(of: code) != nil }

    func position(of code: String) -> Int? { code.withUTF8Buffer { position(of: $0) } }

    /// The codes from the beginning.
    func prefix(_ count: Int) -> [String] {
        (0..<min(count, self.count)).map {
            String(decoding: bytes[Int(starts[$0])..<Int(starts[$0 + 1])], as: UTF8.self)
        }
    }
}

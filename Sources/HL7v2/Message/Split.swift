/// Finds what delimiters divide.
enum Split {
    /// The nth part, from 1; nil where there are fewer.
    static func part(_ number: Int, of whole: Extent, by delimiter: UInt8?, in bytes: [UInt8]) -> Extent? {
        guard number > 0 else { return nil }
        guard let delimiter else { return number == 1 ? whole : nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var lower = whole.lower
            for _ in 1..<number {
                let upper = end(from: lower, of: whole, by: delimiter, in: bytes)
                guard upper < whole.upper else { return nil }
                lower = upper + 1
            }
            return Extent(lower: lower, upper: end(from: lower, of: whole, by: delimiter, in: bytes))
        }
    }

    /// How many parts there are.
    static func count(of whole: Extent, by delimiter: UInt8?, in bytes: [UInt8]) -> Int {
        guard let delimiter else { return 1 }
        return 1 + bytes[whole.range].reduce(0) { $0 + ($1 == delimiter ? 1 : 0) }
    }

    /// Where the part that begins at an offset ends: at the next delimiter, or with the whole.
    @inline(__always)
    static func end(
        from lower: Int32, of whole: Extent, by delimiter: UInt8, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Int32 {
        let limit = min(Int(whole.upper), bytes.count)
        var position = Int(lower)
        while position < limit, bytes[position] != delimiter { position += 1 }
        return Int32(truncatingIfNeeded: position)
    }
}

/// Watches how much packed data grows: text packs perhaps 30-fold, a bomb a thousandfold and more.
struct ExpansionGuard {
    let format: ReadingError.Format
    let factor: Int
    let freeBytes: Int
    private var packed = 0
    private var unpacked = 0

    init(_ format: ReadingError.Format, limits: ReadingLimits) {
        self.format = format
        factor = limits.expansionFactor
        freeBytes = limits.expansionFreeBytes
    }

    mutating func count(packed more: Int, unpacked out: Int) throws(ReadingError) {
        packed += more
        unpacked += out
        if unpacked > freeBytes, unpacked / factor > packed {
            throw .expandsTooMuch(format, factor: factor)
        }
    }
}

/// Cuts bytes into segments and fields.
///
/// Segments end with CR (the standard), LF or CRLF. Lines that are none are blank, or belong to the text before them, or
/// are an error: `Message.parse` says when.
struct SegmentScan {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let field: UInt8
    private let maximum: Int
    private var rows: [SegmentIndex.Row] = []
    /// Has room for all separators, of which so many were found.
    private let separators: UnsafeMutableBufferPointer<Int32>
    private var separatorCount = 0
    /// What ended the line before: CR, LF, or 0 at the start.
    private var ended: UInt8 = 0
    private var endsWithReturn = false

    /// - Parameters:
    ///   - start: where the first segment begins.
    ///   - field: the separator.
    ///   - maximum: how many segments there may be.
    static func index(
        of bytes: [UInt8], from start: Int, field: UInt8, maximum: Int
    ) throws(MessageError) -> SegmentIndex {
        var rows: [SegmentIndex.Row] = []
        var failure: MessageError?
        let separators = bytes.withUnsafeBufferPointer { bytes in
            [Int32](unsafeUninitializedCapacity: count(of: field, in: bytes)) { separators, count in
                var scan = SegmentScan(bytes, field: field, maximum: maximum, separators: separators)
                do throws(MessageError) { try scan.run(from: start) } catch { failure = error }
                rows = scan.rows
                count = scan.separatorCount
            }
        }
        if let failure { throw failure }
        return SegmentIndex(rows: rows, separators: separators)
    }

    private static func count(of field: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        var position = 0
        while let word = ByteWord(bytes, at: position) {
            count += word.matches(field).nonzeroBitCount
            position += ByteWord.count
        }
        return count + bytes[min(position, bytes.count)...].reduce(0) { $0 + ($1 == field ? 1 : 0) }
    }

    private init(
        _ bytes: UnsafeBufferPointer<UInt8>, field: UInt8, maximum: Int,
        separators: UnsafeMutableBufferPointer<Int32>
    ) {
        self.bytes = bytes
        self.field = field
        self.maximum = maximum
        self.separators = separators
        rows.reserveCapacity(16)
    }

    private mutating func run(from start: Int) throws(MessageError) {
        var lower = start
        while lower < bytes.count {
            let firstSeparator = separatorCount
            let upper = readLine(from: lower)
            if upper > lower { try take(lower..<upper, firstSeparator: firstSeparator) }
            ended = upper < bytes.count ? bytes[upper] : 0
            if rows.count == 1, ended == 0x0D { endsWithReturn = true }
            lower = upper + 1
        }
    }

    /// Notes the separators up to the end of the line, which is returned.
    private mutating func readLine(from start: Int) -> Int {
        var position = start
        while let word = ByteWord(bytes, at: position) {
            let ends = word.matches(0x0D) | word.matches(0x0A)
            var found = word.matches(field) & ByteWord.before(firstOf: ends)
            while found != 0 {
                note(separator: position + ByteWord.place(ofFirst: found))
                found &= found &- 1
            }
            if ends != 0 { return position + ByteWord.place(ofFirst: ends) }
            position += ByteWord.count
        }
        while position < bytes.count, bytes[position] != 0x0D, bytes[position] != 0x0A {
            if bytes[position] == field { note(separator: position) }
            position += 1
        }
        return position
    }

    @inline(__always)
    private mutating func note(separator offset: Int) {
        // There is room for all of them.
        guard separatorCount < separators.count else { return }
        separators.initializeElement(at: separatorCount, to: Int32(truncatingIfNeeded: offset))
        separatorCount += 1
    }

    private mutating func take(_ line: Range<Int>, firstSeparator: Int) throws(MessageError) {
        let lower = line.lowerBound
        if line.count >= 3, let name = SegmentName(bytes[lower], bytes[lower + 1], bytes[lower + 2]),
            line.count == 3 || bytes[lower + 3] == field
        {
            guard rows.count < maximum else {
                throw MessageError(.tooManySegments(limit: maximum), offset: lower)
            }
            rows.append(SegmentIndex.Row(name, line, firstSeparator: firstSeparator))
        } else if endsWithReturn, ended == 0x0A, let last = rows.last,
            bytes[last.range.upperBound..<lower].allSatisfy({ $0 == 0x0A })
        {
            rows[rows.count - 1].upper = Int32(truncatingIfNeeded: line.upperBound)
        } else if !bytes[line].allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x00 || $0 == 0x1A }) {
            throw MessageError(.segmentName, place: rows.last.map { place(of: $0.name) }, offset: lower)
        }
    }

    private func place(of name: SegmentName) -> Place {
        Place(segment: name.description, sequence: rows.reduce(0) { $0 + ($1.name == name ? 1 : 0) })
    }
}

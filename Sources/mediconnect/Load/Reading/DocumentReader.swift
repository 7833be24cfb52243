/// The units in unpacked bytes: one document, or groups of lines.
struct DocumentReader {
    private enum State {
        case unread
        case lines(LineGroups)
        case finished
    }

    private let input: UnpackedInput
    private let limits: ReadingLimits
    private var state = State.unread

    init(_ input: UnpackedInput, limits: ReadingLimits) {
        self.input = input
        self.limits = limits
    }

    mutating func next() throws(ReadingError) -> LoadUnit.Content? {
        switch state {
        case .finished: return nil
        case .unread: return try begin()
        case .lines(var groups):
            let group = try groups.next()
            state = group == nil ? .finished : .lines(groups)
            return group.map { .lines($0) }
        }
    }

    private mutating func begin() throws(ReadingError) -> LoadUnit.Content? {
        state = .finished
        switch input.format {
        case .json: break
        case .empty: throw .unsupported("is empty")
        case .xml: throw .unsupported("is XML; load sends JSON")
        case .tar: throw .unsupported("is an archive inside an archive, which is not opened")
        case .gzip, .bzip2, .unknown: throw .unsupported("is neither JSON nor NDJSON nor an archive of them")
        }
        var taken: [[UInt8]] = []
        // The first line that says something, and whether it is an object that ends where the line ends.
        while let line = try input.bytes.line(limit: limits.documentBytes) {
            taken.append(taken.isEmpty ? Array(line.skippingByteOrderMark) : line)
            if !line.allSatisfy(\.isJSONSpace) { break }
        }
        if try isLines(first: taken.last ?? []) {
            state = .lines(LineGroups(input.bytes, first: taken, limits: limits))
            return try next()
        }
        var document = Array(taken.joined(separator: CollectionOfOne(UInt8(ascii: "\n"))))
        document.append(UInt8(ascii: "\n"))
        try input.bytes.appendAll(to: &document, limit: limits.documentBytes)
        return .document(document)
    }

    private func isLines(first line: [UInt8]) throws(ReadingError) -> Bool {
        let name = input.name.lowercased()
        if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") { return true }
        guard JSONBalance.isWholeObject(line) else { return false }
        let next = try input.bytes.window(atLeast: TarHeader.blockSize)
        return next.first { !$0.isJSONSpace } == UInt8(ascii: "{")
    }
}

/// Counts braces outside strings; enough to tell lines of objects from one object over many lines.
enum JSONBalance {
    static func isWholeObject(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var inString = false
        var escaped = false
        var closed = false
        for byte in bytes {
            if escaped {
                escaped = false
            } else if inString {
                escaped = byte == UInt8(ascii: "\\")
                inString = byte != UInt8(ascii: "\"")
            } else if !byte.isJSONSpace {
                if closed { return false }
                switch byte {
                case UInt8(ascii: "\""): inString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
                closed = depth == 0
            }
        }
        return closed
    }
}

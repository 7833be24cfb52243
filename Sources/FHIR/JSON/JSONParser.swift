/// Reads JSON in one pass over the bytes, without recursion, and writes the tape.
///
/// While a container is open, its tape entry serves as the stack: `next` holds the tape index of the container around
/// it (-1 for none) and `end` the number of children so far. Depth costs nothing but the entries themselves.
///
/// Bounds: `text` is only read through offsets below `text.count`, `tape` only below `used`; both are checked where
/// an offset moves on, and by the buffer pointers in debug builds.
struct JSONParser: ~Copyable {
    let text: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var cursor = 0
    /// Where white space between tokens was met last.
    private var lastSpace = -1
    /// Tape index of the innermost open container, -1 outside of all.
    private(set) var container: Int32 = -1
    private var depth = 0
    private var tape: UnsafeMutableBufferPointer<JSONTapeEntry>
    private(set) var used = 0

    /// The tape of a text, which the caller must deallocate.
    static func parse(
        _ text: UnsafeBufferPointer<UInt8>, limits: JSONLimits
    ) throws(JSONError) -> UnsafeMutableBufferPointer<JSONTapeEntry> {
        var parser = JSONParser(text, limits: limits)
        do throws(JSONFault) {
            try parser.checkStart()
            try parser.run()
        } catch {
            throw parser.error(for: error)
        }
        return parser.finishedTape()
    }

    private init(_ text: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.text = text
        self.limits = limits
        // Synthea's bundles have a key or value every 32 bytes as they come and every 13 bytes without white space: most
        // tapes never grow, and memory that is not written to is not taken.
        let likely = text.count <= limits.maximumBytes ? text.count / 12 + 32 : 1
        tape = .allocate(capacity: min(likely, max(limits.maximumNodes, 1)))
    }

    deinit { tape.deallocate() }

    /// The tape in memory of its own, without the room that was not needed.
    private func finishedTape() -> UnsafeMutableBufferPointer<JSONTapeEntry> {
        let exact = UnsafeMutableBufferPointer<JSONTapeEntry>.allocate(capacity: used)
        _ = exact.initialize(fromContentsOf: tape[..<used])
        return exact
    }

    /// What can be said of the text as a whole before reading it.
    private func checkStart() throws(JSONFault) {
        // Offsets and tape indices are Int32.
        let limit = min(limits.maximumBytes, Int(Int32.max) - 1)
        guard text.count <= limit else { throw JSONFault(at: limit, .tooLarge(limit: limit)) }
        guard text.count >= 2 else { return }
        switch (text[0], text[1]) {
        case (0xEF, 0xBB) where text.count > 2 && text[2] == 0xBF: throw JSONFault(at: 0, .byteOrderMark)
        case (0xFE, 0xFF), (0xFF, 0xFE), (0x00, _), (UInt8(ascii: "{"), 0x00), (UInt8(ascii: "["), 0x00):
            throw JSONFault(at: 0, .otherEncoding)
        default: return
        }
    }

    private mutating func run() throws(JSONFault) {
        skipSpace()
        guard cursor < text.count else { throw JSONFault(at: cursor, .empty) }
        while true {
            var isComplete = true
            switch text[cursor] {
            case UInt8(ascii: "\""): try readString(flags: 0)
            case UInt8(ascii: "{"):
                try open(.object)
                isComplete = cursor < text.count && text[cursor] == UInt8(ascii: "}")
                if isComplete { close() } else { try readKey() }
            case UInt8(ascii: "["):
                try open(.array)
                guard cursor < text.count else { throw JSONFault(at: cursor, .unexpectedEnd) }
                isComplete = text[cursor] == UInt8(ascii: "]")
                if isComplete { close() }
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
            default: try readWord()
            }
            if isComplete {
                guard try moveToNextValue() else { return }
            }
        }
    }

    /// Behind a complete value: closes the containers that end here and stands before the next value, or says that the
    /// text is over.
    @inline(__always)
    private mutating func moveToNextValue() throws(JSONFault) -> Bool {
        while container >= 0 {
            let open = Int(container)
            tape[open].end += 1
            let isObject = tape[open].isObject
            skipSpace()
            guard cursor < text.count else { throw JSONFault(at: cursor, .unexpectedEnd) }
            let byte = text[cursor]
            if byte == UInt8(ascii: ",") {
                cursor += 1
                skipSpace()
                if isObject {
                    try readKey()
                } else {
                    guard cursor < text.count else { throw JSONFault(at: cursor, .unexpectedEnd) }
                    if text[cursor] == UInt8(ascii: "]") { throw JSONFault(at: cursor, .trailingComma) }
                }
                return true
            }
            guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                throw JSONFault(at: cursor, .expectedCommaOrEnd(found: byte))
            }
            if isObject, tape[open].end > 1 { try checkKeys(of: open) }
            close()
        }
        skipSpace()
        guard cursor == text.count else { throw JSONFault(at: cursor, .trailingContent) }
        return false
    }

    /// Stands at an opening bracket; afterwards behind it and the white space there.
    @inline(__always)
    private mutating func open(_ kind: JSONKind) throws(JSONFault) {
        guard depth < limits.maximumDepth else { throw JSONFault(at: cursor, .tooDeep(limit: limits.maximumDepth)) }
        depth += 1
        let index = used
        try push(JSONTapeEntry(head: UInt32(kind.rawValue), start: Int32(cursor), end: 0, next: container))
        container = Int32(truncatingIfNeeded: index)
        cursor += 1
        skipSpace()
    }

    /// Stands at the closing bracket of the innermost container; afterwards behind it.
    @inline(__always)
    private mutating func close() {
        cursor += 1
        let index = Int(container)
        var entry = tape[index]
        container = entry.next
        depth -= 1
        let count = min(UInt32(bitPattern: entry.end), JSONTapeEntry.countIsUnknown)
        entry.head |= count << 8 | (lastSpace > Int(entry.start) ? JSONTapeEntry.spaced : 0)
        entry.end = Int32(truncatingIfNeeded: cursor)
        entry.next = Int32(truncatingIfNeeded: used)
        tape[index] = entry
    }

    /// Reads a name and the colon; stands before the value afterwards.
    @inline(__always)
    private mutating func readKey() throws(JSONFault) {
        guard cursor < text.count else { throw JSONFault(at: cursor, .unexpectedEnd) }
        let byte = text[cursor]
        guard byte == UInt8(ascii: "\"") else {
            let isEnd = byte == UInt8(ascii: "}")
            throw JSONFault(at: cursor, isEnd ? .trailingComma : .expectedKey(found: byte))
        }
        try readString(flags: JSONTapeEntry.key)
        skipSpace()
        guard cursor < text.count else { throw JSONFault(at: cursor, .unexpectedEnd) }
        guard text[cursor] == UInt8(ascii: ":") else {
            throw JSONFault(at: cursor, .expectedColon(found: text[cursor]))
        }
        cursor += 1
        skipSpace()
        guard cursor < text.count else { throw JSONFault(at: cursor, .unexpectedEnd) }
    }

    @inline(__always)
    private mutating func skipSpace() {
        guard cursor < text.count, text[cursor] <= 0x20 else { return }
        let end = JSONScan.endOfSpace(text, from: cursor, to: text.count)
        if end > cursor { lastSpace = cursor }
        cursor = end
    }

    // MARK: The tape

    @inline(__always)
    mutating func push(_ entry: JSONTapeEntry) throws(JSONFault) {
        if used == tape.count { try grow() }
        tape.initializeElement(at: used, to: entry)
        used += 1
    }

    /// A string, key, number or word that ends at the cursor.
    @inline(__always)
    mutating func pushLeaf(_ kind: JSONKind, flags: UInt32 = 0, from start: Int) throws(JSONFault) {
        let next = Int32(truncatingIfNeeded: used + 1)
        let head = UInt32(kind.rawValue) | flags
        try push(
            JSONTapeEntry(
                head: head, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: cursor), next: next)
        )
    }

    func entry(at index: Int) -> JSONTapeEntry { tape[index] }

    private mutating func grow() throws(JSONFault) {
        guard used < limits.maximumNodes else {
            throw JSONFault(at: cursor, .tooManyNodes(limit: limits.maximumNodes))
        }
        let larger = UnsafeMutableBufferPointer<JSONTapeEntry>.allocate(
            capacity: min(tape.count * 2, limits.maximumNodes))
        _ = larger.moveInitialize(fromContentsOf: tape[..<used])
        tape.deallocate()
        tape = larger
    }
}

/// What stopped the parser, before the place is described.
struct JSONFault: Error {
    let offset: Int
    let reason: JSONError.Reason
    /// The tape index of a key that the expression shall end with, if it is not the one that was read last.
    let key: Int?

    init(at offset: Int, _ reason: JSONError.Reason, key: Int? = nil) {
        self.offset = offset
        self.reason = reason
        self.key = key
    }
}

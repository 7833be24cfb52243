/// A `_filter` as it is written; names are not resolved yet.
///
/// Source: R4 search_filter.html. `and` and `or` bind alike and are read from left to right.
indirect enum SearchFilter: Sendable, Hashable {
    case and([SearchFilter])
    case or([SearchFilter])
    case not(SearchFilter)
    case test([Step], Operation, String)

    /// A name of a path, and a filter on what it refers to.
    struct Step: Sendable, Hashable {
        let name: String
        let filter: SearchFilter?
    }

    enum Operation: String, Sendable, Hashable, CaseIterable {
        case equal = "eq"
        case notEqual = "ne"
        case contains = "co"
        case startsWith = "sw"
        case endsWith = "ew"
        case greater = "gt"
        case less = "lt"
        case greaterOrEqual = "ge"
        case lessOrEqual = "le"
        case approximate = "ap"
        case startsAfter = "sa"
        case endsBefore = "eb"
        case present = "pr"
        case overlaps = "po"
        case subsumes = "ss"
        case subsumedBy = "sb"
        case inSet = "in"
        case notInSet = "ni"
        case references = "re"

        /// The same comparison as a prefix of a date or number.
        var prefix: SearchPrefix? { SearchPrefix(rawValue: rawValue) }
    }

    init(parsing text: String) throws(SearchFault) {
        guard text.utf8.count <= SearchLimits.filter else {
            throw SearchFault(.tooCostly, "A filter has at most \(SearchLimits.filter) bytes.")
        }
        var reader = SearchFilterReader(text)
        self = try reader.whole()
    }
}

/// Reads a filter from left to right.
struct SearchFilterReader {
    private let bytes: [UInt8]
    private var cursor = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func whole() throws(SearchFault) -> SearchFilter {
        let filter = try filter(depth: 0)
        skipSpace()
        guard cursor == bytes.count else { throw expected("and, or or the end") }
        return filter
    }

    /// Terms with `and` and `or` between them.
    private mutating func filter(depth: Int) throws(SearchFault) -> SearchFilter {
        guard depth <= SearchLimits.filterDepth else {
            throw SearchFault(
                .tooCostly, "A filter has at most \(SearchLimits.filterDepth) brackets within each other.")
        }
        var read = try term(depth: depth)
        // A term in brackets is one part, whatever it is made of.
        var joined: [SearchFilter] = []
        var isAnd: Bool?
        var changes = 0
        while let word = connective() {
            if isAnd == nil { joined = [read] }
            if let before = isAnd, before != word {
                changes += 1
                guard changes <= SearchLimits.filterDepth else {
                    throw SearchFault(
                        .tooCostly, "A filter changes between and and or at most \(SearchLimits.filterDepth) times.")
                }
                joined = [before ? .and(joined) : .or(joined)]
            }
            isAnd = word
            joined.append(try term(depth: depth))
        }
        if let isAnd { read = isAnd ? .and(joined) : .or(joined) }
        return read
    }

    private mutating func term(depth: Int) throws(SearchFault) -> SearchFilter {
        skipSpace()
        if take("(") { return try bracketed(depth: depth, ")") }
        let start = cursor
        let word = name()
        if word == "not" {
            skipSpace()
            if take("(") { return .not(try bracketed(depth: depth, ")")) }
        }
        cursor = start
        let path = try path(depth: depth)
        guard skipSpace() else { throw expected("a space") }
        let operation = try operation()
        guard skipSpace() else { throw expected("a space") }
        return .test(path, operation, try value())
    }

    private mutating func bracketed(depth: Int, _ end: Unicode.Scalar) throws(SearchFault) -> SearchFilter {
        let inner = try filter(depth: depth + 1)
        skipSpace()
        guard take(end) else { throw expected("'\(end)'") }
        return inner
    }

    private mutating func path(depth: Int) throws(SearchFault) -> [SearchFilter.Step] {
        var steps: [SearchFilter.Step] = []
        while true {
            let name = name()
            guard !name.isEmpty else { throw expected("the name of a parameter") }
            let filter = take("[") ? try bracketed(depth: depth, "]") : nil
            steps.append(SearchFilter.Step(name: name, filter: filter))
            guard steps.count <= SearchLimits.chain + 1 else {
                throw SearchFault(.tooCostly, "A chain has at most \(SearchLimits.chain) links.")
            }
            guard take(".") else {
                if filter != nil { throw expected("'.' and a parameter of what it refers to") }
                return steps
            }
        }
    }

    private mutating func operation() throws(SearchFault) -> SearchFilter.Operation {
        let start = cursor
        let word = name()
        guard let operation = SearchFilter.Operation(rawValue: word) else {
            cursor = start
            throw expected("one of \(SearchFilter.Operation.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return operation
    }

    /// A JSON string, or anything up to a space, `)` or `]`.
    private mutating func value() throws(SearchFault) -> String {
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: "\"") { return try string() }
        let start = cursor
        while cursor < bytes.count, !isSpace(bytes[cursor]), bytes[cursor] != UInt8(ascii: ")"),
            bytes[cursor] != UInt8(ascii: "]")
        {
            cursor += 1
        }
        guard cursor > start else { throw expected("a value") }
        return String(decoding: bytes[start..<cursor], as: UTF8.self)
    }

    private mutating func string() throws(SearchFault) -> String {
        let start = cursor
        cursor += 1
        while cursor < bytes.count, bytes[cursor] != UInt8(ascii: "\"") {
            cursor += bytes[cursor] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard cursor < bytes.count else {
            cursor = start
            throw expected("a string that ends")
        }
        cursor += 1
        guard let document = try? JSONDocument.parse([UInt8](bytes[start..<cursor]).inArray),
            let text = document.root.elements.first?.string
        else {
            cursor = start
            throw expected("a JSON string")
        }
        return text
    }

    /// `and`: true, `or`: false.
    private mutating func connective() -> Bool? {
        let start = cursor
        skipSpace()
        switch name() {
        case "and": return true
        case "or": return false
        default:
            cursor = start
            return nil
        }
    }

    private mutating func name() -> String {
        let start = cursor
        while cursor < bytes.count {
            let byte = bytes[cursor]
            guard (byte | 0x20) &- 0x61 < 26 || byte.isDigit || byte == 0x2D || byte == 0x5F else { break }
            cursor += 1
        }
        return String(decoding: bytes[start..<cursor], as: UTF8.self)
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = cursor
        while cursor < bytes.count, isSpace(bytes[cursor]) { cursor += 1 }
        return cursor > start
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: character) else { return false }
        cursor += 1
        return true
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }

    private func expected(_ what: String) -> SearchFault {
        let rest = String(decoding: bytes[min(cursor, bytes.count)...].prefix(40), as: UTF8.self)
        let place = rest.isEmpty ? "at the end" : "before '\(rest)'"
        return SearchFault(.value, "The filter cannot be read: expected \(what) \(place).")
    }
}

extension [UInt8] {
    /// The text of a JSON value as that of a list of it.
    fileprivate var inArray: [UInt8] { [UInt8(ascii: "[")] + self + [UInt8(ascii: "]")] }
}

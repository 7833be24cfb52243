/// A piece of input that is sent in one request (or, when its resources are sent apart, in one batch).
struct LoadUnit: Sendable {
    enum Content: Sendable {
        /// One JSON document.
        case document([UInt8])
        /// Lines of NDJSON, each one resource.
        case lines([Line])
    }

    struct Line: Sendable, Equatable {
        /// From 1, blank lines counted, as editors do.
        let number: Int
        let bytes: [UInt8]
    }

    let address: UnitAddress
    /// What reports call it: file, and member of the archive.
    let label: String
    let content: Content
    /// Whether the user named the file; otherwise what is no FHIR resource is passed over.
    let isNamed: Bool
}

/// Cuts the lines of NDJSON into groups, the same ones whenever the same file is read.
struct LineGroups {
    private let bytes: BufferedBytes
    private let limits: ReadingLimits
    private var number = 0
    /// Lines that were read before it was known that these are lines; the first one last.
    private var pushedBack: [[UInt8]]

    /// - Parameter first: lines that have been taken from `bytes` already.
    init(_ bytes: BufferedBytes, first: [[UInt8]], limits: ReadingLimits) {
        self.bytes = bytes
        self.limits = limits
        pushedBack = first.reversed()
    }

    /// The next group; nil at the end.
    mutating func next() throws(ReadingError) -> [LoadUnit.Line]? {
        var lines: [LoadUnit.Line] = []
        var size = 0
        while lines.count < limits.groupLines, size < limits.groupBytes {
            guard let line = try nextLine() else { break }
            number += 1
            if line.allSatisfy(\.isJSONSpace) { continue }
            lines.append(LoadUnit.Line(number: number, bytes: line))
            size += line.count
        }
        return lines.isEmpty ? nil : lines
    }

    private mutating func nextLine() throws(ReadingError) -> [UInt8]? {
        if let line = pushedBack.popLast() { return line }
        return try bytes.line(limit: limits.documentBytes)
    }
}

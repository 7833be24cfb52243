/// The files in a tar archive, one after the other, without extracting any; names are labels and never paths.
final class TarReader {
    struct Member {
        /// Position among the archive's files, from 0.
        let index: Int
        let name: String
        let size: Int
    }

    private let source: BufferedBytes
    private let limits: ReadingLimits
    private var nextIndex = 0
    /// What is left of the current member's content, and of the padding behind it.
    private var contentLeft = 0
    private var paddingLeft = 0
    private var finished = false

    init(_ source: BufferedBytes, limits: ReadingLimits) {
        self.source = source
        self.limits = limits
    }

    /// Goes on to the next file, over whatever was not read of the one before; nil behind the archive's end mark.
    func next() throws(ReadingError) -> Member? {
        var attributes = TarAttributes()
        while !finished {
            try skipContent()
            guard let header = try nextHeader() else { return nil }
            // An attribute may correct the size of a file that is too large for the header's octal digits.
            let size = header.kind == .file ? attributes.size ?? header.size : header.size
            contentLeft = size
            paddingLeft = -size & (TarHeader.blockSize - 1)
            switch header.kind {
            case .file:
                if attributes.isSparse { throw Self.sparse }
                defer { nextIndex += 1 }
                return Member(index: nextIndex, name: attributes.name ?? header.name, size: size)
            case .attributes: attributes = try TarAttributes(attributeBytes())
            case .longName: attributes.name = TarHeader.text(try attributeBytes()[...])
            case .sparse: throw Self.sparse
            case .other: attributes = TarAttributes()
            }
        }
        return nil
    }

    /// The content of the file that `next` gave last; it ends where the file ends.
    var content: any ByteStream { TarContent(self) }

    fileprivate func readContent(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        if contentLeft == 0 { return 0 }
        let room = UnsafeMutableRawBufferPointer(rebasing: target[..<min(target.count, contentLeft)])
        let count = try source.read(into: room)
        if count == 0 { throw .truncated(.tar) }
        contentLeft -= count
        return count
    }

    private static let sparse = ReadingError.unsupported("has a sparse file in it, which is not loaded")

    private func nextHeader() throws(ReadingError) -> TarHeader? {
        let block = try source.peek(TarHeader.blockSize)
        guard block.count == TarHeader.blockSize else { throw .truncated(.tar) }
        source.consume(TarHeader.blockSize)
        if block.allSatisfy({ $0 == 0 }) {
            // One block of zeros ends it (a second one should follow); the rest is read so that what packs the
            // archive can check its sums.
            finished = true
            while try !source.window().isEmpty { source.consume(try source.window().count) }
            return nil
        }
        return try TarHeader(block)
    }

    private func attributeBytes() throws(ReadingError) -> [UInt8] {
        guard contentLeft <= limits.tarAttributeBytes else {
            throw .damaged(.tar, "a record of names or attributes is larger than \(limits.tarAttributeBytes) bytes")
        }
        var bytes: [UInt8] = []
        try BufferedBytes(TarContent(self), capacity: 4096).appendAll(to: &bytes, limit: limits.tarAttributeBytes)
        return bytes
    }

    private func skipContent() throws(ReadingError) {
        var left = contentLeft + paddingLeft
        while left > 0 {
            let available = try source.window().count
            if available == 0 { throw .truncated(.tar) }
            source.consume(min(available, left))
            left -= min(available, left)
        }
        contentLeft = 0
        paddingLeft = 0
    }
}

private final class TarContent: ByteStream {
    private let archive: TarReader

    init(_ archive: TarReader) {
        self.archive = archive
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        try archive.readContent(into: target)
    }
}

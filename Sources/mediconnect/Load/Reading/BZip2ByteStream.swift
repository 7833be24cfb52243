import CBZip2

/// The unpacked bytes of bzip2 data of one or more streams, as `cat a.bz2 b.bz2` and `pbzip2` make them.
final class BZip2ByteStream: ByteStream {
    private let source: BufferedBytes
    // libbz2 keeps the address of its stream, so the stream stays where it was made.
    private let stream: UnsafeMutablePointer<bz_stream>
    private var expansion: ExpansionGuard
    private var isOpen = false
    private var finished = false

    init(_ source: BufferedBytes, limits: ReadingLimits) throws(ReadingError) {
        self.source = source
        expansion = ExpansionGuard(.bzip2, limits: limits)
        stream = .allocate(capacity: 1)
        stream.initialize(to: bz_stream())
        try begin()
    }

    deinit {
        if isOpen { BZ2_bzDecompressEnd(stream) }
        stream.deallocate()
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        while !finished {
            let packed = try source.window()
            if packed.isEmpty { throw .truncated(.bzip2) }
            let room = min(target.count, 1 << 30)
            stream.pointee.next_in = packed.baseAddress?.assumingMemoryBound(to: CChar.self)
            stream.pointee.avail_in = UInt32(packed.count)
            stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: CChar.self)
            stream.pointee.avail_out = UInt32(room)
            let result = BZ2_bzDecompress(stream)
            let taken = packed.count - Int(stream.pointee.avail_in)
            let given = room - Int(stream.pointee.avail_out)
            source.consume(taken)
            try expansion.count(packed: taken, unpacked: given)
            switch result {
            case BZ_OK: break
            case BZ_STREAM_END: try beginNextStream()
            default: throw .damaged(.bzip2, Self.reason(result))
            }
            if given > 0 { return given }
        }
        return 0
    }

    private func begin() throws(ReadingError) {
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .damaged(.bzip2, "no memory to unpack") }
        isOpen = true
    }

    private func beginNextStream() throws(ReadingError) {
        BZ2_bzDecompressEnd(stream)
        isOpen = false
        if try source.peek(3) == Array("BZh".utf8) {
            stream.pointee = bz_stream()
            try begin()
        } else {
            try source.skipPadding(after: .bzip2)
            finished = true
        }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case BZ_DATA_ERROR: "the checksum or the data is wrong"
        case BZ_DATA_ERROR_MAGIC: "this is not bzip2 data"
        case BZ_MEM_ERROR: "no memory to unpack"
        default: "code \(code)"
        }
    }
}

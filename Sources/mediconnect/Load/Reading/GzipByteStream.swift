import CZlib

/// The unpacked bytes of gzip data (RFC 1952) of one or more members, as `cat a.gz b.gz` and `bgzip` make them.
final class GzipByteStream: ByteStream {
    private let source: BufferedBytes
    // zlib keeps the address of its stream, so the stream stays where it was made.
    private let stream: UnsafeMutablePointer<z_stream>
    private var expansion: ExpansionGuard
    private let ready: Int32
    private var finished = false

    init(_ source: BufferedBytes, limits: ReadingLimits) throws(ReadingError) {
        self.source = source
        expansion = ExpansionGuard(.gzip, limits: limits)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 31: the largest window, and gzip's header and trailer.
        ready = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        if ready != Z_OK { throw .damaged(.gzip, "no memory to unpack") }
    }

    deinit {
        if ready == Z_OK { inflateEnd(stream) }
        stream.deallocate()
    }

    func read(into target: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        while !finished {
            let packed = try source.window()
            if packed.isEmpty { throw .truncated(.gzip) }
            let room = min(target.count, 1 << 30)
            stream.pointee.next_in = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_in = UInt32(packed.count)
            stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(room)
            let result = inflate(stream, Z_NO_FLUSH)
            let taken = packed.count - Int(stream.pointee.avail_in)
            let given = room - Int(stream.pointee.avail_out)
            source.consume(taken)
            try expansion.count(packed: taken, unpacked: given)
            switch result {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: try beginNextMember()
            default: throw .damaged(.gzip, stream.pointee.msg.map { String(cString: $0) } ?? "code \(result)")
            }
            if given > 0 { return given }
        }
        return 0
    }

    /// After a member: another one, padding of zeros as tapes leave it, or the end.
    private func beginNextMember() throws(ReadingError) {
        let next = try source.window(atLeast: 2)
        if next.count >= 2, next[0] == 0x1F, next[1] == 0x8B {
            guard inflateReset(stream) == Z_OK else { throw .damaged(.gzip, "cannot begin the next member") }
            return
        }
        try source.skipPadding(after: .gzip)
        finished = true
    }
}

extension BufferedBytes {
    /// Takes zeros up to the end of the stream; anything else there is damage.
    func skipPadding(after format: ReadingError.Format) throws(ReadingError) {
        while true {
            let rest = try window()
            if rest.isEmpty { return }
            if rest.contains(where: { $0 != 0 }) {
                throw .damaged(format, "something that is not \(format.rawValue) follows the packed data")
            }
            consume(rest.count)
        }
    }
}

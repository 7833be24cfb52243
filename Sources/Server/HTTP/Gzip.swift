import CZlib

/// gzip (RFC 1952) by zlib, for bodies in both directions.
enum Gzip {
    /// nil if zlib cannot.
    static func deflate(_ bytes: UnsafeRawBufferPointer, level: Int32 = 4) -> [UInt8]? {
        var stream = z_stream()
        // 15 bits of window, and 16 for gzip's own frame.
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(CZlib.deflateBound(&stream, UInt(bytes.count)))
        var finished = false
        let output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            stream.next_in = UnsafeMutablePointer(
                mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = UInt32(bytes.count)
            stream.next_out = buffer.baseAddress
            stream.avail_out = UInt32(bound)
            finished = CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END
            count = bound - Int(stream.avail_out)
        }
        return finished ? output : nil
    }

    /// nil if the bytes are no gzip data or damaged.
    ///
    /// - Throws: `tooLarge` when more than `limit` bytes come out.
    static func inflate(_ bytes: [UInt8], limit: Int) throws(HTTPProblem) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        var status = Z_OK
        let result = bytes.withUnsafeBufferPointer { input -> Result<Void, HTTPProblem> in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(clamping: input.count)
            while status == Z_OK {
                let size = chunk.count
                let produced = chunk.withUnsafeMutableBufferPointer { space in
                    stream.next_out = space.baseAddress
                    stream.avail_out = UInt32(size)
                    status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    return size - Int(stream.avail_out)
                }
                output.append(contentsOf: chunk[..<produced])
                if output.count > limit { return .failure(.tooLarge(limit: limit)) }
                if produced == 0 && stream.avail_in == 0 { break }
            }
            return .success(())
        }
        try result.get()
        return status == Z_STREAM_END ? output : nil
    }
}

import CZlib

/// Pieces of a deflate stream (RFC 1951): each is deflated by itself and ends with a full flush, so that any number of
/// them, laid one after another, is a stream, and each can be inflated by itself.
enum Deflate {
    /// zlib's speed over its size: an export is made once and often not read twice.
    private static let level: Int32 = 1

    /// A piece; nil if zlib cannot.
    static func pack(_ bytes: [UInt8]) -> (packed: [UInt8], crc: UInt32)? {
        var stream = z_stream()
        // 15 bits of window, and no frame.
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        // The flush itself adds an empty block.
        let bound = Int(CZlib.deflateBound(&stream, UInt(bytes.count))) + 16
        var isWhole = false
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(bound)
                isWhole = CZlib.deflate(&stream, Z_FULL_FLUSH) == Z_OK && stream.avail_in == 0 && stream.avail_out > 0
                count = bound - Int(stream.avail_out)
            }
        }
        return isWhole ? (packed, checksum(bytes)) : nil
    }

    /// What a piece was made of; nil if it is none, or was made of another number of bytes.
    static func unpack(_ packed: [UInt8], bytes: Int) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        let output = [UInt8](unsafeUninitializedCapacity: bytes + 1) { buffer, count in
            packed.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(bytes + 1)
                let status = CZlib.inflate(&stream, Z_SYNC_FLUSH)
                count = status == Z_OK ? bytes + 1 - Int(stream.avail_out) : 0
            }
        }
        return output.count == bytes ? output : nil
    }

    /// CRC-32 as gzip has it.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
    }

    /// The frame that makes a gzip file (RFC 1952) of pieces: what stands before them, and what behind.
    static func frame(_ pieces: [(crc: UInt32, bytes: Int)]) -> (head: [UInt8], tail: [UInt8]) {
        var crc: UInt = 0
        var size: UInt32 = 0
        for piece in pieces {
            crc = crc32_combine(crc, UInt(piece.crc), piece.bytes)
            size &+= UInt32(truncatingIfNeeded: piece.bytes)
        }
        // No name, no time, an unknown system. An empty last block ends the stream.
        let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 255]
        return (head, [3, 0] + littleEndian(UInt32(truncatingIfNeeded: crc)) + littleEndian(size))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }
}

extension Deflate {
    /// A piece of stored blocks, which needs no memory of zlib's.
    static func store(_ bytes: [UInt8]) -> (packed: [UInt8], crc: UInt32) {
        var packed: [UInt8] = []
        packed.reserveCapacity(bytes.count + bytes.count / 65_535 * 5 + 5)
        var rest = bytes[...]
        while !rest.isEmpty {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
            packed += [0, low, high, ~low, ~high] + block
        }
        return (packed, checksum(bytes))
    }
}

import Testing

@testable import Server

@Suite("Pieces of a deflate stream, and parts of a body")
struct DeflateTests {
    private static let samples: [[UInt8]] = [
        [], [7], Array("hello hello hello hello".utf8), [UInt8](repeating: 0, count: 200_000),
        (0..<200_000).map { _ in UInt8.random(in: 0...255) },
    ]

    @Test("a piece is unpacked to what it was made of, packed or stored, and nothing else is")
    func pieces() throws {
        for bytes in Self.samples {
            for (packed, crc) in [try #require(Deflate.pack(bytes)), Deflate.store(bytes)] {
                #expect(Deflate.unpack(packed, bytes: bytes.count) == bytes)
                #expect(Deflate.unpack(packed, bytes: bytes.count + 1) == nil)
                #expect(bytes.isEmpty || Deflate.unpack(packed, bytes: bytes.count - 1) == nil)
                #expect(crc == Deflate.checksum(bytes))
            }
        }
        #expect(Deflate.unpack([0xFF, 0xFF, 0xFF], bytes: 3) == nil)
    }

    @Test("pieces in a frame are a gzip file of all their bytes")
    func frame() throws {
        let pieces = try Self.samples.map { try #require(Deflate.pack($0)) } + [Deflate.store([1, 2, 3])]
        let sizes = Self.samples.map(\.count) + [3]
        let (head, tail) = Deflate.frame(zip(pieces, sizes).map { ($0.crc, $1) })
        let file = head + pieces.flatMap(\.packed) + tail
        // zlib compares checksum and length.
        #expect(try Gzip.inflate(file, limit: 1 << 20) == Self.samples.flatMap { $0 } + [1, 2, 3])
    }

    @Test(
        "a range is the bytes that are there",
        arguments: [
            ("bytes=0-9", ByteRange.part(0..<10)), ("bytes=90-", .part(90..<100)), ("bytes=-5", .part(95..<100)),
            ("bytes=-500", .part(0..<100)), ("bytes=50-500", .part(50..<100)), ("bytes=99-99", .part(99..<100)),
            ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=9-5", .whole), ("bytes=", .whole),
            ("bytes=-", .whole), ("bytes=0-1,5-6", .whole), ("lines=0-1", .whole), ("bytes=a-b", .whole),
            ("bytes=99999999999999999999-", .whole),
        ] as [(String, ByteRange)])
    func ranges(header: String, expected: ByteRange) {
        #expect(ByteRange(header, of: 100) == expected)
        #expect(ByteRange(nil, of: 100) == .whole)
    }
}

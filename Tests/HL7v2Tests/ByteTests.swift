import TestSupport
import Testing

@testable import HL7v2

@Suite("Bytes looked at eight at a time")
struct ByteTests {
    @Test("the same bytes are found as one by one", arguments: 0..<4)
    func matches(seed: Int) {
        var random = SeededRandom(seed)
        let alphabet: [UInt8] = [0x00, 0x01, 0x7C, 0x7D, 0x7B, 0x80, 0xFC, 0xFF, 0x0D, 0x0A, 0x41]
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in random.pick(alphabet) }
            bytes.withUnsafeBufferPointer { buffer in
                for start in 0...bytes.count {
                    let word = ByteWord(buffer, at: start)
                    #expect((word == nil) == (bytes.count - start < 8))
                    let found = (word ?? ByteWord(last: buffer, from: start)).matches(0x7C)
                    let places = (0..<8).filter { found >> (8 * $0) & 0xFF == 0x80 }
                    let expected = bytes[start...].prefix(8).indices.filter { bytes[$0] == 0x7C }.map { $0 - start }
                    #expect(places == expected && found.nonzeroBitCount == expected.count)
                    if let first = expected.first { #expect(ByteWord.place(ofFirst: found) == first) }
                }
                #expect(ASCIICheck.end(in: buffer, from: 0) == bytes.firstIndex { $0 >= 0x80 } ?? bytes.count)
            }
        }
    }

    @Test("what is not UTF-8 is found where it begins", arguments: 0..<4)
    func utf8(seed: Int) {
        var random = SeededRandom(seed)
        let texts = ["abcdefgh", "a", "ü", "€", "𝄞", "日本", "\u{7FF}", "\u{D7FF}", "\u{10FFFF}"]
        let wrong: [[UInt8]] = [
            [0x80], [0xC0, 0xAF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5], [0xFF], [0xE2, 0x82], [0xF0, 0x9D, 0x84],
        ]
        for _ in 0..<2_000 {
            var bytes: [UInt8] = []
            var offset: Int?
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                if random.chance(5) {
                    offset = offset ?? bytes.count
                    bytes += random.pick(wrong) + [0x41]
                } else {
                    bytes += random.pick(texts).utf8
                }
            }
            #expect(bytes.withUnsafeBufferPointer { UTF8Check.invalidOffset(in: $0) } == offset, "\(bytes)")
            #expect((String(validating: bytes, as: UTF8.self) == nil) == (offset != nil))
        }
    }
}

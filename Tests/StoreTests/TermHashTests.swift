import Testing

@testable import Store

@Suite("The hash of search terms")
struct TermHashTests {
    /// SipHash-2-4 as its paper has it (Aumasson, Bernstein 2012, §2), word by word.
    private static func reference(_ k0: UInt64, _ k1: UInt64, _ message: [UInt8]) -> UInt64 {
        var v: [UInt64] = [
            k0 ^ 0x736f_6d65_7073_6575, k1 ^ 0x646f_7261_6e64_6f6d, k0 ^ 0x6c79_6765_6e65_7261,
            k1 ^ 0x7465_6462_7974_6573,
        ]
        func rotate(_ x: UInt64, _ by: UInt64) -> UInt64 { x << by | x >> (64 - by) }
        func round() {
            v[0] &+= v[1]
            v[2] &+= v[3]
            v[1] = rotate(v[1], 13) ^ v[0]
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = rotate(v[0], 32)
            v[2] &+= v[1]
            v[0] &+= v[3]
            v[1] = rotate(v[1], 17) ^ v[2]
            v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = rotate(v[2], 32)
        }
        var padded = message
        while padded.count % 8 != 7 { padded.append(0) }
        padded.append(UInt8(truncatingIfNeeded: message.count))
        for start in stride(from: 0, to: padded.count, by: 8) {
            let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(padded[start + $1]) << UInt64(8 * $1) }
            v[3] ^= word
            round()
            round()
            v[0] ^= word
        }
        v[2] ^= 0xff
        for _ in 0..<4 { round() }
        return v[0] ^ v[1] ^ v[2] ^ v[3]
    }

    private static let k0: UInt64 = 0x0706_0504_0302_0100
    private static let k1: UInt64 = 0x0f0e_0d0c_0b0a_0908

    @Test("the yardstick itself agrees with the paper's vectors")
    func vectors() {
        #expect(Self.reference(Self.k0, Self.k1, []) == 0x726f_db47_dd0e_0e31)
        #expect(Self.reference(Self.k0, Self.k1, Array(0..<8)) == 0x93f5_f579_9a93_2462)
        #expect(Self.reference(Self.k0, Self.k1, Array(0..<15)) == 0xa129_ca61_49be_45e5)
    }

    @Test("terms of every length are hashed as SipHash-2-4 of kind, parameter and text")
    func agrees() throws {
        let hash = try #require(TermHash(hexadecimal: "07060504030201000f0e0d0c0b0a0908"))
        for length in 0..<70 {
            let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(33 + $0 % 90))) })
            for parameter: Int32 in [0, 1, 0x0102_0304, -5] {
                let number = (0..<4).map { UInt8(truncatingIfNeeded: parameter >> Int32(8 * $0)) }
                let one = [TermHash.Kind.code.rawValue] + number + Array(text.utf8)
                #expect(hash(.code, parameter, text) == Int64(bitPattern: Self.reference(Self.k0, Self.k1, one)))
                let two = [TermHash.Kind.systemAndCode.rawValue] + number + Array("ü|".utf8) + [0x1f] + Array(text.utf8)
                #expect(
                    hash(.systemAndCode, parameter, "ü|", text)
                        == Int64(bitPattern: Self.reference(Self.k0, Self.k1, two)))
            }
        }
    }

    @Test("what differs in kind, parameter, key or where its parts meet has another hash")
    func differs() throws {
        let hash = try #require(TermHash(hexadecimal: "07060504030201000f0e0d0c0b0a0908"))
        let other = try #require(TermHash(hexadecimal: "07060504030201000f0e0d0c0b0a0909"))
        let hashes = [
            hash(.code, 1, "a"), hash(.uri, 1, "a"), hash(.code, 2, "a"), other(.code, 1, "a"),
            hash(.systemAndCode, 1, "ab", "c"), hash(.systemAndCode, 1, "a", "bc"), hash(.systemAndCode, 1, "abc"),
        ]
        #expect(Set(hashes).count == hashes.count)
    }

    @Test("a key that is not 32 hexadecimal digits is none")
    func badKeys() {
        for text in ["", "0706", "07060504030201000f0e0d0c0b0a090", "g7060504030201000f0e0d0c0b0a0908"] {
            #expect(TermHash(hexadecimal: text) == nil)
        }
    }
}

@Suite("Prefixes as ranges")
struct SuccessorTests {
    @Test("the successor of a prefix is greater than all that begin with it, and nothing is between")
    func successors() {
        #expect(SearchSQL.successor("a") == "b")
        #expect(SearchSQL.successor("müller") == "mülles")
        #expect(SearchSQL.successor("az") == "a{")
        #expect(SearchSQL.successor("a\u{10FFFF}") == "b")
        #expect(SearchSQL.successor("\u{D7FF}") == "\u{E000}")
        #expect(SearchSQL.successor("\u{10FFFF}") == nil)
        #expect(SearchSQL.successor("") == nil)
    }

    @Test("in the order of the database's bytes every text with the prefix lies below it")
    func ordered() throws {
        for prefix in ["a", "ÿ", "x\u{7F}", "\u{7FF}", "\u{FFFF}", "日", "😀", "a\u{10FFFF}"] {
            let after = try #require(SearchSQL.successor(prefix))
            for suffix in ["", "a", "\u{10FFFF}", "\u{10FFFF}\u{10FFFF}", "\u{7FF}"] {
                let text = Array((prefix + suffix).utf8)
                #expect(Array(prefix.utf8).lexicographicallyPrecedes(Array(after.utf8)))
                #expect(text.lexicographicallyPrecedes(Array(after.utf8)))
            }
        }
    }
}

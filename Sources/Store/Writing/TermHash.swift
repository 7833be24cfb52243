/// The keyed 64-bit hash by which equality terms are indexed: SipHash-2-4 under a key that each record has of its own,
/// so that nobody can make two terms meet on purpose.
struct TermHash: Sendable {
    private let k0: UInt64
    private let k1: UInt64

    /// - Parameter hexadecimal: 32 hexadecimal digits, the record's setting `term_key`.
    init?(hexadecimal text: String) {
        guard text.utf8.count == 32,
            let k0 = UInt64(text.prefix(16), radix: 16),
            let k1 = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.k0 = k0
        self.k1 = k1
    }

    /// What a term says; it keeps equal texts of different meaning apart.
    enum Kind: UInt8 {
        case systemAndCode = 1
        case code
        case codeWithoutSystem
        case system
        case localReference
        case absoluteReference
        case referenceIdentifier
        case uri
        case quantityUnit
        case quantityCode
        case criteria
        case rows
        /// What a reference's term is its target's own hash xor.
        case salt
        case versionedReference
        case referenceIdentifierValue
        case referenceIdentifierSystem
        case exactString
        case tokenText
        case ofType
        case shape
        case composite
        /// It holds a contained resource of a type.
        case contained
    }

    /// The hash of a parameter's term; a text may not hold the separator (U+001F is refused in FHIR strings).
    func callAsFunction(_ kind: Kind, _ parameter: Int32, _ first: String, _ second: String? = nil) -> Int64 {
        var state = State(k0: k0, k1: k1)
        state.append(kind.rawValue)
        withUnsafeBytes(of: parameter.littleEndian) { state.append($0) }
        Self.append(first, to: &state)
        if let second {
            state.append(0x1f)
            Self.append(second, to: &state)
        }
        return Int64(bitPattern: state.finish())
    }

    /// The hash of bytes.
    func callAsFunction(_ kind: Kind, _ bytes: [UInt8]) -> Int64 {
        var state = State(k0: k0, k1: k1)
        state.append(kind.rawValue)
        bytes.withUnsafeBytes { state.append($0) }
        return Int64(bitPattern: state.finish())
    }

    private static func append(_ text: String, to state: inout State) {
        var text = text
        text.withUTF8 { state.append(UnsafeRawBufferPointer($0)) }
    }

    /// SipHash-2-4 (Aumasson, Bernstein 2012), fed piece by piece.
    private struct State {
        private var v0, v1, v2, v3: UInt64
        private var tail: UInt64 = 0
        private var length = 0

        init(k0: UInt64, k1: UInt64) {
            v0 = k0 ^ 0x736f_6d65_7073_6575
            v1 = k1 ^ 0x646f_7261_6e64_6f6d
            v2 = k0 ^ 0x6c79_6765_6e65_7261
            v3 = k1 ^ 0x7465_6462_7974_6573
        }

        mutating func append(_ byte: UInt8) {
            tail |= UInt64(byte) << UInt64((length & 7) * 8)
            length += 1
            if length & 7 == 0 {
                compress(tail)
                tail = 0
            }
        }

        mutating func append(_ bytes: UnsafeRawBufferPointer) {
            var index = 0
            while index < bytes.count, length & 7 != 0 {
                append(bytes[index])
                index += 1
            }
            while bytes.count - index >= 8 {
                compress(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
                index += 8
                length += 8
            }
            while index < bytes.count {
                append(bytes[index])
                index += 1
            }
        }

        mutating func finish() -> UInt64 {
            compress(tail | UInt64(length & 0xff) << 56)
            v2 ^= 0xff
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func compress(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        private mutating func round() {
            v0 = v0 &+ v1
            v1 = (v1 << 13 | v1 >> 51) ^ v0
            v0 = v0 << 32 | v0 >> 32
            v2 = v2 &+ v3
            v3 = (v3 << 16 | v3 >> 48) ^ v2
            v0 = v0 &+ v3
            v3 = (v3 << 21 | v3 >> 43) ^ v0
            v2 = v2 &+ v1
            v1 = (v1 << 17 | v1 >> 47) ^ v2
            v2 = v2 << 32 | v2 >> 32
        }
    }
}

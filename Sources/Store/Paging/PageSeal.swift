import FHIR

/// Why a link to another page is refused.
public enum PageRefusal: Error, Sendable, Equatable {
    /// The server did not make it, or somebody changed it.
    case forged
    /// It belongs to another query.
    case foreign
    /// What it leads to is no longer kept.
    case expired
    /// More resources have changed since the moment that it shows than are brought back: how many are.
    case outrun(limit: Int)
}

/// Seals what a link to another page says, so that nobody can change it or make one up: the text, and a keyed code of
/// 128 bits (SipHash-2-4 twice, each over a text of its own) under a key that the record keeps. Links work after a
/// restart, and with every server of the record; a restored record begins a new epoch, in which those of before lead
/// nowhere.
struct PageSeal: Sendable {
    private static let separator: Character = "\u{1f}"
    private let hash: TermHash
    private let epoch: String

    /// - Parameter key: 32 hexadecimal digits, the record's setting `page_key`.
    init?(key: String, epoch: String) {
        guard let hash = TermHash(hexadecimal: key) else { return nil }
        self.hash = hash
        self.epoch = epoch
    }

    /// What a link leads to; one cannot be used as the other.
    enum Purpose: String, Sendable {
        case history = "h"
        case search = "s"
    }

    /// - Parameter fields: none holds U+001F.
    func seal(_ purpose: Purpose, _ fields: [String]) -> String {
        let text = ([purpose.rawValue, epoch] + fields).joined(separator: String(Self.separator))
        let bytes = Array(text.utf8)
        return Base64URL.encode(code(bytes) + bytes)
    }

    /// The fields of a link.
    func open(_ purpose: Purpose, _ text: String) throws(PageRefusal) -> [String] {
        guard let bytes = Base64URL.decode(text), bytes.count > 16 else { throw .forged }
        let content = Array(bytes[16...])
        // All bytes are looked at, so that the time tells nothing of where they begin to differ.
        guard zip(code(content), bytes).reduce(0, { $0 | ($1.0 ^ $1.1) }) == 0 else { throw .forged }
        let fields = String(decoding: content, as: UTF8.self)
            .split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 2, fields[0] == purpose.rawValue else { throw .forged }
        guard fields[1] == epoch else { throw .expired }
        return Array(fields.dropFirst(2))
    }

    /// What tells one query from others; for a field.
    func digest(_ text: String) -> String {
        String(UInt64(bitPattern: hash(.rows, [0] + Array(text.utf8))), radix: 36)
    }

    private func code(_ bytes: [UInt8]) -> [UInt8] {
        [1, 2].flatMap { (half: UInt8) in
            withUnsafeBytes(of: hash(.rows, [half] + bytes).littleEndian) { Array($0) }
        }
    }
}

/// Base64 that can stand in a URL as it is, without padding (RFC 4648 §5).
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        var text = Array(Base64.encode(bytes).utf8)
        while text.last == UInt8(ascii: "=") { text.removeLast() }
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "+"): text[index] = UInt8(ascii: "-")
            case UInt8(ascii: "/"): text[index] = UInt8(ascii: "_")
            default: break
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.allSatisfy(isLetter), text.utf8.count % 4 != 1 else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let bytes = Base64.decode((text.replacing("-", with: "+").replacing("_", with: "/") + padding).utf8)
        // One text for the same bytes, and no other.
        return bytes.flatMap { encode($0) == text ? $0 : nil }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

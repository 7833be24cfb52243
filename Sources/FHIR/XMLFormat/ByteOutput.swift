#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Bytes that grow at the end, for writers that add a few at a time: what `[UInt8]` asks at every append is asked here
/// once for a piece.
struct ByteOutput: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    var bytes: [UInt8] {
        [UInt8](UnsafeBufferPointer(start: base, count: count))
    }

    /// Makes sure that so many more bytes can be put.
    @inline(__always)
    mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        memcpy(larger, base, count)
        base.deallocate()
        base = larger
    }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func put(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress else { return }
        reserve(text.count)
        memcpy(base + count, start, text.count)
        count += text.count
    }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        memcpy(base + count, text.utf8Start, length)
        count += length
    }

    mutating func put(_ text: String) {
        text.withUTF8Buffer { put($0) }
    }

    /// Takes back all that was put since `count` was `mark`.
    mutating func rewind(to mark: Int) { count = min(mark, count) }

    // MARK: JSON

    /// A JSON string in quotes, of valid UTF-8.
    mutating func putJSONString(_ text: UnsafeBufferPointer<UInt8>) {
        reserve(text.count + 2)
        put(UInt8(ascii: "\""))
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            put(UnsafeBufferPointer(rebasing: text[start..<index]))
            putJSONEscape(byte)
            index += 1
            start = index
        }
        put(UnsafeBufferPointer(rebasing: text[start...]))
        put(UInt8(ascii: "\""))
    }

    private mutating func putJSONEscape(_ byte: UInt8) {
        switch byte {
        case 0x08: put("\\b")
        case 0x09: put("\\t")
        case 0x0A: put("\\n")
        case 0x0C: put("\\f")
        case 0x0D: put("\\r")
        case UInt8(ascii: "\""): put("\\\"")
        case UInt8(ascii: "\\"): put("\\\\")
        default:
            let digits: StaticString = "0123456789abcdef"
            put("\\u00")
            put(digits.utf8Start[Int(byte >> 4)])
            put(digits.utf8Start[Int(byte & 0xF)])
        }
    }

    // MARK: XML

    /// The text as the inside of a quoted attribute value. Blanks other than the space are references, because a reader
    /// would make spaces of them (XML 1.0 §3.3.3).
    ///
    /// - Returns: the code point that XML cannot carry, if there is one (XML 1.0 §2.2).
    mutating func putXMLAttribute(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        reserve(text.count + 1)
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if XMLBytes.isPlain(byte) {
                index += 1
                continue
            }
            let reference: StaticString
            switch byte {
            case UInt8(ascii: "&"): reference = "&amp;"
            case UInt8(ascii: "<"): reference = "&lt;"
            case UInt8(ascii: ">"): reference = "&gt;"
            case UInt8(ascii: "\""): reference = "&quot;"
            case 0x09: reference = "&#9;"
            case 0x0A: reference = "&#10;"
            case 0x0D: reference = "&#13;"
            case 0xEF:
                if let noncharacter = XMLBytes.noncharacter(text, at: index) { return noncharacter }
                index += 1
                continue
            default: return UInt32(byte)
            }
            put(UnsafeBufferPointer(rebasing: text[start..<index]))
            put(reference)
            index += 1
            start = index
        }
        put(UnsafeBufferPointer(rebasing: text[start...]))
        return nil
    }
}

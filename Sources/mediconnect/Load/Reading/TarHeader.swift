/// One header block of a tar archive: ustar (POSIX.1-2017, pax utility) and what GNU tar makes of it.
struct TarHeader: Equatable {
    static let blockSize = 512

    enum Kind: Equatable {
        case file
        /// Attributes of the next member (`x`).
        case attributes
        /// The name of the next member (`L`).
        case longName
        /// A file with holes, whose content is not what it seems.
        case sparse
        /// Directories, links, devices, global attributes: nothing to load.
        case other
    }

    let name: String
    /// Bytes of content that follow.
    let size: Int
    let kind: Kind

    /// Whether a block is a header: its checksum says so.
    static func isHeader(_ block: some RandomAccessCollection<UInt8>) -> Bool {
        guard block.count >= blockSize else { return false }
        let block = Array(block.prefix(blockSize))
        guard let sum = number(block[148..<156]), block[0] != 0 || block[345] != 0 else { return false }
        var unsigned = 0
        var signed = 0
        for (index, byte) in block.enumerated() {
            let value = (148..<156).contains(index) ? UInt8(ascii: " ") : byte
            unsigned += Int(value)
            signed += Int(Int8(bitPattern: value))
        }
        // Some old writers summed signed bytes.
        return sum == unsigned || sum == signed
    }

    init(_ block: [UInt8]) throws(ReadingError) {
        guard Self.isHeader(block) else { throw .damaged(.tar, "a header's checksum is wrong") }
        guard let size = Self.number(block[124..<136]), size >= 0, size < 1 << 50 else {
            throw .damaged(.tar, "a member's size is no size")
        }
        // Links, devices, directories and pipes have no content, whatever their size field says.
        self.size = (UInt8(ascii: "2")...UInt8(ascii: "6")).contains(block[156]) ? 0 : size
        let own = Self.text(block[0..<100])
        let isPosix = Array(block[257..<263]) == Array("ustar\0".utf8)
        let prefix = isPosix ? Self.text(block[345..<500]) : ""
        name = prefix.isEmpty ? own : prefix + "/" + own
        kind =
            switch block[156] {
            case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): own.hasSuffix("/") ? .other : .file
            case UInt8(ascii: "x"): .attributes
            case UInt8(ascii: "L"): .longName
            case UInt8(ascii: "S"): .sparse
            default: .other
            }
    }

    /// Octal digits, or GNU's big-endian binary with the top bit set.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 {
            var value = Int(first & 0x7F)
            for byte in field.dropFirst() {
                guard value < 1 << 54 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
        var value = 0
        var any = false
        for byte in field.drop(while: { $0 == UInt8(ascii: " ") }) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) else {
                guard byte == 0 || byte == UInt8(ascii: " ") else { return nil }
                break
            }
            any = true
            value = value << 3 | Int(byte & 7)
        }
        return any || field.allSatisfy({ $0 == 0 || $0 == UInt8(ascii: " ") }) ? value : nil
    }

    static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// What the first bytes of a file say that it is; names only help where bytes leave it open.
enum ContentFormat: Equatable {
    case gzip
    case bzip2
    case tar
    /// Begins as JSON does: one document, or lines of them.
    case json
    case xml
    case empty
    case unknown

    init(_ start: [UInt8]) {
        let text = start.skippingByteOrderMark.first { !$0.isJSONSpace }
        if start.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if start.starts(with: Array("BZh".utf8)) {
            self = .bzip2
        } else if TarHeader.isHeader(start) {
            self = .tar
        } else if text == UInt8(ascii: "{") || text == UInt8(ascii: "[") {
            self = .json
        } else if text == UInt8(ascii: "<") {
            self = .xml
        } else {
            self = start.isEmpty ? .empty : .unknown
        }
    }
}

extension [UInt8] {
    /// Without the byte order mark that some editors put before UTF-8.
    var skippingByteOrderMark: ArraySlice<UInt8> {
        starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self[...]
    }
}

extension UInt8 {
    var isJSONSpace: Bool {
        self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09
    }
}

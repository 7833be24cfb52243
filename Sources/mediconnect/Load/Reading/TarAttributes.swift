/// What a pax record (`x`) says about the member behind it: lines of `length key=value`, the length counting itself.
struct TarAttributes: Equatable {
    var name: String?
    var size: Int?
    var isSparse = false

    init() {}

    init(_ bytes: [UInt8]) throws(ReadingError) {
        var rest = bytes[...]
        while let first = rest.first, first != 0 {
            let digits = rest.prefix { $0 != UInt8(ascii: " ") }
            guard digits.count <= 10, let length = Int(String(decoding: digits, as: UTF8.self)),
                length > digits.count + 2, length <= rest.count
            else { throw .damaged(.tar, "a record of attributes has a wrong length") }
            let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
                throw .damaged(.tar, "an attribute has no value")
            }
            let value = String(decoding: record[(equals + 1)...], as: UTF8.self)
            switch String(decoding: record[..<equals], as: UTF8.self) {
            case "path": name = value
            case "size":
                guard let number = Int(value), (0..<(1 << 50)).contains(number) else {
                    throw .damaged(.tar, "a member's size is no size")
                }
                size = number
            case let key where key.hasPrefix("GNU.sparse."): isSparse = true
            default: break
            }
            rest = rest.dropFirst(length)
        }
    }
}

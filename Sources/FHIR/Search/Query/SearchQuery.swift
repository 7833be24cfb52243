/// A search as it was asked: names and values in their order, percent-encoding undone.
public struct SearchQuery: Sendable {
    public struct Parameter: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public let parameters: [Parameter]
    /// The server's own base as the one who asks sees it: references below it mean the server's own resources.
    public let base: String?

    public init(_ parameters: [Parameter], base: String? = nil) {
        self.parameters = parameters
        self.base = base
    }

    /// - Parameter text: what follows the `?` of a URL, or the body of a form.
    public init(query text: some StringProtocol, base: String? = nil) {
        self.base = base
        parameters = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Parameter(
                name: Self.decoded(parts[0]), value: parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    /// Undoes percent-encoding and `+`; bytes that are no escape stay as they are.
    public static func decoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        var pending = Array(text.utf8)[...]
        while let byte = pending.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), pending.count >= 2,
                let high = digit(pending[pending.startIndex]), let low = digit(pending[pending.startIndex + 1])
            {
                bytes.append(high << 4 | low)
                pending = pending.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of a hexadecimal digit.
    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The text of a query, as it can stand in a URL.
    public static func encoded(_ parameters: [Parameter]) -> String {
        parameters.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
    }

    /// Unreserved characters and those that searches are full of stay readable (RFC 3986 §3.4).
    public static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"),
                UInt8(ascii: "/"), UInt8(ascii: ","):
                bytes.append(byte)
            default:
                bytes.append(contentsOf: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

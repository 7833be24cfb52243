/// The rows of a document's tree. Names are numbers into one table of strings, text is a range of one byte buffer, and
/// links are row numbers: a document is five arrays, however many elements it has.
struct XMLNodeRecord: Sendable {
    /// The local name's number; -1 marks text, -2 a comment.
    var name: Int32
    var prefix: Int32 = -1
    var namespace: Int32 = -1
    var parent: Int32
    var firstChild: Int32 = -1
    var lastChild: Int32 = -1
    var next: Int32 = -1
    /// Rows of `attributes`.
    var attributes: Range<Int32> = 0..<0
    /// Rows of `declarations`.
    var declarations: Range<Int32> = 0..<0
    /// Bytes of `content`, for text and comments.
    var text: Range<Int32> = 0..<0
    var line: Int32 = 0
    var column: Int32 = 0

    static let text: Int32 = -1
    static let comment: Int32 = -2
}

struct XMLAttributeRecord: Sendable {
    var name: Int32
    var prefix: Int32
    var namespace: Int32
    var value: Range<Int32>
}

/// `xmlns="…"` (no prefix) or `xmlns:p="…"`.
struct XMLDeclarationRecord: Sendable {
    var prefix: Int32
    var namespace: Int32
}

struct XMLRecords: Sendable {
    var nodes: [XMLNodeRecord] = []
    var attributes: [XMLAttributeRecord] = []
    var declarations: [XMLDeclarationRecord] = []
    var strings: [String] = []
    var content: [UInt8] = []

    func string(_ number: Int32) -> String? { number < 0 ? nil : strings[Int(number)] }

    func text(_ range: Range<Int32>) -> String {
        String(decoding: content[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
    }
}

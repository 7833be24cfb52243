/// Writes segments in given delimiters. Texts are escaped; raw fields are copied as they are.
struct SegmentWriter {
    private let delimiters: Delimiters
    private let characterSet: CharacterSet
    private(set) var bytes: [UInt8] = []
    /// The field that is being written.
    private var field = 0

    init(delimiters: Delimiters, characterSet: CharacterSet) {
        self.delimiters = delimiters
        self.characterSet = characterSet
    }

    mutating func beginHeader() {
        bytes.append(contentsOf: "MSH".utf8)
        bytes.append(delimiters.field)
        bytes.append(contentsOf: delimiters.encodingCharacters)
        field = 2
    }

    mutating func begin(_ name: StaticString) {
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        field = 0
    }

    mutating func end() {
        bytes.append(0x0D)
    }

    /// A field of components.
    mutating func field(_ number: Int, _ components: [String]) {
        advance(to: number)
        append(components.map { [$0] })
    }

    /// Copies what the other side sent, without control characters: they could end the segment or the frame.
    mutating func field(_ number: Int, raw: [UInt8]) {
        advance(to: number)
        bytes.append(contentsOf: raw.lazy.filter { $0 >= 0x20 && $0 != 0x7F })
    }

    /// A repetition of components of subcomponents.
    mutating func repetition(of number: Int, isFirst: Bool, _ components: [[String]]) {
        if isFirst { advance(to: number) } else { bytes.append(delimiters.repetition ?? UInt8(ascii: " ")) }
        append(components)
    }

    private mutating func advance(to number: Int) {
        while field < number {
            bytes.append(delimiters.field)
            field += 1
        }
    }

    private mutating func append(_ components: [[String]]) {
        let last = components.lastIndex { $0.contains { !$0.isEmpty } } ?? -1
        for (index, subcomponents) in components.prefix(last + 1).enumerated() {
            if index > 0 { bytes.append(delimiters.component ?? UInt8(ascii: " ")) }
            for (place, text) in subcomponents.enumerated() {
                if place > 0 { bytes.append(delimiters.subcomponent ?? UInt8(ascii: " ")) }
                bytes.append(contentsOf: Escape.encode(text, delimiters: delimiters, characterSet: characterSet))
            }
        }
    }
}

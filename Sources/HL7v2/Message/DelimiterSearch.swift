/// Finds the delimiters of a message one after another, looking at eight bytes together.
struct DelimiterSearch: Sendable {
    let field: UInt8
    /// Those that the message has none of are its field separator once more.
    let component: UInt8
    let repetition: UInt8
    let subcomponent: UInt8
    /// Where the eight bytes begin that were looked at, and which of them are delimiters that were not given yet.
    private var start = 0
    private var found: UInt64 = 0

    init(_ delimiters: Delimiters) {
        field = delimiters.field
        component = delimiters.component ?? delimiters.field
        repetition = delimiters.repetition ?? delimiters.field
        subcomponent = delimiters.subcomponent ?? delimiters.field
    }

    mutating func move(to offset: Int) {
        start = offset - ByteWord.count
        found = 0
    }

    /// The next delimiter and its offset; nil and `limit` where there is none before it.
    @inline(__always)
    mutating func next(in bytes: UnsafeBufferPointer<UInt8>, before limit: Int) -> (Int, UInt8?) {
        while found == 0 {
            start += ByteWord.count
            guard start < limit else { return (limit, nil) }
            let word = ByteWord(bytes, at: start) ?? ByteWord(last: bytes, from: start)
            found =
                word.matches(field) | word.matches(component) | word.matches(repetition) | word.matches(subcomponent)
        }
        let place = start + ByteWord.place(ofFirst: found)
        guard place < limit, place < bytes.count else { return (limit, nil) }
        found &= found &- 1
        return (place, bytes[place])
    }
}

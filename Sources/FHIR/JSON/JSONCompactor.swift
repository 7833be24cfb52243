#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Copies parts of a document into space that is large enough (their source length and that of the replacements),
/// leaving out white space between tokens and applying edits.
///
/// It goes along the tape. Between the end of one token and the start of the next the source holds only brackets,
/// colons, commas and white space. A comma is written only when something follows it, so that dropped members take
/// theirs along.
struct JSONCompactor {
    private let document: JSONDocument
    private let edits: JSONEdits
    /// Position in the list of edits: the first that is neither done nor passed.
    private var nextEdit = 0
    private let output: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0
    private var commaIsDue = false

    init(_ document: JSONDocument, edits: JSONEdits, output: UnsafeMutableBufferPointer<UInt8>) {
        self.document = document
        self.edits = edits
        self.output = output
    }

    /// Writes `text`; a comma that is still due goes before it.
    mutating func put(_ text: StaticString) {
        text.withUTF8Buffer { copy($0) }
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { copy($0) }
    }

    mutating func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { copy($0) }
    }

    /// Writes a closing brace, before which no comma goes.
    mutating func closeObject() {
        commaIsDue = false
        put("}")
    }

    /// From here on something is written that needs a comma before it.
    mutating func separate() { commaIsDue = true }

    /// Goes back to where `count` was `mark`, as if nothing had been written since.
    mutating func rewind(to mark: Int) {
        count = mark
        commaIsDue = false
    }

    /// Writes a member, name and value.
    mutating func copy(_ key: JSONKey, _ value: JSONNode) {
        copy(nodes: key.index..<value.endIndex, source: key.sourceRange.lowerBound..<value.sourceRange.upperBound)
    }

    /// Writes the tokens of these nodes, which stand in this part of the source: one value, or a name with its value.
    mutating func copy(nodes: Range<Int32>, source: Range<Int>) {
        document.bytes.withUnsafeBufferPointer { text in
            nextEdit = edits.position(of: nodes.lowerBound)
            copy(nodes, source, text, document.tape)
        }
    }

    private mutating func copy(
        _ nodes: Range<Int32>, _ source: Range<Int>, _ text: UnsafeBufferPointer<UInt8>,
        _ tape: UnsafePointer<JSONTapeEntry>
    ) {
        var index = Int(nodes.lowerBound)
        var cursor = source.lowerBound
        while index < Int(nodes.upperBound) {
            let entry = tape[index]
            copyStructure(text, cursor..<Int(entry.start))
            let editIsNear =
                nextEdit < edits.list.count && edits.list[nextEdit].node < entry.next + (entry.isKey ? 1 : 0)
            if editIsNear, let behind = apply(edits.list[nextEdit], at: index, entry, tape) {
                cursor = Int(tape[behind.last].end)
                index = behind.next
            } else if entry.isContainer, editIsNear || entry.isSpaced {
                copy(UnsafeBufferPointer(rebasing: text[Int(entry.start)..<Int(entry.start) + 1]))
                cursor = Int(entry.start) + 1
                index += 1
            } else {
                copy(UnsafeBufferPointer(rebasing: text[entry.source]))
                cursor = Int(entry.end)
                index = Int(entry.next)
            }
        }
        copyStructure(text, cursor..<source.upperBound)
    }

    /// Applies an edit if it is of this node, or drops this key's value: the node that is thereby done, and where to
    /// go on.
    private mutating func apply(
        _ edit: JSONEdits.Edit, at index: Int, _ entry: JSONTapeEntry, _ tape: UnsafePointer<JSONTapeEntry>
    ) -> (last: Int, next: Int)? {
        let done: Int
        if Int(edit.node) == index {
            done = index
        } else if entry.isKey, Int(edit.node) == index + 1, edit.bytes == nil {
            done = index + 1
        } else {
            return nil
        }
        if let bytes = edit.bytes { put(bytes) }
        let behind = Int(tape[done].next)
        while nextEdit < edits.list.count, Int(edits.list[nextEdit].node) < behind { nextEdit += 1 }
        return (done, behind)
    }

    /// Copies brackets and colons, remembers commas, skips white space.
    @inline(__always)
    private mutating func copyStructure(_ text: UnsafeBufferPointer<UInt8>, _ gap: Range<Int>) {
        var offset = gap.lowerBound
        while offset < gap.upperBound {
            let byte = text[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: ","): commaIsDue = true
            case UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"):
                commaIsDue = false
                put(byte)
            default: offset = JSONScan.endOfSpace(text, from: offset, to: gap.upperBound)
            }
        }
    }

    @inline(__always)
    private mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) {
        if commaIsDue {
            commaIsDue = false
            let last = count > 0 ? output[count - 1] : UInt8(ascii: "[")
            if last != UInt8(ascii: "["), last != UInt8(ascii: "{") { put(UInt8(ascii: ",")) }
        }
        guard let from = bytes.baseAddress, let to = output.baseAddress else { return }
        precondition(bytes.count <= output.count - count, "the space was reckoned too small")
        memcpy(to + count, from, bytes.count)
        count += bytes.count
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        precondition(count < output.count, "the space was reckoned too small")
        output[count] = byte
        count += 1
    }
}

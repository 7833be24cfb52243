import HL7v2

/// A message taken apart in the plainest way, copying everything. What the parser has to agree with.
struct PlainMessage {
    /// A subcomponent: which segment from 0, the numbers of all it is a part of from 1, its bytes.
    struct Value: Equatable {
        var numbers: SIMD8<Int>
        var bytes: [UInt8]
    }

    /// Without terminators.
    private(set) var segments: [[UInt8]] = []
    private let delimiters: Delimiters

    /// Nil where a line is no segment. `bytes` begin with a header segment that says these delimiters.
    init?(_ bytes: [UInt8], delimiters: Delimiters) {
        self.delimiters = delimiters
        var endsWithReturn = false
        /// Line feeds since the end of the last segment; nil where something else stands there.
        var feeds: Int? = 0
        for line in Self.lines(bytes) {
            let isSegment =
                line.text.count >= 3 && (0x41...0x5A).contains(line.text[0])
                && line.text[1...2].allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) }
                && (line.text.count == 3 || line.text[3] == delimiters.field)
            if isSegment {
                segments.append(line.text)
                feeds = 0
            } else if !line.text.isEmpty {
                if endsWithReturn, let count = feeds, count > 0 {
                    segments[segments.count - 1] += [UInt8](repeating: 0x0A, count: count) + line.text
                    feeds = 0
                } else if line.text.allSatisfy({ [0x20, 0x09, 0x00, 0x1A].contains($0) }) {
                    feeds = nil
                } else {
                    return nil
                }
            }
            if segments.count == 1, line.end == 0x0D { endsWithReturn = true }
            feeds = line.end == 0x0A ? feeds.map { $0 + 1 } : nil
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [(text: [UInt8], end: UInt8?)] {
        var lines: [(text: [UInt8], end: UInt8?)] = []
        var text: [UInt8] = []
        for byte in bytes {
            if byte == 0x0D || byte == 0x0A {
                lines.append((text, byte))
                text = []
            } else {
                text.append(byte)
            }
        }
        return lines + [(text, nil)]
    }

    static func isHeader(_ segment: [UInt8]) -> Bool {
        ["MSH", "FHS", "BHS"].contains { segment.starts(with: $0.utf8) }
    }

    /// By number - 1.
    func fields(_ segment: [UInt8]) -> [[UInt8]] {
        let fields = Array(Self.split(segment, delimiters.field).dropFirst())
        return Self.isHeader(segment) && segment.count > 3 ? [[delimiters.field]] + fields : fields
    }

    /// Every subcomponent of the fields that are not absent.
    var values: [Value] {
        var values: [Value] = []
        for (row, segment) in segments.enumerated() {
            for (field, bytes) in fields(segment).enumerated() where !bytes.isEmpty {
                if Self.isHeader(segment), field < 2 {
                    values.append(Value(numbers: .init(row, field + 1, 1, 1, 1, 0, 0, 0), bytes: bytes))
                    continue
                }
                for (repetition, bytes) in Self.split(bytes, delimiters.repetition).enumerated() {
                    for (component, bytes) in Self.split(bytes, delimiters.component).enumerated() {
                        for (subcomponent, bytes) in Self.split(bytes, delimiters.subcomponent).enumerated() {
                            let numbers = SIMD8(
                                row, field + 1, repetition + 1, component + 1, subcomponent + 1, 0, 0, 0)
                            values.append(Value(numbers: numbers, bytes: bytes))
                        }
                    }
                }
            }
        }
        return values
    }

    private static func split(_ bytes: [UInt8], _ delimiter: UInt8?) -> [[UInt8]] {
        bytes.split(omittingEmptySubsequences: false) { $0 == delimiter }.map { [UInt8]($0) }
    }
}

/// What replaces a match: text with `$1` and `${name}` for groups, and `\$` for a dollar.
struct FHIRPathReplacement {
    private enum Part {
        case text([UInt8])
        case group(Int)
    }

    private let pattern: FHIRPathPattern
    private var parts: [Part] = []

    init(_ pattern: FHIRPathPattern, _ template: UnsafeBufferPointer<UInt8>) {
        self.pattern = pattern
        var literal: [UInt8] = []
        var cursor = 0
        while cursor < template.count {
            let byte = template[cursor]
            if byte == UInt8(ascii: "\\"), cursor + 1 < template.count {
                literal.append(template[cursor + 1])
                cursor += 2
            } else if byte == UInt8(ascii: "$"), let (group, end) = group(template, cursor + 1) {
                parts.append(.text(literal))
                parts.append(.group(group))
                literal = []
                cursor = end
            } else {
                literal.append(byte)
                cursor += 1
            }
        }
        parts.append(.text(literal))
    }

    /// A group by number or name, and where it ends.
    private func group(_ template: UnsafeBufferPointer<UInt8>, _ start: Int) -> (Int, Int)? {
        guard start < template.count else { return nil }
        if template[start].isDigit {
            let number = Int(template[start] - 0x30)
            return number < pattern.groups ? (number, start + 1) : nil
        }
        guard template[start] == UInt8(ascii: "{"),
            let end = template[start...].firstIndex(of: UInt8(ascii: "}")),
            case let name = String(decoding: template[start + 1..<end], as: UTF8.self),
            let number = pattern.groupNames[name] ?? Int(name), 0..<pattern.groups ~= number
        else { return nil }
        return (number, end + 1)
    }

    func apply(to text: UnsafeBufferPointer<UInt8>, _ e: FHIRPathEvaluator) throws(FHIRPathError) -> FHIRPathValue {
        var matcher = FHIRPathMatcher(pattern, text, captures: true)
        var output: [UInt8] = []
        var start = 0
        var copied = 0
        while start <= text.count, let match = try matcher.firstMatch(from: start, e) {
            output.append(contentsOf: text[copied..<match[0]])
            for part in parts {
                switch part {
                case .text(let literal):
                    try e.spend(literal.count / 16)
                    output.append(contentsOf: literal)
                case .group(let number) where match[number * 2] >= 0 && match[number * 2 + 1] >= 0:
                    let range = match[number * 2]..<match[number * 2 + 1]
                    try e.spend(range.count / 16)
                    output.append(contentsOf: text[range])
                case .group: break
                }
            }
            copied = match[1]
            start = match[1]
            if match[0] == match[1] { start += start < text.count ? FHIRPathText.width(text[start]) : 1 }
        }
        output.append(contentsOf: text[copied...])
        return try e.string(output)
    }
}

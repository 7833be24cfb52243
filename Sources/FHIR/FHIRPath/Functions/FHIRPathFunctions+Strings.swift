extension FHIRPathFunctions {
    /// FHIRPath N1 §5.6. Positions count Unicode's characters (code points).
    static let text: [String: FHIRPathFunction] = [
        "indexOf": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let part = try call.stringArgument(0) else { return }
            try call.e.spend(1 + text.count / 16 * (1 + part.count / 8))
            let found = FHIRPathText.find(part, in: text, from: 0)
            try call.push(.integer(found.map { FHIRPathText.length(UnsafeBufferPointer(rebasing: text[..<$0])) } ?? -1))
        },
        "lastIndexOf": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let part = try call.stringArgument(0) else { return }
            try call.e.spend(1 + text.count / 16)
            var last: Int?
            var start = 0
            try call.e.spend(1 + part.count * text.count / 64)
            while let found = FHIRPathText.find(part, in: text, from: start) {
                last = found
                start = found + 1
            }
            try call.push(.integer(last.map { FHIRPathText.length(UnsafeBufferPointer(rebasing: text[..<$0])) } ?? -1))
        },
        "substring": FHIRPathFunction(1...2) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let start = try call.integerArgument(0) else { return }
            let length = call.arguments.count > 1 ? try call.integerArgument(1) ?? Int.max : Int.max
            try call.e.spend(1 + text.count / 16)
            guard start >= 0, let from = FHIRPathText.offset(of: start, in: text), from < text.count else { return }
            let rest = UnsafeBufferPointer(rebasing: text[from...])
            let to = length <= 0 ? 0 : FHIRPathText.offset(of: length, in: rest) ?? rest.count
            try call.push(.string(UnsafeBufferPointer(rebasing: rest[..<to])))
        },
        "startsWith": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let part = try call.stringArgument(0) else { return }
            try call.push(text.starts(with: part))
        },
        "endsWith": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let part = try call.stringArgument(0) else { return }
            try call.push(text.suffix(part.count).elementsEqual(part))
        },
        "contains": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let part = try call.stringArgument(0) else { return }
            try call.e.spend(1 + text.count / 16 * (1 + part.count / 8))
            try call.push(FHIRPathText.find(part, in: text, from: 0) != nil)
        },
        "upper": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let text = try call.stringInput() else { return }
            try call.push(try call.e.string(String(decoding: text, as: UTF8.self).uppercased()))
        },
        "lower": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let text = try call.stringInput() else { return }
            try call.push(try call.e.string(String(decoding: text, as: UTF8.self).lowercased()))
        },
        "length": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let text = try call.stringInput() else { return }
            try call.e.spend(1 + text.count / 16)
            try call.push(.integer(FHIRPathText.length(text)))
        },
        "toChars": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let text = try call.stringInput() else { return }
            var start = 0
            while start < text.count {
                let end = start + FHIRPathText.width(text[start])
                try call.push(.string(UnsafeBufferPointer(rebasing: text[start..<min(end, text.count)])))
                start = end
            }
        },
        "replace": FHIRPathFunction(2...2) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let part = try call.stringArgument(0),
                let other = try call.stringArgument(1)
            else { return }
            try call.push(try replaced(text, part, other, call.e))
        },
        "replaceMatches": FHIRPathFunction(2...2) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let pattern = try call.stringArgument(0),
                let template = try call.stringArgument(1)
            else { return }
            if pattern.isEmpty { return try call.push(.string(text)) }
            let compiled = try call.e.pattern(pattern)
            try call.push(try FHIRPathReplacement(compiled, template).apply(to: text, call.e))
        },
    ]

    /// FHIRPath 2.1 (STU) and what R4's users have come to expect.
    static let moreText: [String: FHIRPathFunction] = [
        "trim": FHIRPathFunction(0...0) { call throws(FHIRPathError) in
            guard let text = try call.stringInput() else { return }
            let isSpace = { (byte: UInt8) in byte == 0x20 || 0x09...0x0D ~= byte }
            let start = text.firstIndex { !isSpace($0) } ?? text.count
            let end = text.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
            try call.push(.string(UnsafeBufferPointer(rebasing: text[start..<end])))
        },
        "split": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let separator = try call.stringArgument(0) else { return }
            guard !separator.isEmpty else { return try call.push(.string(text)) }
            var start = 0
            try call.e.spend(1 + text.count / 16 * (1 + separator.count / 8))
            while let found = FHIRPathText.find(separator, in: text, from: start) {
                try call.push(.string(UnsafeBufferPointer(rebasing: text[start..<found])))
                start = found + separator.count
            }
            try call.push(.string(UnsafeBufferPointer(rebasing: text[start...])))
        },
        "join": FHIRPathFunction(0...1) { call throws(FHIRPathError) in
            guard call.inputCount > 0 else { return }
            let separator = try call.stringArgument(0)
            var joined: [UInt8] = []
            for position in call.base..<call.end {
                guard let system = call.e.system(call.e.stack[position]), let text = try call.e.toString(system)?.text
                else {
                    throw .invalidOperands("join()")
                }
                if position > call.base, let separator { joined.append(contentsOf: separator) }
                joined.append(contentsOf: text)
                try call.e.spend(1 + text.count / 16)
            }
            try call.push(try call.e.string(joined))
        },
        "encode": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let format = try call.stringArgument(0) else { return }
            try call.push(
                FHIRPathCoding.encode(text, format).map { bytes throws(FHIRPathError) in try call.e.string(bytes) })
        },
        "decode": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let format = try call.stringArgument(0) else { return }
            try call.push(
                FHIRPathCoding.decode(text, format).map { bytes throws(FHIRPathError) in try call.e.string(bytes) })
        },
        "escape": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let format = try call.stringArgument(0) else { return }
            try call.push(
                FHIRPathCoding.escape(text, format).map { bytes throws(FHIRPathError) in try call.e.string(bytes) })
        },
        "unescape": FHIRPathFunction(1...1) { call throws(FHIRPathError) in
            guard let text = try call.stringInput(), let format = try call.stringArgument(0) else { return }
            try call.push(
                FHIRPathCoding.unescape(text, format).map { bytes throws(FHIRPathError) in try call.e.string(bytes) })
        },
    ]

    private static func replaced(
        _ text: UnsafeBufferPointer<UInt8>, _ part: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>,
        _ e: FHIRPathEvaluator
    ) throws(FHIRPathError) -> FHIRPathValue {
        var output: [UInt8] = []
        var start = 0
        try e.spend(1 + text.count / 16 * (1 + part.count / 8))
        while let found = FHIRPathText.find(part, in: text, from: start) {
            try e.spend(1 + other.count / 16)
            output.append(contentsOf: text[start..<found])
            output.append(contentsOf: other)
            start = found + part.count
            if part.isEmpty {
                // Between all characters, and at both ends.
                guard found < text.count else { return try e.string(output) }
                start = found + FHIRPathText.width(text[found])
                output.append(contentsOf: text[found..<min(start, text.count)])
            }
        }
        if start < text.count { output.append(contentsOf: text[start...]) }
        return try e.string(output)
    }
}

/// Text as UTF-8 whose positions count code points.
enum FHIRPathText {
    /// Where a part begins, at or behind an offset.
    static func find(
        _ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        guard let first = part.first else { return start <= text.count ? start : nil }
        guard text.count >= part.count, let base = text.baseAddress else { return nil }
        var offset = start
        while offset + part.count <= text.count {
            if text[offset] == first, FHIRPathBytes.equal(base + offset, part) { return offset }
            offset += 1
        }
        return nil
    }

    static func length(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        text.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }

    /// Length in bytes of the character that begins with a byte.
    static func width(_ first: UInt8) -> Int {
        first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    }

    /// The byte at which a character begins; nil behind the end.
    static func offset(of position: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
        var rest = position
        var offset = 0
        while rest > 0, offset < text.count {
            offset += width(text[offset])
            rest -= 1
        }
        return rest == 0 && offset <= text.count ? offset : nil
    }
}

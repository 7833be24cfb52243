extension JSONParser {
    /// Says where a fault is: line, column, and the way there through the containers that are open.
    func error(for fault: JSONFault) -> JSONError {
        let before = text[..<min(fault.offset, text.count)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 0x0A } + 1
        // Continuation bytes do not begin a character.
        let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        return JSONError(
            offset: fault.offset, line: line, column: column, expression: expression(endingWith: fault.key),
            reason: fault.reason)
    }

    /// The way to where the parser stands, from the outermost resource, such as `Bundle.entry[3].resource.name[0]`.
    private func expression(endingWith key: Int?) -> String {
        var steps: [String] = []
        var open = Int(container)
        var child = used
        while open >= 0 {
            let entry = entry(at: open)
            if !entry.isObject {
                steps.append("[\(entry.end)]")
            } else if open == Int(container), let key {
                steps.append(name(at: key))
            } else if child > open + 1, self.entry(at: child - 1).isKey {
                steps.append(name(at: child - 1))
            }
            child = open
            open = Int(entry.next)
        }
        var expression = rootType() ?? ""
        for step in steps.reversed() {
            if !expression.isEmpty, !step.hasPrefix("[") { expression += "." }
            expression += step
        }
        return expression
    }

    /// The `resourceType` of the outermost object, if it has been read.
    private func rootType() -> String? {
        guard used > 0, container >= 0, entry(at: 0).isObject else { return nil }
        var key = 1
        // Only leaves before the first container are looked at: what is open has no end yet.
        while key + 1 < used, !entry(at: key + 1).isContainer {
            let value = entry(at: key + 1)
            if value.isString, text[entry(at: key).content].elementsEqual("resourceType".utf8) {
                return name(at: key + 1)
            }
            key += 2
        }
        return nil
    }

    /// A name as a step of an expression: plain where FHIRPath allows it, in backticks otherwise, cut if it is long.
    private func name(at index: Int) -> String {
        let entry = entry(at: index)
        let raw = UnsafeBufferPointer(rebasing: text[entry.content])
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count) { space in
            let count = JSONEscapes.resolve(raw, into: space)
            let name = space[..<count]
            let text = String(decoding: name, as: UTF8.self)
            if let first = name.first, !(0x30...0x39 ~= first), count <= 64, name.allSatisfy(Self.isNamePart) {
                return text
            }
            return "`" + text.prefix(64) + (text.count > 64 ? "…`" : "`")
        }
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

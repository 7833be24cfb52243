extension JSONDraft {
    /// A container that is being written.
    private struct Frame {
        let value: Int32
        /// Where the container began in the output, with its name and the comma before it.
        let start: Int
        /// Where its first child begins.
        let inside: Int
        /// Whether its elements belong to those of another list (`_given`): one that goes leaves a `null`.
        let isCompanion: Bool
        var next = 0
        /// Whether something in it was left out because the patch had emptied it.
        var isPruned = false
    }

    /// The draft as compact JSON.
    ///
    /// - Parameter pruned: leave out what operations have emptied, and what holds nothing else. FHIR JSON has no empty
    ///   objects and arrays (R4 §2.6.2.1, json.html): a list without elements is a list that is not there.
    func written(pruned: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(byteCount + 16)
        var open: [Frame] = []
        begin(root, name: nil, start: 0, &output, &open)
        while let frame = open.last {
            let last = open.count - 1
            open[last].next += 1
            switch self[frame.value] {
            case .object(let members) where frame.next < members.count:
                let start = output.count
                if output.count > frame.inside { output.append(UInt8(ascii: ",")) }
                let member = members[frame.next]
                member.key.write(to: &output)
                output.append(UInt8(ascii: ":"))
                begin(member.value, name: member.key, start: start, &output, &open)
            case .array(let elements) where frame.next < elements.count:
                let start = output.count
                if output.count > frame.inside { output.append(UInt8(ascii: ",")) }
                begin(elements[frame.next], name: nil, start: start, &output, &open)
            case .object: end(UInt8(ascii: "}"), pruned, &output, &open)
            case .array: end(UInt8(ascii: "]"), pruned, &output, &open)
            case .source: open.removeLast()
            }
        }
        return output
    }

    private func begin(_ value: Int32, name: Key?, start: Int, _ output: inout [UInt8], _ open: inout [Frame]) {
        let bracket: UInt8
        switch self[value] {
        case .source(let node):
            if node.kind.rawValue <= JSONKind.array.rawValue, node.entry.isSpaced {
                return JSONWriter.append(node, to: &output)
            }
            return output.append(contentsOf: node.document.bytes[node.sourceRange])
        case .object: bracket = UInt8(ascii: "{")
        case .array: bracket = UInt8(ascii: "[")
        }
        output.append(bracket)
        open.append(
            Frame(value: value, start: start, inside: output.count, isCompanion: name?.isCompanion ?? false))
    }

    private func end(_ bracket: UInt8, _ pruned: Bool, _ output: inout [UInt8], _ open: inout [Frame]) {
        let frame = open.removeLast()
        let isOutermost = open.isEmpty
        let holdsNothing = output.count == frame.inside || frame.isCompanion && holdsOnlyNulls(frame, output)
        guard pruned, !isOutermost, holdsNothing, frame.isPruned || emptied.contains(frame.value) else {
            return output.append(bracket)
        }
        output.removeLast(output.count - frame.start)
        let around = open.count - 1
        open[around].isPruned = true
        guard open[around].isCompanion, case .array = self[open[around].value] else { return }
        if output.count > open[around].inside { output.append(UInt8(ascii: ",")) }
        output.append(contentsOf: "null".utf8)
    }

    private func holdsOnlyNulls(_ frame: Frame, _ output: [UInt8]) -> Bool {
        guard case .array = self[frame.value] else { return false }
        let inside = output[frame.inside...]
        return inside.count % 5 == 4 && inside.allSatisfy { "nul,".utf8.contains($0) }
    }
}

extension JSONDraft.Key {
    /// Whether it names what belongs to the primitive of the same name: `_birthDate`.
    var isCompanion: Bool {
        switch self {
        case .source(let key): key.withUTF8 { $0.first == UInt8(ascii: "_") }
        case .written(let text): text.first == UInt8(ascii: "_")
        }
    }
}

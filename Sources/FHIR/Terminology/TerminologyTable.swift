import CFacts

/// R4's own code systems, value sets and concept maps, a constant of the binary; see `Tools/facts`.
struct TerminologyTable: Sendable {
    static let shared = TerminologyTable()

    let definitions: [TerminologyDefinition]

    private init() {
        let table = Self.bytes
        let count = Int(table.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        let strings = Int(table.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        func text(_ place: UInt32) -> String? {
            guard place > 0 else { return nil }
            let start = strings + Int(place)
            let length = Int(table.loadUnaligned(fromByteOffset: start, as: UInt16.self))
            return String(decoding: table[(start + 2)..<(start + 2 + length)], as: UTF8.self)
        }
        definitions = (0..<count).compactMap { number in
            let record = Self.record(number)
            guard let kind = TerminologyDefinition.Kind(rawValue: record.kind) else { return nil }
            return TerminologyDefinition(
                kind: kind, url: text(record.url), version: text(record.version), content: .table(number))
        }
    }

    /// The JSON of a definition.
    func content(_ number: Int) -> [UInt8]? {
        let record = Self.record(number)
        let data = Int(Self.bytes.loadUnaligned(fromByteOffset: 20, as: UInt32.self)) + Int(record.first)
        let packed = UnsafeRawBufferPointer(rebasing: Self.bytes[data..<(data + Int(record.packed))])
        return Deflated.inflate(packed.bindMemory(to: UInt8.self), size: Int(record.size))
    }

    private static var bytes: UnsafeRawBufferPointer {
        var count = 0
        let start = mediconnect_terminology(&count)
        let bytes = UnsafeRawBufferPointer(start: start, count: count)
        // A table of another layout is a defect of the build, not of any input.
        precondition(
            count > 24 && bytes.prefix(8).elementsEqual("MCTERMS1".utf8)
                && bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self) == count,
            "terminology.bin does not have the layout this program was built for; write it again with Tools/facts")
        return bytes
    }

    private static func record(_ number: Int) -> mediconnect_terminology_definition {
        let stride = MemoryLayout<mediconnect_terminology_definition>.stride
        return bytes.loadUnaligned(fromByteOffset: 24 + number * stride, as: mediconnect_terminology_definition.self)
    }
}

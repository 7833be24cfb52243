/// The values of one query laid out as libpq takes them: all bytes one after another in one buffer that is used again
/// and again, and a pointer, a length and a format for each.
struct ParameterBuffer {
    private var bytes: [UInt8] = []
    /// Where a value begins; negative for NULL.
    private var offsets: [Int] = []
    private var pointers: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    private static let keptCapacity = 1 << 20

    var byteCount: Int { bytes.count }

    mutating func fill(_ parameters: [Parameter]) {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        for parameter in parameters {
            let start = bytes.count
            var format: Int32 = 1
            switch parameter.value {
            case .null:
                offsets.append(-1)
                lengths.append(0)
                formats.append(1)
                continue
            case .integer(let value, let width):
                withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0.suffix(width)) }
            case .text(var text):
                text.withUTF8 { bytes.append(contentsOf: $0) }
            case .bytes(let value):
                bytes.append(contentsOf: value)
            case .literal(var text):
                text.withUTF8 { bytes.append(contentsOf: $0) }
                format = 0
            }
            offsets.append(start)
            lengths.append(Int32(truncatingIfNeeded: bytes.count - start))
            formats.append(format)
            // libpq reads values in text format up to a NUL.
            if format == 0 { bytes.append(0) }
        }
        // So that an empty value at the end, or as the only one, still has an address that is not NULL.
        bytes.append(0)
    }

    /// The pointers are valid inside the closure.
    mutating func withPointers<Result>(
        _ body: (
            _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        pointers.removeAll(keepingCapacity: true)
        return bytes.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                for offset in offsets { pointers.append(offset < 0 ? nil : bytes.baseAddress.map { $0 + offset }) }
                return pointers.withUnsafeBufferPointer { pointers in
                    lengths.withUnsafeBufferPointer { lengths in
                        formats.withUnsafeBufferPointer { formats in
                            body(pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                        }
                    }
                }
            }
        }
    }
}

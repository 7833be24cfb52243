/// The bytes of one value in PostgreSQL's binary format and what they are of. Never outlives its row.
struct Cell {
    let bytes: UnsafeRawBufferPointer
    let type: PostgresType
    let column: Int

    func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(PostgresError) -> Value {
        guard bytes.count == MemoryLayout<Value>.size else {
            throw mismatch("\(MemoryLayout<Value>.size) bytes wide")
        }
        return Value(bigEndian: bytes.loadUnaligned(as: Value.self))
    }

    /// What `text` and `bytes` see: everything but values that have a binary form of their own.
    func content() throws(PostgresError) -> UnsafeRawBufferPointer {
        switch type {
        case .bool, .int2, .int4, .int8, .oid, .xid8, .float4, .float8, .date, .timestamp, .timestamptz, .interval,
            .numeric, .boolArray, .byteaArray, .int2Array, .int4Array, .textArray, .int8Array, .float8Array,
            .timestamptzArray, .numericArray, .uuidArray, .xid8Array, .int4range, .int8range, .numrange, .tstzrange,
            .daterange, .inet:
            throw mismatch("a text or bytes")
        case .jsonb:
            // One byte says the version of the format, then comes JSON text (`jsonb_send`).
            guard bytes.first == 1 else { throw mismatch("jsonb of version 1") }
            return UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        default:
            return bytes
        }
    }

    func text() throws(PostgresError) -> String {
        switch type {
        case .numeric: return try numeric()
        case .uuid: return try uuid()
        case .bytea: throw mismatch("a text")
        default:
            guard let text = String(validating: try content(), as: UTF8.self) else { throw mismatch("UTF-8") }
            return text
        }
    }

    /// The canonical spelling of sixteen bytes.
    private func uuid() throws(PostgresError) -> String {
        guard bytes.count == 16 else { throw mismatch("16 bytes wide") }
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { text in
            var next = 0
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 {
                    text[next] = UInt8(ascii: "-")
                    next += 1
                }
                text[next] = digits[Int(byte >> 4)]
                text[next + 1] = digits[Int(byte & 15)]
                next += 2
            }
            return next
        }
    }

    func mismatch(_ expected: String) -> PostgresError {
        .decoding(message: "column \(column) of type \(type.rawValue) with \(bytes.count) bytes is not \(expected)")
    }
}

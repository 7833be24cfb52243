// One-dimensional arrays in PostgreSQL's binary format (`array_recv`): dimensions, a flag for nulls, the element's
// type, length and lower bound, then each element with its length.
extension Parameter {
    public static func boolArray(_ values: [Bool]) -> Parameter {
        array(.boolArray, of: .bool, count: values.count, elementWidth: 1) { bytes in
            for value in values { bytes.append(element: value ? 1 as UInt8 : 0) }
        }
    }

    public static func int2Array(_ values: [Int16]) -> Parameter {
        integers(.int2Array, of: .int2, values)
    }

    public static func int4Array(_ values: [Int32]) -> Parameter {
        integers(.int4Array, of: .int4, values)
    }

    public static func int8Array(_ values: [Int64]) -> Parameter {
        integers(.int8Array, of: .int8, values)
    }

    public static func xid8Array(_ values: [UInt64]) -> Parameter {
        integers(.xid8Array, of: .xid8, values)
    }

    public static func float8Array(_ values: [Double]) -> Parameter {
        array(.float8Array, of: .float8, count: values.count, elementWidth: 8) { bytes in
            for value in values { bytes.append(element: value.bitPattern) }
        }
    }

    public static func timestampArray(microsecondsSince1970 values: [Int64]) -> Parameter {
        integers(.timestamptzArray, of: .timestamptz, values.map(PostgresEpoch.fromUnix))
    }

    public static func int2Array(_ values: [Int16?]) -> Parameter {
        integers(.int2Array, of: .int2, values)
    }

    public static func int4Array(_ values: [Int32?]) -> Parameter {
        integers(.int4Array, of: .int4, values)
    }

    public static func int8Array(_ values: [Int64?]) -> Parameter {
        integers(.int8Array, of: .int8, values)
    }

    public static func timestampArray(microsecondsSince1970 values: [Int64?]) -> Parameter {
        integers(.timestamptzArray, of: .timestamptz, values.map { $0.map(PostgresEpoch.fromUnix) })
    }

    public static func boolArray(_ values: [Bool?]) -> Parameter {
        let hasNull = values.contains { $0 == nil }
        return array(.boolArray, of: .bool, count: values.count, elementWidth: 1, hasNull: hasNull) { bytes in
            for value in values {
                if let value { bytes.append(element: value ? 1 as UInt8 : 0) } else { bytes.appendNull() }
            }
        }
    }

    public static func float8Array(_ values: [Double?]) -> Parameter {
        let hasNull = values.contains { $0 == nil }
        return array(.float8Array, of: .float8, count: values.count, elementWidth: 8, hasNull: hasNull) { bytes in
            for value in values {
                if let value { bytes.append(element: value.bitPattern) } else { bytes.appendNull() }
            }
        }
    }

    public static func textArray(_ values: [String]) -> Parameter {
        let width = values.reduce(0) { $0 + $1.utf8.count } / max(values.count, 1)
        return array(.textArray, of: .text, count: values.count, elementWidth: width) { bytes in
            for value in values { bytes.append(element: value.utf8) }
        }
    }

    public static func textArray(_ values: [String?]) -> Parameter {
        variable(.textArray, of: .text, values.map { $0?.utf8 })
    }

    public static func bytesArray(_ values: [[UInt8]]) -> Parameter {
        let width = values.reduce(0) { $0 + $1.count } / max(values.count, 1)
        return array(.byteaArray, of: .bytea, count: values.count, elementWidth: width) { bytes in
            for value in values { bytes.append(element: value) }
        }
    }

    public static func bytesArray(_ values: [[UInt8]?]) -> Parameter {
        variable(.byteaArray, of: .bytea, values)
    }

    /// Decimals as text.
    public static func numericArray(_ values: [String?]) -> Parameter {
        literalArray(values, as: .numericArray)
    }

    /// UUIDs in any spelling that PostgreSQL reads.
    public static func uuidArray(_ values: [String?]) -> Parameter {
        literalArray(values, as: .uuidArray)
    }

    /// An array of any type, each element written as PostgreSQL's input function for it reads it.
    public static func literalArray(_ values: [String?], as type: PostgresType) -> Parameter {
        var text = "{"
        for (index, value) in values.enumerated() {
            if index > 0 { text += "," }
            guard let value else {
                text += "NULL"
                continue
            }
            text += "\""
            for scalar in value.unicodeScalars {
                if scalar == "\"" || scalar == "\\" { text += "\\" }
                text.unicodeScalars.append(scalar)
            }
            text += "\""
        }
        return Parameter(type, .literal(text + "}"))
    }

    // MARK: Encoding

    private static func integers<Element: FixedWidthInteger>(
        _ type: PostgresType, of elementType: PostgresType, _ values: [Element]
    ) -> Parameter {
        array(type, of: elementType, count: values.count, elementWidth: Element.bitWidth / 8) { bytes in
            for value in values { bytes.append(element: value) }
        }
    }

    private static func integers<Element: FixedWidthInteger>(
        _ type: PostgresType, of elementType: PostgresType, _ values: [Element?]
    ) -> Parameter {
        let hasNull = values.contains { $0 == nil }
        let width = Element.bitWidth / 8
        return array(type, of: elementType, count: values.count, elementWidth: width, hasNull: hasNull) { bytes in
            for value in values {
                if let value { bytes.append(element: value) } else { bytes.appendNull() }
            }
        }
    }

    private static func variable(
        _ type: PostgresType, of elementType: PostgresType, _ values: [(some Collection<UInt8>)?]
    ) -> Parameter {
        let hasNull = values.contains { $0 == nil }
        let width = values.reduce(0) { $0 + ($1?.count ?? 0) } / max(values.count, 1)
        return array(type, of: elementType, count: values.count, elementWidth: width, hasNull: hasNull) { bytes in
            for value in values {
                if let value { bytes.append(element: value) } else { bytes.appendNull() }
            }
        }
    }

    private static func array(
        _ type: PostgresType, of elementType: PostgresType, count: Int, elementWidth: Int, hasNull: Bool = false,
        _ elements: (inout [UInt8]) -> Void
    ) -> Parameter {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20 + count * (4 + elementWidth))
        bytes.append(bigEndian: count == 0 ? 0 : 1 as Int32)
        bytes.append(bigEndian: hasNull ? 1 : 0 as Int32)
        bytes.append(bigEndian: elementType.rawValue)
        if count > 0 {
            bytes.append(bigEndian: Int32(truncatingIfNeeded: count))
            bytes.append(bigEndian: 1 as Int32)
            elements(&bytes)
        }
        return Parameter(type, .bytes(bytes))
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append<Integer: FixedWidthInteger>(element value: Integer) {
        append(bigEndian: Int32(Integer.bitWidth / 8))
        append(bigEndian: value)
    }

    fileprivate mutating func append(element value: some Collection<UInt8>) {
        append(bigEndian: Int32(truncatingIfNeeded: value.count))
        append(contentsOf: value)
    }

    fileprivate mutating func appendNull() {
        append(bigEndian: -1 as Int32)
    }
}

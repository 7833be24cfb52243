// One-dimensional arrays; an empty array is one without dimensions.
extension Row {
    public func boolArray(_ column: Int) throws(PostgresError) -> [Bool] {
        try elements(column, .boolArray) { (cell) throws(PostgresError) in try cell.integer(UInt8.self) != 0 }
    }

    public func int2Array(_ column: Int) throws(PostgresError) -> [Int16] {
        try elements(column, .int2Array) { (cell) throws(PostgresError) in try cell.integer(Int16.self) }
    }

    public func int4Array(_ column: Int) throws(PostgresError) -> [Int32] {
        try elements(column, .int4Array) { (cell) throws(PostgresError) in try cell.integer(Int32.self) }
    }

    public func int8Array(_ column: Int) throws(PostgresError) -> [Int64] {
        try elements(column, .int8Array) { (cell) throws(PostgresError) in try cell.integer(Int64.self) }
    }

    public func float8Array(_ column: Int) throws(PostgresError) -> [Double] {
        try elements(column, .float8Array) { (cell) throws(PostgresError) in
            Double(bitPattern: try cell.integer(UInt64.self))
        }
    }

    /// Microseconds since 1970.
    public func timestampArray(_ column: Int) throws(PostgresError) -> [Int64] {
        try elements(column, .timestamptzArray) { (cell) throws(PostgresError) in
            PostgresEpoch.toUnix(try cell.integer(Int64.self))
        }
    }

    public func textArray(_ column: Int) throws(PostgresError) -> [String] {
        try elements(column, nil) { (cell) throws(PostgresError) in try cell.text() }
    }

    public func bytesArray(_ column: Int) throws(PostgresError) -> [[UInt8]] {
        try elements(column, .byteaArray) { (cell) throws(PostgresError) in [UInt8](cell.bytes) }
    }

    /// Decimals as text.
    public func numericArray(_ column: Int) throws(PostgresError) -> [String] {
        try elements(column, .numericArray) { (cell) throws(PostgresError) in try cell.numeric() }
    }

    // MARK: Arrays with nulls

    public func optionalsOfInt8Array(_ column: Int) throws(PostgresError) -> [Int64?] {
        try optionals(column, .int8Array) { (cell) throws(PostgresError) in try cell.integer(Int64.self) }
    }

    public func optionalsOfInt4Array(_ column: Int) throws(PostgresError) -> [Int32?] {
        try optionals(column, .int4Array) { (cell) throws(PostgresError) in try cell.integer(Int32.self) }
    }

    public func optionalsOfTextArray(_ column: Int) throws(PostgresError) -> [String?] {
        try optionals(column, nil) { (cell) throws(PostgresError) in try cell.text() }
    }

    public func optionalsOfBytesArray(_ column: Int) throws(PostgresError) -> [[UInt8]?] {
        try optionals(column, .byteaArray) { (cell) throws(PostgresError) in [UInt8](cell.bytes) }
    }

    // MARK: Decoding

    private func elements<Element>(
        _ column: Int, _ type: PostgresType?, _ decode: (Cell) throws(PostgresError) -> Element
    ) throws(PostgresError) -> [Element] {
        var values: [Element] = []
        try walk(column, type) { (count) in
            values.reserveCapacity(count)
        } element: { (cell) throws(PostgresError) in
            guard let cell else { throw .decoding(message: "column \(column) is an array with a null") }
            values.append(try decode(cell))
        }
        return values
    }

    private func optionals<Element>(
        _ column: Int, _ type: PostgresType?, _ decode: (Cell) throws(PostgresError) -> Element
    ) throws(PostgresError) -> [Element?] {
        var values: [Element?] = []
        try walk(column, type) { (count) in
            values.reserveCapacity(count)
        } element: { (cell) throws(PostgresError) in
            if let cell { values.append(try decode(cell)) } else { values.append(nil) }
        }
        return values
    }

    private func walk(
        _ column: Int, _ type: PostgresType?, count: (Int) -> Void, element: (Cell?) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        defer { withExtendedLifetime(result) {} }
        let array = try required(column, try cell(column))
        if let type, array.type != type { throw array.mismatch("type \(type.rawValue)") }
        let bytes = array.bytes
        func word(_ offset: Int) throws(PostgresError) -> Int32 {
            guard offset + 4 <= bytes.count else { throw array.mismatch("an array") }
            return Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        }

        let dimensions = try word(0)
        guard dimensions != 0 else { return }
        guard dimensions == 1 else { throw array.mismatch("a one-dimensional array") }
        let elementType = PostgresType(rawValue: UInt32(bitPattern: try word(8)))
        let length = Int(try word(12))
        // Every element takes four bytes at least: a length that cannot be true reserves nothing.
        guard length >= 0, length <= (bytes.count - 20) / 4 else { throw array.mismatch("an array") }
        count(length)
        var offset = 20
        for _ in 0..<length {
            let size = Int(try word(offset))
            offset += 4
            guard size >= 0 else {
                try element(nil)
                continue
            }
            guard size <= bytes.count - offset else { throw array.mismatch("an array") }
            let range = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + size)])
            try element(Cell(bytes: range, type: elementType, column: column))
            offset += size
        }
    }
}

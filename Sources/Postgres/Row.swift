import CLibPQ

/// One row of an answer. Columns are counted from 0. Reading a NULL as a value, a column that is not there, or a type
/// as another throws ``PostgresError/decoding(message:)``.
public struct Row: Sendable {
    let result: ResultStorage
    let index: Int32

    public var columnCount: Int { Int(result.columnCount) }

    public func isNull(_ column: Int) throws(PostgresError) -> Bool {
        PQgetisnull(result.pointer, index, try checked(column)) != 0
    }

    public func type(_ column: Int) throws(PostgresError) -> PostgresType {
        PostgresType(rawValue: PQftype(result.pointer, try checked(column)))
    }

    // MARK: Values

    public func bool(_ column: Int) throws(PostgresError) -> Bool {
        try required(column, try optionalBool(column))
    }

    public func int2(_ column: Int) throws(PostgresError) -> Int16 {
        try required(column, try optionalInt2(column))
    }

    /// An `int4` or a narrower integer.
    public func int4(_ column: Int) throws(PostgresError) -> Int32 {
        try required(column, try optionalInt4(column))
    }

    /// An `int8` or a narrower integer.
    public func int8(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, try optionalInt8(column))
    }

    public func xid8(_ column: Int) throws(PostgresError) -> UInt64 {
        try required(column, try optionalXid8(column))
    }

    /// A `float8` or `float4`.
    public func float8(_ column: Int) throws(PostgresError) -> Double {
        try required(column, try optionalFloat8(column))
    }

    /// A text of any kind (`text`, `varchar`, `name`, `json`, `jsonb`, enumerations …), a `numeric` or a `uuid`.
    public func text(_ column: Int) throws(PostgresError) -> String {
        try required(column, try optionalText(column))
    }

    /// The bytes of a `bytea` or of a text.
    public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        try required(column, try optionalBytes(column))
    }

    /// A `timestamptz` in microseconds since 1970; infinities as `Int64.max` and `Int64.min`.
    public func timestamp(_ column: Int) throws(PostgresError) -> Int64 {
        try required(column, try optionalTimestamp(column))
    }

    // MARK: Values that may be NULL

    public func optionalBool(_ column: Int) throws(PostgresError) -> Bool? {
        let cell = try cell(column, .bool)
        return try cell.map { (cell) throws(PostgresError) in try cell.integer(UInt8.self) != 0 }
    }

    public func optionalInt2(_ column: Int) throws(PostgresError) -> Int16? {
        let cell = try cell(column, .int2)
        return try cell.map { (cell) throws(PostgresError) in try cell.integer(Int16.self) }
    }

    public func optionalInt4(_ column: Int) throws(PostgresError) -> Int32? {
        guard let cell = try cell(column) else { return nil }
        switch cell.type {
        case .int4: return try cell.integer(Int32.self)
        case .int2: return Int32(try cell.integer(Int16.self))
        default: throw cell.mismatch("an int4")
        }
    }

    public func optionalInt8(_ column: Int) throws(PostgresError) -> Int64? {
        guard let cell = try cell(column) else { return nil }
        switch cell.type {
        case .int8: return try cell.integer(Int64.self)
        case .int4: return Int64(try cell.integer(Int32.self))
        case .int2: return Int64(try cell.integer(Int16.self))
        case .oid: return Int64(try cell.integer(UInt32.self))
        default: throw cell.mismatch("an int8")
        }
    }

    public func optionalXid8(_ column: Int) throws(PostgresError) -> UInt64? {
        let cell = try cell(column, .xid8)
        return try cell.map { (cell) throws(PostgresError) in try cell.integer(UInt64.self) }
    }

    public func optionalFloat8(_ column: Int) throws(PostgresError) -> Double? {
        guard let cell = try cell(column) else { return nil }
        switch cell.type {
        case .float8: return Double(bitPattern: try cell.integer(UInt64.self))
        case .float4: return Double(Float(bitPattern: try cell.integer(UInt32.self)))
        default: throw cell.mismatch("a float8")
        }
    }

    public func optionalText(_ column: Int) throws(PostgresError) -> String? {
        guard let cell = try cell(column) else { return nil }
        return try cell.text()
    }

    public func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        guard let cell = try cell(column) else { return nil }
        return [UInt8](try cell.content())
    }

    public func optionalTimestamp(_ column: Int) throws(PostgresError) -> Int64? {
        let cell = try cell(column, .timestamptz)
        return try cell.map { (cell) throws(PostgresError) in PostgresEpoch.toUnix(try cell.integer(Int64.self)) }
    }

    /// The bytes of a `bytea` or of a text without a copy; nil for NULL. They are valid only inside the closure.
    public func withBytes<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Value) throws -> Value {
        defer { withExtendedLifetime(result) {} }
        guard let cell = try cell(column) else { return try body(nil) }
        return try body(try cell.content())
    }

    // MARK: Cells

    /// The cell, or nil when it is NULL. Valid as long as `result`, which whoever holds the row holds.
    func cell(_ column: Int) throws(PostgresError) -> Cell? {
        let column = try checked(column)
        guard PQgetisnull(result.pointer, index, column) == 0 else { return nil }
        return Cell(
            bytes: UnsafeRawBufferPointer(
                start: PQgetvalue(result.pointer, index, column),
                count: Int(PQgetlength(result.pointer, index, column))),
            type: PostgresType(rawValue: PQftype(result.pointer, column)), column: Int(column))
    }

    func cell(_ column: Int, _ type: PostgresType) throws(PostgresError) -> Cell? {
        guard let cell = try cell(column) else { return nil }
        guard cell.type == type else { throw cell.mismatch("type \(type.rawValue)") }
        return cell
    }

    private func checked(_ column: Int) throws(PostgresError) -> Int32 {
        guard column >= 0, column < Int(result.columnCount) else {
            throw .decoding(message: "there is no column \(column) among \(result.columnCount)")
        }
        return Int32(truncatingIfNeeded: column)
    }

    func required<Value>(_ column: Int, _ value: Value?) throws(PostgresError) -> Value {
        guard let value else { throw .decoding(message: "column \(column) is null") }
        return value
    }
}

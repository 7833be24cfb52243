/// A value for a `$n`, in the form in which it travels: PostgreSQL's binary format for everything but `numeric` and
/// `literal`, which travel as text.
public struct Parameter: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case null
        /// The low `width` bytes, most significant first.
        case integer(UInt64, width: Int)
        case text(String)
        /// PostgreSQL's text format, which the type's input function reads.
        case literal(String)
        case bytes([UInt8])
    }

    public let type: PostgresType
    let value: Value

    init(_ type: PostgresType, _ value: Value) {
        self.type = type
        self.value = value
    }

    public var isNull: Bool { value == .null }

    /// NULL, of whatever type the statement wants.
    public static let null = Parameter(.unspecified, .null)

    public static func null(_ type: PostgresType) -> Parameter {
        Parameter(type, .null)
    }

    public static func bool(_ value: Bool) -> Parameter {
        Parameter(.bool, .integer(value ? 1 : 0, width: 1))
    }

    public static func int2(_ value: Int16) -> Parameter {
        Parameter(.int2, .integer(UInt64(UInt16(bitPattern: value)), width: 2))
    }

    public static func int4(_ value: Int32) -> Parameter {
        Parameter(.int4, .integer(UInt64(UInt32(bitPattern: value)), width: 4))
    }

    public static func int8(_ value: Int64) -> Parameter {
        Parameter(.int8, .integer(UInt64(bitPattern: value), width: 8))
    }

    /// A transaction number of `pg_current_xact_id()`.
    public static func xid8(_ value: UInt64) -> Parameter {
        Parameter(.xid8, .integer(value, width: 8))
    }

    public static func float8(_ value: Double) -> Parameter {
        Parameter(.float8, .integer(value.bitPattern, width: 8))
    }

    /// A text without NUL, which PostgreSQL refuses (22021).
    public static func text(_ value: String) -> Parameter {
        Parameter(.text, .text(value))
    }

    public static func bytes(_ value: [UInt8]) -> Parameter {
        Parameter(.bytea, .bytes(value))
    }

    /// A decimal as text, kept to the last digit.
    public static func numeric(_ value: String) -> Parameter {
        Parameter(.numeric, .literal(value))
    }

    /// A `timestamptz`. `Int64.max` and `Int64.min` stand for `infinity` and `-infinity`.
    public static func timestamp(microsecondsSince1970 value: Int64) -> Parameter {
        Parameter(.timestamptz, .integer(UInt64(bitPattern: PostgresEpoch.fromUnix(value)), width: 8))
    }

    /// A UUID in any spelling that PostgreSQL reads.
    public static func uuid(_ value: String) -> Parameter {
        Parameter(.uuid, .literal(value))
    }

    /// A UUID as its sixteen bytes.
    public static func uuid(bytes: [UInt8]) -> Parameter {
        Parameter(.uuid, .bytes(bytes))
    }

    /// JSON text, stored as `json` (as written).
    public static func json(_ value: [UInt8]) -> Parameter {
        Parameter(.json, .bytes(value))
    }

    /// JSON text, stored as `jsonb`.
    public static func jsonb(_ value: [UInt8]) -> Parameter {
        Parameter(.jsonb, .bytes([1] + value))
    }

    /// A value of any type, written as PostgreSQL's input function for it reads it: ranges, intervals, dates.
    public static func literal(_ value: String, as type: PostgresType) -> Parameter {
        Parameter(type, .literal(value))
    }

    // MARK: Values that may be absent

    public static func bool(_ value: Bool?) -> Parameter { value.map(Parameter.bool) ?? null(.bool) }
    public static func int2(_ value: Int16?) -> Parameter { value.map(Parameter.int2) ?? null(.int2) }
    public static func int4(_ value: Int32?) -> Parameter { value.map(Parameter.int4) ?? null(.int4) }
    public static func int8(_ value: Int64?) -> Parameter { value.map(Parameter.int8) ?? null(.int8) }
    public static func xid8(_ value: UInt64?) -> Parameter { value.map(Parameter.xid8) ?? null(.xid8) }
    public static func float8(_ value: Double?) -> Parameter { value.map(Parameter.float8) ?? null(.float8) }
    public static func text(_ value: String?) -> Parameter { value.map(Parameter.text) ?? null(.text) }
    public static func bytes(_ value: [UInt8]?) -> Parameter { value.map(Parameter.bytes) ?? null(.bytea) }
    public static func numeric(_ value: String?) -> Parameter { value.map(Parameter.numeric) ?? null(.numeric) }

    public static func timestamp(microsecondsSince1970 value: Int64?) -> Parameter {
        value.map(Parameter.timestamp(microsecondsSince1970:)) ?? null(.timestamptz)
    }
}

/// PostgreSQL counts microseconds from 2000-01-01T00:00:00Z.
enum PostgresEpoch {
    static let offset: Int64 = 946_684_800_000_000

    /// Infinities stay what they are, and what would leave the range becomes one.
    static func fromUnix(_ microseconds: Int64) -> Int64 {
        guard microseconds != .max else { return .max }
        let (value, overflow) = microseconds.subtractingReportingOverflow(offset)
        return overflow ? .min : value
    }

    static func toUnix(_ microseconds: Int64) -> Int64 {
        guard microseconds != .min else { return .min }
        let (value, overflow) = microseconds.addingReportingOverflow(offset)
        return overflow ? .max : value
    }
}

import Postgres
import TestSupport
import Testing

@Suite("values to PostgreSQL and back")
struct ValueTests {
    private func echo(_ type: String, _ parameter: Parameter) async throws -> Row {
        let database = try await TestCluster.shared.database()
        let rows = try await database.shared().run(Query(Statement("select $1::\(type)"), [parameter]))
        return try #require(rows.first)
    }

    @Test("integers keep their extremes", arguments: [Int64.min, -1, 0, 1, .max])
    func integers(value: Int64) async throws {
        let database = try await TestCluster.shared.database()
        let statement = Statement("select $1, $2, $3, $4", [.int2, .int4, .int8, .xid8])
        let row = try await database.shared().run(
            statement(
                .int2(Int16(clamping: value)), .int4(Int32(clamping: value)), .int8(value),
                .xid8(UInt64(bitPattern: value))))[0]
        #expect(try row.int2(0) == Int16(clamping: value))
        #expect(try row.int4(1) == Int32(clamping: value))
        #expect(try row.int8(2) == value)
        #expect(try row.xid8(3) == UInt64(bitPattern: value))
        #expect(try row.int8(0) == Int64(Int16(clamping: value)))
    }

    @Test(
        "texts and bytes come back as they went",
        arguments: ["", "Zoë 🏥", "a\u{1}\\\"{},NULL", String(repeating: "x", count: 300_000)])
    func texts(value: String) async throws {
        #expect(try await echo("text", .text(value)).text(0) == value)
        let bytes = Array(value.utf8) + [0, 255]
        #expect(try await echo("bytea", .bytes(bytes)).bytes(0) == bytes)
        #expect(try await echo("bytea", .bytes(bytes)).withBytes(0) { $0?.count } == bytes.count)
        #expect(try await echo("bytea", .bytes([])).bytes(0) == [])
    }

    @Test("booleans, doubles, UUIDs and JSON come back as they went")
    func others() async throws {
        #expect(try await echo("bool", .bool(true)).bool(0))
        #expect(try await !echo("bool", .bool(false)).bool(0))
        #expect(try await echo("float8", .float8(-0.1)).float8(0) == -0.1)
        let id = "0190d7a3-6f4e-7c1b-8a52-0123456789ab"
        #expect(try await echo("uuid", .uuid(id)).text(0) == id)
        let json = Array(#"{"value": 1.50}"#.utf8)
        #expect(try await echo("jsonb", .jsonb(json)).text(0) == #"{"value": 1.50}"#)
        #expect(try await echo("json", .json(json)).bytes(0) == json)
        #expect(try await echo("tstzrange", .literal("[2020-01-01 00:00+00,)", as: .tstzrange)).isNull(0) == false)
    }

    @Test(
        "decimals keep every digit",
        arguments: [
            "0", "0.00", "1", "-1", "10000", "100000000", "0.0001", "0.00001", "-0.00000000012300", "12345.678900",
            "99999999999999999999.99999999999999999999", "1.50", "1000000.5", "NaN", "Infinity", "-Infinity",
        ])
    func decimals(value: String) async throws {
        #expect(try await echo("numeric", .numeric(value)).text(0) == value)
        #expect(try await echo("numeric[]", .numericArray([value, value])).numericArray(0) == [value, value])
    }

    @Test("instants are microseconds since 1970, with infinities at the ends")
    func instants() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        for value in [0, 1, -1, 1_700_000_000_123_456, -62_135_596_800_000_000, .max, .min] as [Int64] {
            #expect(try await echo("timestamptz", .timestamp(microsecondsSince1970: value)).timestamp(0) == value)
        }
        let row = try await shared.run(Query("select '1999-12-31T23:59:59.5Z'::timestamptz"))[0]
        #expect(try row.timestamp(0) == 946_684_799_500_000)
    }

    @Test("null comes back as null in every type")
    func nulls() async throws {
        #expect(try await echo("int8", .int8(nil)).optionalInt8(0) == nil)
        #expect(try await echo("text", .text(nil)).optionalText(0) == nil)
        #expect(try await echo("bytea", .null).optionalBytes(0) == nil)
        #expect(try await echo("timestamptz", .timestamp(microsecondsSince1970: nil)).optionalTimestamp(0) == nil)
        #expect(try await echo("bool", .bool(nil)).isNull(0))
        #expect(try await echo("numeric", .numeric(nil)).optionalText(0) == nil)
    }

    @Test("arrays come back as they went, empty ones and nulls in them included")
    func arrays() async throws {
        #expect(try await echo("int8[]", .int8Array([.min, 0, .max])).int8Array(0) == [.min, 0, .max])
        #expect(try await echo("int4[]", .int4Array([1, -1])).int4Array(0) == [1, -1])
        #expect(try await echo("int2[]", .int2Array([7])).int2Array(0) == [7])
        #expect(try await echo("bool[]", .boolArray([true, false])).boolArray(0) == [true, false])
        #expect(try await echo("float8[]", .float8Array([0.5])).float8Array(0) == [0.5])
        #expect(try await echo("text[]", .textArray(["a", "", "ü,{}\""])).textArray(0) == ["a", "", "ü,{}\""])
        #expect(try await echo("bytea[]", .bytesArray([[0, 1], []])).bytesArray(0) == [[0, 1], []])
        let instants = Parameter.timestampArray(microsecondsSince1970: [5, -5])
        #expect(try await echo("timestamptz[]", instants).timestampArray(0) == [5, -5])
        #expect(try await echo("int8[]", .int8Array([] as [Int64])).int8Array(0) == [])
        #expect(try await echo("text[]", .textArray([] as [String])).textArray(0) == [])

        let numbers: [Int64?] = [1, nil, 3]
        #expect(try await echo("int8[]", .int8Array(numbers)).optionalsOfInt8Array(0) == numbers)
        let texts: [String?] = [nil, "b", nil]
        #expect(try await echo("text[]", .textArray(texts)).optionalsOfTextArray(0) == texts)
        let bytes: [[UInt8]?] = [nil, [9]]
        #expect(try await echo("bytea[]", .bytesArray(bytes)).optionalsOfBytesArray(0) == bytes)
        let literals = try await echo("text[]", .literalArray(["a\"b\\", nil, "NULL"], as: .textArray))
        #expect(try literals.optionalsOfTextArray(0) == ["a\"b\\", nil, "NULL"])
        #expect(throws: PostgresError.self) { try literals.textArray(0) }
    }

    @Test("a cell read as something else is refused, not misread")
    func mismatches() async throws {
        let database = try await TestCluster.shared.database()
        let row = try await database.shared().run(Query("select 1::int4, 'a'::text, null::int8, '{{1}}'::int8[]"))[0]
        #expect(throws: PostgresError.self) { try row.int2(0) }
        #expect(throws: PostgresError.self) { try row.text(0) }
        #expect(throws: PostgresError.self) { try row.bytes(0) }
        #expect(throws: PostgresError.self) { try row.int4(1) }
        #expect(throws: PostgresError.self) { try row.timestamp(1) }
        #expect(throws: PostgresError.self) { try row.int8(2) }
        #expect(throws: PostgresError.self) { try row.int8Array(3) }
        #expect(throws: PostgresError.self) { try row.int4(4) }
        #expect(throws: PostgresError.self) { try row.int4(-1) }
    }

    @Test("a value of another type than the statement declares never reaches the server")
    func declaredTypes() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        let statement = Statement("select $1 + 1", [.int8])
        for wrong in [statement(.int4(1)), statement(), statement(.int8(1), .int8(2))] {
            guard case .parameters = await failure({ try await shared.run(wrong) }) else {
                Issue.record("accepted")
                continue
            }
        }
        #expect(try await shared.run(statement(.int8(1)))[0].int8(0) == 2)
        #expect(try await shared.run(statement(.null))[0].isNull(0))
    }

    @Test("a statement without declared types takes values of several")
    func undeclaredTypes() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        let statement = Statement("select $1::text")
        for _ in 0..<2 {
            #expect(try await shared.run(statement(.null))[0].isNull(0))
            #expect(try await shared.run(statement(.int4(4)))[0].text(0) == "4")
            #expect(try await shared.run(statement(.int8(8)))[0].text(0) == "8")
            #expect(try await shared.run(statement(.text("t")))[0].text(0) == "t")
        }
    }

    @Test("rows tell columns, counts and tags")
    func rows() async throws {
        let database = try await TestCluster.shared.database()
        let shared = try database.shared()
        let made = try await shared.run([
            Query("create table t (a int4, b text)"), Query("insert into t select n, 'x' from generate_series(1, 3) n"),
            Query("select * from t order by a"), Query("update t set a = a"), Query("delete from t where a > 1"),
        ])
        #expect(made.map(\.affected) == [0, 3, 3, 3, 2])
        #expect(made[1].commandTag == "INSERT 0 3")
        #expect(made[2].columns == ["a", "b"])
        #expect(try made[2].map { try $0.int4(0) } == [1, 2, 3])
        #expect(made[1].isEmpty && made[1].first == nil)
    }
}
